import type { SampleView } from '../contract/views.ts';
import { keepPoint } from '../domain/throughput.ts';

/** Counts of bytes, kept for a page that comes later: bounded for each disk, and in the number of migrations. */
export interface SampleStore {
  add(samples: readonly SampleView[]): void;
  /** Oldest first. */
  read(migration: string): readonly SampleView[];
}

const POINTS_PER_DISK = 1_200;
const MIGRATIONS = 200;

export function createSampleStore(pointsPerDisk = POINTS_PER_DISK, migrations = MIGRATIONS): SampleStore {
  const kept = new Map<string, Map<string, readonly SampleView[]>>();
  return {
    add(samples) {
      for (const sample of samples) {
        const disks = kept.get(sample.migration) ?? new Map<string, readonly SampleView[]>();
        // The one that moved last comes last, and goes last.
        kept.delete(sample.migration);
        kept.set(sample.migration, disks);
        disks.set(sample.disk, keepPoint(disks.get(sample.disk) ?? [], sample, pointsPerDisk));
      }
      for (const [migration] of kept) {
        if (kept.size <= migrations) break;
        kept.delete(migration);
      }
    },
    read: (migration) =>
      [...(kept.get(migration)?.values() ?? [])].flat().sort((left, right) => left.atMs - right.atMs),
  };
}
