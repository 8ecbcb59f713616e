import { z } from 'zod';
import type { Flavor, Server } from '../../domain/cloud.ts';
import type { Compute } from './compute.ts';
import type { FlavorBook } from './flavors.ts';
import { Uuid } from './uuid.ts';

const Text = z.string().nullish();

/** 2.47 and newer. */
const EmbeddedFlavor = z.object({
  original_name: z.string().optional(),
  vcpus: z.int(),
  ram: z.int(),
  disk: z.int(),
  ephemeral: z.int(),
  swap: z.int(),
  /** Left out where the policy does not let us see them. */
  extra_specs: z.record(z.string(), z.coerce.string()).optional().catch(undefined),
});
const FlavorReference = z.object({ id: z.string() });

/**
 * A server as Nova shows it. A server whose cell is down comes with little more than its id from 2.69 on
 * (Nova doc/source/reference/api-microversion-history.rst).
 */
export const ServerRow = z.object({
  id: Uuid,
  name: Text,
  tenant_id: z.string(),
  status: z.string(),
  created: z.string(),
  updated: Text,
  'OS-EXT-STS:vm_state': Text,
  'OS-EXT-STS:task_state': Text,
  'OS-EXT-STS:power_state': z.int().nullish(),
  'OS-EXT-SRV-ATTR:host': Text,
  'OS-EXT-SRV-ATTR:hypervisor_hostname': Text,
  'OS-EXT-SRV-ATTR:instance_name': Text,
  'OS-EXT-AZ:availability_zone': Text,
  /** 2.96 and newer; null for one that is pinned to none. */
  pinned_availability_zone: Text,
  image: z.union([z.object({ id: z.string() }), z.literal('')]).nullish(),
  flavor: z.union([EmbeddedFlavor, FlavorReference]).nullish(),
  locked: z.boolean().optional(),
  locked_reason: Text,
  config_drive: Text,
  'os-extended-volumes:volumes_attached': z.array(z.object({ id: z.string() })).default([]),
  fault: z.object({ message: z.string(), details: Text }).optional(),
});
export type ServerRow = z.output<typeof ServerRow>;

/** Rows of one page; Nova gives fewer if its own limit is lower (`[api] max_limit`, 1000 by default). */
const PAGE = '1000';

/** Servers of all projects. `name` is the whole name. */
export async function listServers(
  compute: Compute,
  flavors: FlavorBook,
  filter: { readonly host?: string; readonly name?: string },
  signal?: AbortSignal,
): Promise<readonly Server[]> {
  const query = { all_tenants: '1', limit: PAGE, host: filter.host, name: narrowing(filter.name) };
  const rows = await compute.list(
    ServerRow,
    'list servers',
    'servers',
    '/servers/detail',
    query,
    undefined,
    signal,
  );
  const servers = await toServers(rows, flavors, signal);
  return servers.filter(
    (server) =>
      (filter.name === undefined || server.name === filter.name) &&
      (filter.host === undefined || server.host === undefined || server.host === filter.host),
  );
}

export async function showServer(
  compute: Compute,
  flavors: FlavorBook,
  id: string,
  signal?: AbortSignal,
): Promise<Server> {
  const Body = z.object({ server: ServerRow });
  const path = `/servers/${encodeURIComponent(id)}`;
  const { server } = await compute.get(Body, `look at server ${id}`, path, {}, undefined, signal);
  const book = await flavors.find(flavorIds([server]), signal);
  return toServer(server, book);
}

async function toServers(
  rows: readonly ServerRow[],
  flavors: FlavorBook,
  signal?: AbortSignal,
): Promise<readonly Server[]> {
  const book = await flavors.find(flavorIds(rows), signal);
  return rows.map((row) => toServer(row, book));
}

/** Nova takes a name as a regular expression: its longest plain part finds at least what we look for. */
function narrowing(name: string | undefined): string | undefined {
  const parts = name?.split(/[^\p{L}\p{N}_-]+/u) ?? [];
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest === '' ? undefined : longest;
}

function flavorIds(rows: readonly ServerRow[]): readonly string[] {
  return rows.flatMap((row) => (row.flavor && 'id' in row.flavor ? [row.flavor.id] : []));
}

export function toServer(row: ServerRow, flavors: ReadonlyMap<string, Flavor>): Server {
  return {
    id: row.id,
    name: row.name ?? row.id,
    projectId: row.tenant_id,
    status: row.status,
    vmState: row['OS-EXT-STS:vm_state'] ?? undefined,
    taskState: row['OS-EXT-STS:task_state'] ?? undefined,
    powerState: row['OS-EXT-STS:power_state'] ?? undefined,
    host: row['OS-EXT-SRV-ATTR:host'] ?? undefined,
    hypervisorHostname: row['OS-EXT-SRV-ATTR:hypervisor_hostname'] ?? undefined,
    instanceName: row['OS-EXT-SRV-ATTR:instance_name'] ?? undefined,
    imageId: typeof row.image === 'object' ? row.image?.id : undefined,
    flavor: toFlavor(row.flavor, flavors),
    locked: row.locked,
    lockedReason: row.locked_reason ?? undefined,
    configDrive: row.config_drive === 'True' || row.config_drive === 'true' || row.config_drive === '1',
    volumeIds: row['os-extended-volumes:volumes_attached'].map((volume) => volume.id),
    createdAt: row.created,
    updatedAt: row.updated ?? row.created,
    availabilityZone: row['OS-EXT-AZ:availability_zone'] ?? undefined,
    ...(row.pinned_availability_zone !== undefined && {
      zonePin: { zone: row.pinned_availability_zone ?? undefined },
    }),
    fault: row.fault && { message: row.fault.message, details: row.fault.details ?? undefined },
  };
}

function toFlavor(flavor: ServerRow['flavor'], known: ReadonlyMap<string, Flavor>): Flavor | undefined {
  if (flavor === null || flavor === undefined) return undefined;
  if ('id' in flavor) return known.get(flavor.id);
  return {
    name: flavor.original_name,
    vcpus: flavor.vcpus,
    ramMib: flavor.ram,
    rootGib: flavor.disk,
    ephemeralGib: flavor.ephemeral,
    swapMib: flavor.swap,
    ...(flavor.extra_specs !== undefined && { extraSpecs: flavor.extra_specs }),
  };
}
