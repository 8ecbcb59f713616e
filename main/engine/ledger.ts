import type { Fact, NewFact } from '../domain/facts.ts';
import { evolve, type Migration } from '../domain/migration.ts';
import type { Clock, Journal } from '../domain/ports.ts';

/** The state of one migration, and the only way to change it. */
export interface Ledger {
  state(): Migration;
  /** The fact is on the disk before the state has it. @throws Failure `journal.unwritable` */
  record(fact: NewFact): Promise<Migration>;
}

/** Facts may be recorded by who drives the migration and, beside it, by what a person decides. */
export function createLedger(
  begun: Migration,
  journal: Journal<Fact>,
  clock: Clock,
  changed: (state: Migration) => void,
): Ledger {
  let state = begun;
  return {
    state: () => state,
    async record(fact) {
      const timed = { ...fact, atMs: clock.nowMs() } as Fact;
      await journal.append(timed);
      state = evolve(state, timed);
      changed(state);
      return state;
    },
  };
}
