import { create } from 'zustand';
import type { SampleView } from '@contract/views.ts';
import { pace, type Pace } from '@contract/format.ts';
import { call } from '../engine.ts';

/** One disk's counts over time and its present pace. The arrays never grow past `MOST_POINTS`. */
export interface Series {
  readonly atMs: readonly number[];
  readonly bytesDone: readonly number[];
  readonly pace: Pace | undefined;
}

type ByDisk = Readonly<Record<string, Series>>;

const MOST_POINTS = 1_200;
const EMPTY: Series = { atMs: [], bytesDone: [], pace: undefined };

/** By migration, then by disk. */
export const useSamples = create<{ readonly byMigration: Readonly<Record<string, ByDisk>> }>(() => ({
  byMigration: {},
}));

export function forgetSamples(): void {
  useSamples.setState({ byMigration: {} });
}

export function takeSamples(samples: readonly SampleView[]): void {
  useSamples.setState(({ byMigration }) => {
    const next = { ...byMigration };
    for (const { migration, disk, atMs, bytesDone } of samples) {
      const disks = next[migration] ?? {};
      next[migration] = { ...disks, [disk]: append(disks[disk] ?? EMPTY, atMs, bytesDone) };
    }
    return { byMigration: next };
  });
}

/** Reads what the desk kept of a migration before this page was there. */
export async function loadSamples(migration: string): Promise<void> {
  const reply = await call('samples.read', { migration });
  if (!reply.ok) return;
  const fresh: Record<string, Series> = {};
  for (const { disk, atMs, bytesDone } of reply.value.samples)
    fresh[disk] = append(fresh[disk] ?? EMPTY, atMs, bytesDone);
  useSamples.setState(({ byMigration }) => {
    const known = byMigration[migration] ?? {};
    // What came by message meanwhile is newer than the end of what was read.
    for (const [disk, series] of Object.entries(known)) {
      const end = fresh[disk]?.atMs.at(-1) ?? 0;
      series.atMs.forEach((atMs, index) => {
        if (atMs > end) fresh[disk] = append(fresh[disk] ?? EMPTY, atMs, series.bytesDone[index] ?? 0);
      });
    }
    return { byMigration: { ...byMigration, [migration]: fresh } };
  });
}

/** Adds a point. When there are too many, every second one of the older half is dropped. Exported for its test. */
export function append(series: Series, atMs: number, bytesDone: number): Series {
  const next = {
    atMs: [...series.atMs, atMs],
    bytesDone: [...series.bytesDone, bytesDone],
    pace: pace(series.pace, { atMs, bytesDone }),
  };
  if (next.atMs.length <= MOST_POINTS) return next;
  const keep = (_value: number, index: number): boolean => index >= MOST_POINTS / 2 || index % 2 === 0;
  return { ...next, atMs: next.atMs.filter(keep), bytesDone: next.bytesDone.filter(keep) };
}
