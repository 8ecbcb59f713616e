import { setMaxListeners } from 'node:events';
import type { MigrationView } from '../contract/views.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import type { Migration } from '../domain/migration.ts';
import type { Journal, LogLine, Ports } from '../domain/ports.ts';
import { loadsHosts } from '../domain/steps.ts';
import type { BandwidthLimit, StepContext } from './context.ts';
import { endure, OUTAGE_MS, SHORT_MS, type Endurance, type Trouble } from './endure.ts';
import type { Events } from './events.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { Limits } from './limits.ts';
import { drive } from './orchestrator.ts';
import { perform } from './perform.ts';
import { lockAgain } from './steps/lock.ts';
import { migrationView } from './views.ts';

export interface MigrationsOptions {
  readonly ports: Ports<Fact>;
  readonly events: Events;
  readonly limits: Limits;
  /** `user@workstation`, for locks and facts. */
  readonly who: string;
  /** Between two looks at the cloud. */
  readonly pollMs: number;
}

/** One migration that this process drives, or drove. */
export interface Driven {
  ledger: Ledger;
  active: boolean;
  interrupted: Failure | undefined;
  /** What each step that fails in passing waits for. */
  readonly troubles: Map<Endurance, Trouble>;
  /** By disk. */
  readonly bytesDone: Map<string, number>;
  readonly controller: AbortController;
  /** Called after the bandwidth limit has changed. */
  readonly limitListeners: Set<() => void>;
  /** Settles when nobody drives it any more; never rejects. */
  done: Promise<void>;
}

export function viewOf(entry: Driven): MigrationView {
  return migrationView(entry.ledger.state(), entry);
}

/** Tells every listener how the migration stands. */
export function tell({ events }: MigrationsOptions, entry: Driven): void {
  events.emit({ name: 'migration.changed', payload: viewOf(entry) });
}

/** Begins to drive a migration from where it is. The journal is closed when it ends, or stops on the way. */
export function startDriving(options: MigrationsOptions, state: Migration, journal: Journal<Fact>): Driven {
  const controller = new AbortController();
  // Every disk and every wait of this migration listens to it.
  setMaxListeners(0, controller.signal);
  const entry: Driven = {
    ledger: createLedger(state, journal, options.ports.clock, () => {
      tell(options, entry);
    }),
    active: true,
    interrupted: undefined,
    troubles: new Map(),
    bytesDone: new Map(),
    controller,
    limitListeners: new Set(),
    done: Promise.resolve(),
  };
  entry.done = carryOn(options, entry, journal);
  return entry;
}

async function carryOn(options: MigrationsOptions, entry: Driven, journal: Journal<Fact>): Promise<void> {
  const { ports, events, limits } = options;
  const { signal } = entry.controller;
  const begun = entry.ledger.state();
  const { id, plan, enteredAtMs } = begun;
  const log = (line: LogLine): void => {
    ports.log({ migration: id, ...line });
  };
  const enduring = (stepSignal: AbortSignal, outageMs: number): Endurance => {
    const endurance: Endurance = {
      clock: ports.clock,
      log,
      signal: stepSignal,
      outageMs,
      troubled(trouble) {
        if (trouble === undefined) entry.troubles.delete(endurance);
        else entry.troubles.set(endurance, trouble);
        tell(options, entry);
      },
    };
    return endurance;
  };
  const go = async (): Promise<Migration> => {
    // Where the hosts are is known from here on; a resume has asked for nothing yet.
    await endure('asking for the hypervisors', enduring(signal, SHORT_MS), () =>
      ports.cloud.hypervisors(signal),
    );
    if (begun.locked && begun.handOverBegun === undefined)
      await endure('taking the locks again', enduring(signal, SHORT_MS), () =>
        lockAgain(stepContext(options, begun, signal, entry)),
      );
    return drive({
      ledger: entry.ledger,
      perform: (step, state, stepSignal) => {
        // Before the stop nothing is lost by giving up, and hours later nobody expects that it is stopped.
        const outageMs = state.enteredAtMs.stopping === undefined ? SHORT_MS : OUTAGE_MS;
        return endure(step.kind, enduring(stepSignal, outageMs), () =>
          perform(step, stepContext(options, state, stepSignal, entry)),
        );
      },
      signal,
    });
  };
  try {
    // What waits for Nova alone waits for no turn; and one that is off goes before all that still run.
    const turn = {
      first: enteredAtMs.stopping !== undefined,
      waits: () => {
        log({
          level: 'info',
          message: 'waiting for its turn: as many migrations as the limits allow are at work',
        });
      },
    };
    await (loadsHosts(begun)
      ? limits.within(plan.source.name, plan.destination.name, signal, go, turn)
      : go());
  } catch (error) {
    entry.interrupted =
      error instanceof Failure
        ? error
        : new Failure('internal', `a defect of Coldhaul: ${String(error)}`, { cause: error });
    log({ level: 'error', message: `stopped on the way: ${entry.interrupted.message}` });
  } finally {
    entry.active = false;
    await journal.close();
    events.flush();
    tell(options, entry);
  }
}

/** @param entry - `undefined` for a migration that is only looked at. */
export function stepContext(
  { ports, events, who, pollMs }: MigrationsOptions,
  state: Migration,
  signal: AbortSignal,
  entry: Driven | undefined,
): StepContext {
  return {
    ports,
    state,
    signal,
    who,
    pollMs,
    limit: entry === undefined ? fixedLimit(state) : limitOf(entry),
    moved(disk, bytesDone) {
      entry?.bytesDone.set(disk, bytesDone);
      events.sample({ migration: state.id, disk, atMs: ports.clock.nowMs(), bytesDone });
    },
  };
}

function limitOf({ ledger, limitListeners }: Driven): BandwidthLimit {
  return {
    kibPerSecond: () => ledger.state().limitKibPerSecond,
    onChange(listener) {
      limitListeners.add(listener);
      return () => limitListeners.delete(listener);
    },
  };
}

function fixedLimit(state: Migration): BandwidthLimit {
  return { kibPerSecond: () => state.limitKibPerSecond, onChange: () => () => undefined };
}
