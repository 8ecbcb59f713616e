import { z } from 'zod';
import type { OtherMigration } from '../../domain/surroundings.ts';
import type { Compute } from './compute.ts';
import { Uuid } from './uuid.ts';

const Text = z.string().nullish();
const Row = z.object({
  id: z.int(),
  instance_uuid: Uuid,
  status: z.string(),
  migration_type: Text,
  source_compute: Text,
  dest_compute: Text,
  created_at: z.string(),
  updated_at: Text,
});
const Rows = z.object({ migrations: z.array(Row) });
const Named = z.object({ server: z.object({ name: z.string() }) });

/**
 * Statuses in which bytes are on their way, or will be soon. A `finished` one waits for a confirm and moves nothing
 * (docs/handbook/nova.md; nova/objects/fields.py names no list).
 */
const UNDER_WAY: ReadonlySet<string> = new Set([
  ...['accepted', 'queued', 'preparing', 'running', 'pre-migrating', 'migrating', 'post-migrating'],
  ...['confirming', 'reverting'],
]);

/** Newest rows of each host that are looked at; from 2.59 on Nova gives the newest first and knows a limit. */
const NEWEST = 200;
const SINCE_LIMIT = 59;
const NAMED_AT_MOST = 4;

/** What Nova moves to or from these hosts now, but for one server. */
export async function listTraffic(
  compute: Compute,
  hosts: readonly string[],
  except: string,
  signal?: AbortSignal,
): Promise<readonly OtherMigration[]> {
  const { used } = await compute.api(signal);
  const limit = used.minor >= SINCE_LIMIT ? { limit: String(NEWEST) } : {};
  const lists = await Promise.all(
    hosts.map((host) =>
      compute.get(
        Rows,
        `list migrations of ${host}`,
        '/os-migrations',
        { host, ...limit },
        undefined,
        signal,
      ),
    ),
  );
  const rows = new Map(lists.flatMap(({ migrations }) => migrations).map((row) => [row.id, row]));
  const open = [...rows.values()]
    .filter((row) => UNDER_WAY.has(row.status) && row.instance_uuid !== except)
    .filter((row) => hosts.includes(row.source_compute ?? '') || hosts.includes(row.dest_compute ?? ''))
    .sort((one, other) => other.id - one.id);
  return await Promise.all(
    open.map(async (row, index) => ({
      serverId: row.instance_uuid,
      serverName: index < NAMED_AT_MOST ? await nameOf(compute, row.instance_uuid, signal) : undefined,
      status: row.status,
      type: row.migration_type ?? undefined,
      sourceCompute: row.source_compute ?? undefined,
      destCompute: row.dest_compute ?? undefined,
      updatedAt: row.updated_at ?? row.created_at,
    })),
  );
}

/** A name is a courtesy: an instance that is gone meanwhile has none. */
async function nameOf(compute: Compute, serverId: string, signal?: AbortSignal): Promise<string | undefined> {
  const path = `/servers/${encodeURIComponent(serverId)}`;
  try {
    const { server } = await compute.get(Named, `look at server ${serverId}`, path, {}, undefined, signal);
    return server.name;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return undefined;
  }
}
