import type { MigrationView } from '../../../main/contract/views.ts';

type Phase = MigrationView['phase'];

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Phases in which the instance is off; their names in the table. */
const PARTS: Readonly<Partial<Record<Phase, string>>> = {
  staging: 'stage',
  stopping: 'stop',
  preparing: 'prepare',
  copying: 'copy',
  verifying: 'prove',
  'handing-over': 'hand over',
};

/**
 * Seconds of each phase, in the order in which it entered them. On route nova, Nova copies while it is handed over, and
 * the proof comes after.
 */
export function partsOf({
  enteredAtMs,
}: Pick<MigrationView, 'enteredAtMs'>): Readonly<Record<string, number>> {
  const entered = Object.entries(enteredAtMs).toSorted(([, left], [, right]) => left - right);
  return Object.fromEntries(
    entered.flatMap(([phase, atMs], index) => {
      const name = PARTS[phase as Phase];
      const nextMs = entered[index + 1]?.[1];
      return name === undefined || nextMs === undefined ? [] : [[name, (nextMs - atMs) / 1000]];
    }),
  );
}

/**
 * From the stop until the instance runs again, proven; where Nova leaves it off, until all is proven and a confirm may
 * come.
 *
 * @throws Error if it was not off at all.
 */
export function downtimeOf({ downtime, enteredAtMs }: Pick<MigrationView, 'downtime' | 'enteredAtMs'>): Span {
  const { startMs } = downtime;
  const endMs = downtime.endMs ?? enteredAtMs['awaiting-verdict'];
  if (startMs === undefined || endMs === undefined) throw new Error('the instance was never off');
  return { startMs, endMs };
}

/** How long the longest of its copies ran on the host; `undefined` if none of ours did. */
export function copyJobSecondsOf({ disks }: Pick<MigrationView, 'disks'>): number | undefined {
  const seconds = disks.flatMap((disk) => disk.seconds ?? []);
  return seconds.length === 0 ? undefined : Math.max(...seconds);
}

/** A moment of an instance in Nova's database. */
export interface NovaMoment {
  readonly atMs: number;
  readonly taskState: string | null;
}

/** Seconds within this span in which Nova had a task of its own for the instance. */
export function cloudSecondsOf(history: readonly NovaMoment[], { startMs, endMs }: Span): number {
  const ms = history.reduce((sum, { atMs, taskState }, index) => {
    if (taskState === null) return sum;
    const untilMs = Math.min(history[index + 1]?.atMs ?? endMs, endMs);
    return sum + Math.max(0, untilMs - Math.max(atMs, startMs));
  }, 0);
  return ms / 1000;
}
