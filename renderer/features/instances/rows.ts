import { isOver } from '@contract/format.ts';
import type { HostView, InstanceView, InventoryView, MigrationView } from '@contract/views.ts';
import { refusalOf } from './refusal.ts';
import { chainWords, statusWords, type Words } from './words.ts';

/** One line of the list, with everything that sorting, filtering and drawing ask again and again. */
export interface Row {
  readonly instance: InstanceView;
  /** Of ours and not over; the newest if there are several. */
  readonly migration: MigrationView | undefined;
  readonly status: Words;
  readonly chain: Words | undefined;
  /** Of all its disks together; `undefined` until its host was read. */
  readonly allocatedBytes: number | undefined;
  readonly virtualBytes: number | undefined;
  /** NaN if Nova told no date. */
  readonly updatedAtMs: number;
  readonly refusal: string | undefined;
  /** In small letters, what the search looks into. */
  readonly searched: string;
}

/** Migrations that are under way, by the id of their instance. They come newest first. */
export function migrationsByInstance(
  migrations: readonly MigrationView[],
): ReadonlyMap<string, MigrationView> {
  const found = new Map<string, MigrationView>();
  for (const migration of migrations)
    if (!isOver(migration.phase) && !found.has(migration.server.id))
      found.set(migration.server.id, migration);
  return found;
}

/** Makes the rows; one whose instance, host and migration are the same objects as before stays the same object. */
export function createRowMaker(): (
  inventory: InventoryView,
  migrations: ReadonlyMap<string, MigrationView>,
) => readonly Row[] {
  const known = new WeakMap<InstanceView, { readonly host: HostView | undefined; readonly row: Row }>();
  return (inventory, migrations) => {
    const hosts = new Map(inventory.hosts.map((host) => [host.name, host]));
    return inventory.instances.map((instance) => {
      const host = instance.host === undefined ? undefined : hosts.get(instance.host);
      const migration = migrations.get(instance.id);
      const before = known.get(instance);
      if (before?.host === host && before?.row.migration === migration && before !== undefined)
        return before.row;
      const row = makeRow(instance, host, migration);
      known.set(instance, { host, row });
      return row;
    });
  };
}

export function makeRow(
  instance: InstanceView,
  host: HostView | undefined,
  migration: MigrationView | undefined,
): Row {
  const { id, name, projectId, projectName = '', disks } = instance;
  return {
    instance,
    migration,
    status: statusWords(instance),
    chain: chainWords(disks),
    allocatedBytes: disks?.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0),
    virtualBytes: disks?.reduce((sum, { virtualBytes }) => sum + virtualBytes, 0),
    updatedAtMs: Date.parse(instance.updatedAt),
    refusal: refusalOf(instance, host, migration),
    searched: [name, id, instance.host ?? '', projectId, projectName].join('\n').toLowerCase(),
  };
}
