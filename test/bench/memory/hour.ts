import type { EngineEvent } from '../../../main/contract/ipc.ts';
import type { LogLineView, MigrationView } from '../../../main/contract/views.ts';
import { aDiskView, aMigration, GIB, MIGRATION_ID } from '../../page/support/samples.ts';

/** An hour in which eight disks are copied, second by second. */
export const HOUR_SECONDS = 3_600;
const DISKS = 8;
/** So many that the page has all it keeps, 100,000, long before the first measurement. */
export const LINES_PER_SECOND = 100;
const BYTES_PER_SECOND = 24 * 1024 ** 2;
const BYTES_TOTAL = 100 * GIB;
/** In the past, so that nothing of it lies ahead of the page's clock. */
const BEGUN_MS = Date.now() - HOUR_SECONDS * 1000;
const NAMES = Array.from({ length: DISKS }, (_, index) =>
  index === 0 ? 'disk' : `disk.eph${String(index - 1)}`,
);

/** How it stands after so many seconds. */
export function theMigration(second: number): MigrationView {
  return aMigration({
    disks: NAMES.map((name) =>
      aDiskView({ name, bytesTotal: BYTES_TOTAL, bytesDone: second * BYTES_PER_SECOND }),
    ),
    bytesToMove: DISKS * BYTES_TOTAL,
    enteredAtMs: { planned: BEGUN_MS - 60_000, copying: BEGUN_MS },
    updatedAtMs: BEGUN_MS + second * 1000,
    downtime: { startMs: BEGUN_MS },
  });
}

/** What is told within that second: a count of every disk, lines of the log, now and then the whole. */
export function eventsOf(second: number): readonly EngineEvent[] {
  const atMs = BEGUN_MS + second * 1000;
  const samples = NAMES.map((disk, index) => ({
    migration: MIGRATION_ID,
    disk,
    atMs,
    bytesDone: second * (BYTES_PER_SECOND + index * 1024 ** 2),
  }));
  const lines = Array.from({ length: LINES_PER_SECOND }, (_, index) => lineOf(second, index, atMs));
  return [
    { name: 'disk.samples', payload: samples },
    { name: 'log.lines', payload: lines },
    ...(second % 10 === 0 ? [{ name: 'migration.changed', payload: theMigration(second) } as const] : []),
  ];
}

/** The last words of that second, as the page shows them. */
export function lastWordsOf(second: number): string {
  return `second ${String(second)} is over`;
}

function lineOf(second: number, index: number, atMs: number): LogLineView {
  const isLast = index === LINES_PER_SECOND - 1;
  return {
    number: (second - 1) * LINES_PER_SECOND + index + 1,
    atMs,
    level: 'info',
    migration: MIGRATION_ID,
    disk: NAMES[index % DISKS] ?? 'disk',
    message: isLast
      ? lastWordsOf(second)
      : `rsync: ${String(second * 100_000 + index)} bytes are there, 104.86 MB/s, 0:00:07 left`,
  };
}
