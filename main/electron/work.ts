import type { Message } from '../contract/bridge.ts';
import type { MigrationView } from '../contract/views.ts';
import { noticeOf, type Notice } from './notice.ts';

/** What is under way, as the desk tells it. */
export interface Work {
  /** Those that this process drives right now and that need nobody. */
  active(): readonly MigrationView[];
  /** Of all bytes of the active ones, 0 to 1; `undefined` if there are none to count. */
  shareDone(): number | undefined;
  /** @returns what the admin should be told, if they look elsewhere. */
  take(message: Message): Notice | undefined;
}

export function followWork(known: readonly MigrationView[]): Work {
  const migrations = new Map(known.map((migration) => [migration.id, migration]));
  /** By migration and disk: samples come more often than views. */
  const bytesDone = new Map<string, Map<string, number>>();
  const active = (): readonly MigrationView[] => [...migrations.values()].filter(needsUs);

  return {
    active,
    shareDone() {
      const disks = active().flatMap(({ id, disks: all }) =>
        all.map((disk) => ({
          total: disk.bytesTotal,
          done: Math.min(disk.bytesTotal, Math.max(disk.bytesDone, bytesDone.get(id)?.get(disk.name) ?? 0)),
        })),
      );
      const total = disks.reduce((sum, disk) => sum + disk.total, 0);
      return total === 0 ? undefined : disks.reduce((sum, disk) => sum + disk.done, 0) / total;
    },
    take({ event }) {
      if (event.name === 'disk.samples') {
        for (const sample of event.payload) {
          const ofDisks = bytesDone.get(sample.migration) ?? new Map<string, number>();
          bytesDone.set(sample.migration, ofDisks.set(sample.disk, sample.bytesDone));
        }
        return undefined;
      }
      if (event.name !== 'migration.changed') return undefined;
      const before = migrations.get(event.payload.id);
      migrations.set(event.payload.id, event.payload);
      if (!needsUs(event.payload)) bytesDone.delete(event.payload.id);
      return noticeOf(before, event.payload);
    },
  };
}

function needsUs({ active, phase }: MigrationView): boolean {
  return active && phase !== 'awaiting-verdict';
}
