import { z } from 'zod';
import type { ServerGroup } from '../../domain/surroundings.ts';
import type { Compute } from './compute.ts';

/** From 2.71 on a server tells its groups, in a look at one server alone. */
const Shown = z.object({ server: z.object({ server_groups: z.array(z.string()).optional() }) });

const Row = z.object({
  id: z.string(),
  name: z.string(),
  /** One word from 2.64 on, a list before. */
  policy: z.string().optional(),
  policies: z.array(z.string()).optional(),
  rules: z.object({ max_server_per_host: z.coerce.number().optional() }).nullish(),
  members: z.array(z.string()).default([]),
});
const One = z.object({ server_group: Row });
const Many = z.object({ server_groups: z.array(Row) });
const OnHost = z.object({ id: z.string(), name: z.string().nullish() });

/** Groups of a server, with their members on one host. */
export async function listGroups(
  compute: Compute,
  serverId: string,
  host: string,
  signal?: AbortSignal,
): Promise<readonly ServerGroup[]> {
  const rows = await groupsOf(compute, serverId, signal);
  if (rows.length === 0) return [];
  const query = { all_tenants: '1', host };
  const servers = await compute.list(
    OnHost,
    `list servers on ${host}`,
    'servers',
    '/servers/detail',
    query,
    undefined,
    signal,
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    policy: row.policy ?? row.policies?.[0] ?? '',
    maxPerHost: row.rules?.max_server_per_host ?? 1,
    atDestination: servers
      .filter(({ id }) => id !== serverId && row.members.includes(id))
      .map(({ id, name }) => name ?? id),
  }));
}

async function groupsOf(
  compute: Compute,
  serverId: string,
  signal?: AbortSignal,
): Promise<readonly z.output<typeof Row>[]> {
  const act = `read the groups of server ${serverId}`;
  const path = `/servers/${encodeURIComponent(serverId)}`;
  const { server } = await compute.get(Shown, act, path, {}, undefined, signal);
  if (server.server_groups === undefined) {
    const query = { all_projects: 'True', limit: '1000' };
    const all = await compute.get(Many, act, '/os-server-groups', query, undefined, signal);
    return all.server_groups.filter(({ members }) => members.includes(serverId));
  }
  return await Promise.all(
    server.server_groups.map(
      async (id) =>
        (await compute.get(One, act, `/os-server-groups/${encodeURIComponent(id)}`, {}, undefined, signal))
          .server_group,
    ),
  );
}
