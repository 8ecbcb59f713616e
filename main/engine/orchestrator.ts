import { setMaxListeners } from 'node:events';
import type { NewFact } from '../domain/facts.ts';
import type { Migration } from '../domain/migration.ts';
import { nextSteps, stepKey, type Step } from '../domain/steps.ts';
import type { Ledger } from './ledger.ts';
import { asEnd } from './patience.ts';

export interface Drive {
  readonly ledger: Ledger;
  /** Does one step; see `perform`. */
  readonly perform: (step: Step, state: Migration, signal: AbortSignal) => Promise<NewFact>;
  /** Stops our part. Jobs on the hosts go on, and are found again by the next drive. */
  readonly signal: AbortSignal;
}

type Outcome =
  | { readonly key: string; readonly fact: NewFact }
  | { readonly key: string; readonly error: unknown; readonly step: Step };

/**
 * Carries one migration on until it is over, waits for a person, or was stopped. Every fact is on the disk before the
 * next act. Safe to run again after a crash: state and steps come from the facts alone.
 *
 * @throws Failure of the step that could not go on; the migration stays where it is, to be resumed.
 */
export async function drive({ ledger, perform, signal }: Drive): Promise<Migration> {
  // Every step of every round listens to it.
  setMaxListeners(0, signal);
  let round = begin();
  const running = new Map<string, Promise<Outcome>>();

  const stopped = (): boolean => signal.aborted;
  const settle = async (): Promise<void> => {
    round.abort();
    await Promise.all(running.values());
    running.clear();
    round = begin();
  };

  try {
    for (;;) {
      const state = ledger.state();
      if (stopped()) return state;
      for (const step of nextSteps(state)) {
        const key = stepKey(step);
        if (running.has(key)) continue;
        const either = AbortSignal.any([signal, round.signal]);
        // One listener for each call that a step makes at the same time.
        setMaxListeners(0, either);
        running.set(key, attempt(step, state, either, perform));
      }
      if (running.size === 0) return state;
      const outcome = await Promise.race(running.values());
      running.delete(outcome.key);
      if ('fact' in outcome) {
        await ledger.record(outcome.fact);
        continue;
      }
      if (stopped()) return ledger.state();
      const end = asEnd(outcome.step, state.handedOver !== undefined, outcome.error);
      if (end === undefined) throw outcome.error;
      await settle();
      await ledger.record(end);
    }
  } finally {
    await settle();
  }
}

/** What stops the steps of one round; each of them listens to it. */
function begin(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

async function attempt(
  step: Step,
  state: Migration,
  signal: AbortSignal,
  perform: Drive['perform'],
): Promise<Outcome> {
  const key = stepKey(step);
  try {
    return { key, fact: await perform(step, state, signal) };
  } catch (error) {
    return { key, error, step };
  }
}
