import type { MigrationRecord, Server } from './cloud.ts';
import type { NewFact } from './facts.ts';
import type { Plan } from './plan.ts';

/** What one look at Nova tells of a migration that waits for its verdict. */
export type Seen =
  /** It still waits, or Nova is at work on it. */
  | { readonly kind: 'due' }
  | { readonly kind: 'decided'; readonly fact: Extract<NewFact, { type: 'decided-elsewhere' }> }
  /** Nothing may be concluded from it; `said` tells why, in words for the admin. */
  | { readonly kind: 'unclear'; readonly said: string };

const DUE: Seen = { kind: 'due' };

/** True as long as nothing can have been decided to its end. */
export function isUndecided(now: Server): boolean {
  return now.status === 'VERIFY_RESIZE' || now.taskState !== undefined;
}

/**
 * Whether somebody else, or Nova by itself, gave the verdict. Only what Nova's record says, and the server bears out, is
 * believed.
 *
 * @param record - Nova's record of our migration.
 */
export function decisionSeen(plan: Plan, now: Server, record: MigrationRecord | undefined): Seen {
  if (isUndecided(now)) return DUE;
  const words = `Nova says ${now.status} on ${now.host ?? 'no host'}, and ${record?.status ?? 'nothing'} of its migration`;
  // A verdict must not be carried on from a state that Nova itself cannot keep.
  if (now.status === 'ERROR') return unclear(words);
  if (now.status === 'ACTIVE' && now.powerState !== 1) return unclear(`${words}, but not that it runs`);
  if (record?.status === 'confirmed' && now.host === plan.destination.name)
    return decided('confirm', confirmedWords(plan));
  if (record?.status === 'reverted' && now.host === plan.source.name)
    return decided('revert', 'somebody else reverted it');
  return unclear(words);
}

/** The instance is gone: nothing is left to decide. */
export function deletionSeen(): Seen {
  return decided('other', 'The instance was deleted meanwhile.');
}

function confirmedWords({ destination }: Plan): string {
  return (destination.confirmWindowSeconds ?? 0) > 0
    ? `Nova confirmed it by itself (resize_confirm_window on ${destination.name}), or somebody else did`
    : 'somebody else confirmed it';
}

function decided(choice: 'confirm' | 'revert' | 'other', said: string): Seen {
  return { kind: 'decided', fact: { type: 'decided-elsewhere', choice, said } };
}

function unclear(said: string): Seen {
  return { kind: 'unclear', said };
}
