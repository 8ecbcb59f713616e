import type { MigrationView, ReportView } from '../contract/views.ts';
import type { Fact, NewFact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import { evolve, isOver, isProven, replay, type Migration } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';
import type { Journal } from '../domain/ports.ts';
import { hasWork } from '../domain/steps.ts';
import { formatRate } from '../domain/units.ts';
import { withoutHost, type StepContext } from './context.ts';
import { startDriving, stepContext, tell, viewOf, type Driven, type MigrationsOptions } from './driven.ts';
import { createLedger } from './ledger.ts';
import { mayLimit, mayPause } from './may.ts';
import { makeReport } from './report/make-report.ts';
import { AT_REST, migrationView, stateOf } from './views.ts';

export interface Migrations {
  show(id: string): Promise<MigrationView>;
  start(plan: Plan, by: string): Promise<MigrationView>;
  resume(id: string): Promise<MigrationView>;
  /** Writes a fact that a person decided, after `allowed` has seen the state, and goes on. */
  decide(id: string, fact: NewFact, allowed: (state: Migration) => void): Promise<MigrationView>;
  /** Stops what runs on the hosts and leaves it where it is; `resume` goes on. */
  pause(id: string, by: string): Promise<MigrationView>;
  /** Another limit for all its copies together, whether or not it is being driven; `undefined` lifts it. */
  limit(id: string, limitKibPerSecond: number | undefined): Promise<MigrationView>;
  /** What a step of this migration would work with; for looking without acting. */
  context(state: Migration, signal: AbortSignal): StepContext;
  /** Read without taking it over. @throws Failure `migration.not-found`, `journal.damaged` */
  read(id: string): Promise<Migration>;
  /** @throws Failure `migration.not-found`, `journal.damaged` */
  report(id: string): Promise<ReportView>;
  /** What this engine drives now. */
  active(): readonly MigrationView[];
  /** Stops driving all of them; nothing on the hosts is stopped. */
  close(): Promise<void>;
}

/** All migrations of this engine: those that it drives now, and those that lie in the journals. */
export function createMigrations(options: MigrationsOptions): Migrations {
  const { ports, events, who } = options;
  const driven = new Map<string, Driven>();

  /** Of one that is not being driven here, the journal tells: another process may have gone on with it. */
  const read = async (id: string): Promise<Migration> => {
    const entry = driven.get(id);
    return entry?.active === true ? entry.ledger.state() : stateOf(id, await ports.journals.read(id));
  };

  const run = (state: Migration, journal: Journal<Fact>): MigrationView => {
    const entry = startDriving(options, state, journal);
    driven.set(state.id, entry);
    tell(options, entry);
    return viewOf(entry);
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
    return run(evolve(state, timed), journal);
  };

  /** Nobody drives it: the fact is written down for whoever resumes it. */
  const recordAtRest = async (
    id: string,
    fact: NewFact,
    allowed: (state: Migration) => void,
    before: (state: Migration) => Promise<void> = () => Promise.resolve(),
  ): Promise<MigrationView> => {
    const { state, journal } = await takeOver(id);
    try {
      allowed(state);
      await before(state);
      const ledger = createLedger(state, journal, ports.clock, () => undefined);
      await ledger.record(fact);
      const entry = driven.get(id);
      if (entry !== undefined) {
        entry.ledger = ledger;
        if (fact.type === 'paused') entry.interrupted = undefined;
      }
      const view = entry === undefined ? migrationView(ledger.state(), AT_REST) : viewOf(entry);
      events.emit({ name: 'migration.changed', payload: view });
      return view;
    } finally {
      await journal.close();
    }
  };

  /** What cannot be reached goes on; it is found again, and nobody trusts it before it is proven. */
  const stopJobs = async (state: Migration): Promise<void> => {
    const { id, plan } = state;
    const context = stepContext(options, state, new AbortController().signal, undefined);
    const stop = (host: string): Promise<unknown> =>
      withoutHost(context, host, 'what runs there for this migration goes on', () =>
        ports.transfer.forget(host, id),
      );
    await Promise.all([plan.source.name, plan.destination.name].map(stop));
  };

  return {
    read,
    context: (state, signal) => stepContext(options, state, signal, driven.get(state.id)),
    async report(id) {
      const { facts } = await ports.journals.read(id);
      return makeReport(facts, driven.get(id) ?? AT_REST, ports.clock.nowMs());
    },
    active: () => [...driven.values()].filter((entry) => entry.active).map(viewOf),
    async show(id) {
      const state = await read(id);
      const entry = driven.get(id);
      const isOurs = entry?.ledger.state().updatedAtMs === state.updatedAtMs;
      return entry !== undefined && isOurs ? viewOf(entry) : migrationView(state, AT_REST);
    },
    async start(plan, by) {
      const first = { type: 'planned' as const, plan, by, atMs: ports.clock.nowMs() };
      const journal = await ports.journals.create(plan.id, first);
      const state = replay([first]);
      if (state === undefined) throw new Failure('internal', 'a migration could not begin from its plan');
      return run(state, journal);
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
      return run(state, journal);
    },
    async decide(id, fact, allowed) {
      const driving = driven.get(id);
      if (fact.type === 'cancelled' && driving?.active === true) {
        allowed(driving.ledger.state());
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
    async pause(id, by) {
      const entry = driven.get(id);
      if (entry?.active === true) {
        mayPause(entry.ledger.state());
        entry.controller.abort();
        await entry.done;
      }
      try {
        // With the journal in hand: nobody can resume it meanwhile and lose what was just begun.
        return await recordAtRest(id, { type: 'paused', by }, mayPause, stopJobs);
      } catch (error) {
        // Nova was told in this very moment: then it is followed on, and not left alone.
        if (entry?.active === false && error instanceof Failure && error.code === 'verdict.not-due') {
          const { state, journal } = await takeOver(id);
          run(state, journal);
        }
        throw error;
      }
    },
    async limit(id, limitKibPerSecond) {
      const fact = { type: 'limit-changed' as const, limitKibPerSecond, by: who };
      const entry = driven.get(id);
      if (entry?.active !== true) return recordAtRest(id, fact, mayLimit);
      mayLimit(entry.ledger.state());
      await entry.ledger.record(fact);
      const words =
        limitKibPerSecond === undefined ? 'lifted' : `now ${formatRate(limitKibPerSecond * 1024)}`;
      ports.log({ level: 'info', message: `the bandwidth limit is ${words}`, migration: id });
      for (const listener of entry.limitListeners) listener();
      return viewOf(entry);
    },
    async close() {
      for (const entry of driven.values()) entry.controller.abort();
      await Promise.all([...driven.values()].map((entry) => entry.done));
    },
  };
}
