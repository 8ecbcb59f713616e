import type { MigrationView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';

/** What a migration wants of the admin; each is in exactly one. */
export const KINDS = ['running', 'verdict', 'interrupted', 'done'] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  running: 'Running',
  verdict: 'Waiting for a verdict',
  interrupted: 'Interrupted',
  done: 'Done',
};

export function kindOf({ phase, active, interrupted }: MigrationView): Kind {
  switch (phase) {
    case 'confirmed':
    case 'reverted':
    case 'failed':
    case 'cancelled':
      return 'done';
    case 'awaiting-verdict':
      return interrupted === undefined ? 'verdict' : 'interrupted';
    case 'planned':
    case 'staging':
    case 'stopping':
    case 'preparing':
    case 'copying':
    case 'verifying':
    case 'handing-over':
    case 'confirming':
    case 'reverting':
    case 'restoring':
      return active && interrupted === undefined ? 'running' : 'interrupted';
  }
}

export function countKinds(migrations: readonly MigrationView[]): Readonly<Record<Kind, number>> {
  const counts: Record<Kind, number> = { running: 0, verdict: 0, interrupted: 0, done: 0 };
  for (const migration of migrations) counts[kindOf(migration)] += 1;
  return counts;
}

const PHASE_WORDS: Readonly<Record<MigrationView['phase'], { readonly tone: Tone; readonly word: string }>> =
  {
    planned: { tone: 'busy', word: 'Waiting its turn' },
    staging: { tone: 'busy', word: 'Staging' },
    stopping: { tone: 'busy', word: 'Stopping' },
    preparing: { tone: 'busy', word: 'Preparing' },
    copying: { tone: 'busy', word: 'Copying' },
    verifying: { tone: 'busy', word: 'Proving' },
    'handing-over': { tone: 'busy', word: 'Handing over' },
    'awaiting-verdict': { tone: 'note', word: 'Awaits verdict' },
    confirming: { tone: 'busy', word: 'Confirming' },
    reverting: { tone: 'busy', word: 'Reverting' },
    restoring: { tone: 'busy', word: 'Going back' },
    confirmed: { tone: 'good', word: 'Confirmed' },
    reverted: { tone: 'quiet', word: 'Reverted' },
    failed: { tone: 'bad', word: 'Failed' },
    cancelled: { tone: 'quiet', word: 'Cancelled' },
  };

/** The state in the list. What stands still says so, whatever it was about to do. */
export function stateWords(migration: MigrationView): { readonly tone: Tone; readonly word: string } {
  const { phase, proven } = migration;
  const { tone, word } = PHASE_WORDS[phase];
  if (migration.paused !== undefined) return { tone: 'warn', word: 'Paused' };
  if (kindOf(migration) === 'interrupted') return { tone: 'warn', word: `Stopped: ${word.toLowerCase()}` };
  if (phase === 'awaiting-verdict' && !proven) return { tone: 'bad', word: 'Not proven' };
  return { tone, word };
}
