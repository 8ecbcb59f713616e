import { setMaxListeners } from 'node:events';
import type { MigrationView } from '../contract/views.ts';
import type { Fact, NewFact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import { evolve, isOver, isProven, replay, type Migration } from '../domain/migration.ts';
import { travelling, type Plan } from '../domain/plan.ts';
import type { Journal, Ports } from '../domain/ports.ts';
import { hasWork } from '../domain/steps.ts';
import type { StepContext } from './context.ts';
import type { Events } from './events.ts';
import type { Limits } from './limits.ts';
import { drive } from './orchestrator.ts';
import { withPatience } from './patience.ts';
import { perform } from './perform.ts';
import { migrationView } from './views.ts';

export interface MigrationsOptions {
  readonly ports: Ports<Fact>;
  readonly events: Events;
  readonly limits: Limits;
  readonly who: string;
  readonly pollMs: number;
}

export interface Migrations {
  list(): Promise<readonly MigrationView[]>;
  show(id: string): Promise<MigrationView>;
  start(plan: Plan, by: string): Promise<MigrationView>;
  resume(id: string): Promise<MigrationView>;
  /** Writes a fact that a person decided, after `allowed` has seen the state, and goes on. */
  decide(id: string, fact: NewFact, allowed: (state: Migration) => void): Promise<MigrationView>;
  /** What a step of this migration would work with; for looking without acting. */
  context(state: Migration, signal: AbortSignal): StepContext;
  /** Read without taking it over. @throws Failure `migration.not-found`, `journal.damaged` */
  read(id: string): Promise<Migration>;
  /** Stops driving all of them; nothing on the hosts is stopped. */
  close(): Promise<void>;
}

interface Driven {
  state: Migration;
  active: boolean;
  interrupted: Failure | undefined;
  readonly bytesDone: Map<string, number>;
  readonly controller: AbortController;
  done: Promise<void>;
}

/** All migrations of this engine: those that it drives now, and those that lie in the journals. */
export function createMigrations({ ports, events, limits, who, pollMs }: MigrationsOptions): Migrations {
  const driven = new Map<string, Driven>();

  const viewOf = (entry: Driven): MigrationView => migrationView(entry.state, entry);
  const tell = (entry: Driven): void => {
    events.emit({ name: 'migration.changed', payload: viewOf(entry) });
  };

  const read = async (id: string): Promise<Migration> => {
    const entry = driven.get(id);
    if (entry !== undefined) return entry.state;
    const found = (await ports.journals.list()).find((candidate) => candidate.id === id);
    if (found === undefined) throw notFound(id);
    const state = replay(found.facts);
    if (found.problem !== undefined || state === undefined)
      throw new Failure(
        'journal.damaged',
        `the journal of ${id} cannot be read: ${found.problem ?? 'it does not begin with a plan'}`,
      );
    return state;
  };

  const context = (state: Migration, signal: AbortSignal): StepContext => ({
    ports,
    state,
    signal,
    who,
    pollMs,
    moved(disk, bytesDone) {
      driven.get(state.id)?.bytesDone.set(disk, bytesDone);
      events.sample({ migration: state.id, disk, atMs: ports.clock.nowMs(), bytesDone });
    },
  });

  const run = (state: Migration, journal: Journal<Fact>): Driven => {
    const controller = new AbortController();
    // Every disk and every wait of this migration listens to it.
    setMaxListeners(0, controller.signal);
    const entry: Driven = {
      state,
      active: true,
      interrupted: undefined,
      bytesDone: new Map(),
      controller,
      done: Promise.resolve(),
    };
    driven.set(state.id, entry);
    entry.done = carryOn(entry, journal);
    return entry;
  };

  const carryOn = async (entry: Driven, journal: Journal<Fact>): Promise<void> => {
    const { signal } = entry.controller;
    const log = (line: Parameters<typeof ports.log>[0]): void => {
      ports.log({ migration: entry.state.id, ...line });
    };
    const go = async (): Promise<Migration> => {
      // Where the hosts are is known from here on; a resume has asked for nothing yet.
      await withPatience('asking for the hypervisors', ports.clock, log, signal, () =>
        ports.cloud.hypervisors(signal),
      );
      return drive({
        state: entry.state,
        journal,
        clock: ports.clock,
        perform: (step, state, stepSignal) =>
          withPatience(step.kind, ports.clock, log, stepSignal, () =>
            perform(step, context(state, stepSignal)),
          ),
        changed: (state) => {
          entry.state = state;
          tell(entry);
        },
        signal,
      });
    };
    const { source, destination } = entry.state.plan;
    try {
      // Once the instance is on its way nothing may wait for a turn: it could be off.
      await (entry.state.phase === 'planned'
        ? limits.within(source.name, destination.name, signal, go)
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
      tell(entry);
    }
  };

  const takeOver = async (
    id: string,
  ): Promise<{ readonly state: Migration; readonly journal: Journal<Fact> }> => {
    const before = driven.get(id);
    if (before?.active === true)
      throw new Failure('migration.in-use', 'this migration is being driven here already', {
        hint: `coldhaul status ${id}`,
      });
    await before?.done;
    const journal = await ports.journals.open(id);
    const state = replay(journal.replayed);
    if (state === undefined) {
      await journal.close();
      throw new Failure('journal.damaged', `the journal of ${id} does not begin with a plan`);
    }
    return { state, journal };
  };

  /** Writes a fact down and goes on from it; the journal is given back if it cannot be written. */
  const recordAndRun = async (
    state: Migration,
    journal: Journal<Fact>,
    fact: NewFact,
  ): Promise<MigrationView> => {
    const timed = { ...fact, atMs: ports.clock.nowMs() } as Fact;
    try {
      await journal.append(timed);
    } catch (error) {
      await journal.close();
      throw error;
    }
    const entry = run(evolve(state, timed), journal);
    tell(entry);
    return viewOf(entry);
  };

  return {
    read,
    context,
    async list() {
      const stored = await ports.journals.list();
      const views = stored.flatMap(({ id, facts }) => {
        const entry = driven.get(id);
        const state = entry?.state ?? replay(facts);
        return state === undefined
          ? []
          : [entry === undefined ? migrationView(state, AT_REST) : viewOf(entry)];
      });
      return views.sort((left, right) => right.updatedAtMs - left.updatedAtMs);
    },
    async show(id) {
      const entry = driven.get(id);
      return entry === undefined ? migrationView(await read(id), AT_REST) : viewOf(entry);
    },
    async start(plan, by) {
      const first = { type: 'planned' as const, plan, by, atMs: ports.clock.nowMs() };
      const journal = await ports.journals.create(plan.id, first);
      const state = replay([first]);
      if (state === undefined) throw new Failure('internal', 'a migration could not begin from its plan');
      const entry = run(state, journal);
      tell(entry);
      return viewOf(entry);
    },
    async resume(id) {
      const { state, journal } = await takeOver(id);
      // What was out of order for a moment may be in order now.
      if (state.phase === 'awaiting-verdict' && !isProven(state))
        return recordAndRun(state, journal, { type: 'looked-again' });
      if (isOver(state.phase) || !hasWork(state)) {
        await journal.close();
        return migrationView(state, AT_REST);
      }
      return viewOf(run(state, journal));
    },
    async decide(id, fact, allowed) {
      const driving = driven.get(id);
      if (fact.type === 'cancelled' && driving?.active === true) {
        allowed(driving.state);
        driving.controller.abort();
        await driving.done;
      }
      const { state, journal } = await takeOver(id);
      try {
        allowed(state);
      } catch (error) {
        await journal.close();
        throw error;
      }
      return recordAndRun(state, journal, fact);
    },
    async close() {
      for (const entry of driven.values()) entry.controller.abort();
      await Promise.all([...driven.values()].map((entry) => entry.done));
    },
  };
}

const AT_REST = { active: false, bytesDone: new Map<string, number>(), interrupted: undefined };

function notFound(id: string): Failure {
  return new Failure('migration.not-found', `there is no migration ${id} on this machine`, {
    hint: 'coldhaul status lists them.',
  });
}

/** True if a confirm may be asked for; the step itself looks at the hosts again. */
export function mayConfirm(state: Migration): void {
  if (state.phase !== 'awaiting-verdict' && state.phase !== 'confirming') throw notDue('confirm', state);
  if (isProven(state)) return;
  const open = (state.proofs ?? [])
    .filter((proof) => !proof.ok)
    .map((proof) => `${proof.name}: ${proof.said}`);
  throw new Failure(
    'migration.unproven',
    `the confirm is refused: ${open.join('; ') || 'nothing was proven yet'}`,
    {
      hint: `A confirm would remove the source copy on ${state.plan.source.name}. Go back instead: coldhaul revert ${state.id}`,
    },
  );
}

/** A revert is possible until the confirm is done. */
export function mayRevert(state: Migration): void {
  const possible =
    state.phase === 'verifying' || state.phase === 'awaiting-verdict' || state.phase === 'confirming';
  if (possible && state.handedOver !== undefined && !state.concluded) return;
  throw notDue('revert', state);
}

/** Before Nova was told, we can go back by ourselves. */
export function mayCancel(state: Migration): void {
  if (isOver(state.phase) || state.handedOver !== undefined || state.phase === 'restoring')
    throw notDue('cancel', state);
  if (state.handOverBegun !== undefined) {
    throw new Failure('verdict.not-due', 'Nova is at work with it and knows no cancel of a cold migration', {
      hint: `Wait for VERIFY_RESIZE, then: coldhaul revert ${state.id}`,
    });
  }
}

function notDue(act: string, state: Migration): Failure {
  const files = String(travelling(state.plan).length);
  return new Failure(
    'verdict.not-due',
    `a ${act} is not possible now: the migration (${files} files) is ${state.phase}`,
    { hint: `coldhaul status ${state.id}` },
  );
}
