import { isOver } from '@contract/format.ts';
import type { InstanceView, MigrationView } from '@contract/views.ts';
import type { Tone } from '../../components/Status.tsx';
import { kindOf } from '../migrations/kinds.ts';

export type DiskOfInstance = NonNullable<InstanceView['disks']>[number];

/** What stands in the column, and how it is meant. */
export interface Words {
  readonly tone: Tone;
  readonly word: string;
}

/** Nova's own word; what is on its way or wrong gets the tone of it. */
export function statusWords({ status, taskState, warning }: InstanceView): Words {
  if (status === 'ERROR') return { tone: 'bad', word: status };
  if (warning !== undefined) return { tone: 'warn', word: status };
  if (taskState !== undefined) return { tone: 'busy', word: status };
  if (status === 'ACTIVE') return { tone: 'good', word: status };
  return { tone: 'quiet', word: status };
}

/** The worst of the chains of its disks; `undefined` as long as the hosts were not read. */
export function chainWords(disks: readonly DiskOfInstance[] | undefined): Words | undefined {
  if (disks === undefined) return undefined;
  if (disks.length === 0) return { tone: 'warn', word: 'No disks' };
  if (disks.some(({ problem }) => problem !== undefined)) return { tone: 'bad', word: 'Unreadable' };
  if (disks.some(({ baseIsImage }) => baseIsImage === false)) return { tone: 'warn', word: 'Other base' };
  const deepest = Math.max(...disks.map(({ chain }) => chain.length));
  if (deepest > 1) return { tone: 'warn', word: `${String(deepest + 1)} files` };
  if (disks.some(({ baseIsImage }) => baseIsImage === true)) return { tone: 'good', word: 'On image' };
  return { tone: 'quiet', word: deepest === 0 ? 'No base' : 'On a base' };
}

/** One disk's chain as a sentence. */
export function chainSentence({ chain, baseIsImage, problem }: DiskOfInstance): string {
  if (problem !== undefined) return problem;
  if (chain.length === 0) return 'Stands alone, without a base.';
  if (chain.length > 1)
    return `${String(chain.length + 1)} files deep: longer than Nova makes them, so it will be made into one file.`;
  if (baseIsImage === true) return 'An overlay on the base of its image.';
  if (baseIsImage === false) return 'An overlay on a base that is not the one of its image.';
  return 'An overlay on a base.';
}

/** What its guest starts with. */
export function firmwareWords(firmware: InstanceView['firmware']): string {
  switch (firmware) {
    case 'bios':
      return 'BIOS';
    case 'uefi':
      return 'UEFI';
    case 'unknown':
      return 'Unknown';
    case undefined:
      return 'Not read';
    default:
      return firmware satisfies never;
  }
}

const PHASE_WORDS: Readonly<Record<MigrationView['phase'], Words>> = {
  planned: { tone: 'busy', word: 'Planned' },
  staging: { tone: 'busy', word: 'Staging' },
  stopping: { tone: 'busy', word: 'Stopping' },
  preparing: { tone: 'busy', word: 'Preparing' },
  copying: { tone: 'busy', word: 'Copying' },
  verifying: { tone: 'busy', word: 'Verifying' },
  'handing-over': { tone: 'busy', word: 'Handing over' },
  'awaiting-verdict': { tone: 'note', word: 'Awaits verdict' },
  confirming: { tone: 'busy', word: 'Confirming' },
  reverting: { tone: 'busy', word: 'Reverting' },
  restoring: { tone: 'busy', word: 'Restoring' },
  confirmed: { tone: 'good', word: 'Confirmed' },
  reverted: { tone: 'good', word: 'Reverted' },
  failed: { tone: 'bad', word: 'Failed' },
  cancelled: { tone: 'quiet', word: 'Cancelled' },
};

/** A migration of ours in the words of the list. */
export function migrationWords(migration: MigrationView): Words {
  if (migration.paused !== undefined) return { tone: 'warn', word: 'Paused' };
  if (kindOf(migration) === 'interrupted') return { tone: 'warn', word: 'Interrupted' };
  return PHASE_WORDS[migration.phase];
}

/** The instance has changed its host, or came back to it: what was read of both hosts before is old. */
export function hasMoved(migration: MigrationView): boolean {
  return migration.phase === 'awaiting-verdict' || isOver(migration.phase);
}
