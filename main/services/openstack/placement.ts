import PQueue from 'p-queue';
import { z } from 'zod';
import type { Room } from '../../domain/cloud.ts';
import { Failure } from '../../domain/failure.ts';
import type { Offers } from '../../domain/surroundings.ts';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';
import { shared } from './shared.ts';
import type { Version } from './version.ts';
import { atLeast, formatVersion, older, parseVersion } from './version.ts';

const OURS: Version = { major: 1, minor: 39 };
const OLDEST: Version = { major: 1, minor: 0 };
/** Placement doc/source/placement-api-microversion-history.rst */
const SINCE_CANDIDATES: Version = { major: 1, minor: 10 };
const SINCE_ALL_CLASSES: Version = { major: 1, minor: 27 };
/** One host with all below it, asked for by its id. */
const SINCE_ONE_TREE: Version = { major: 1, minor: 31 };
const QUESTIONS_AT_ONCE = 8;

export interface Placement {
  /** Room of each host, from a handful of questions however many hosts there are. */
  room(signal?: AbortSignal): Promise<readonly Room[]>;
  /** Names of the hosts on which the consumer (a server or a migration) holds a share. */
  holders(consumerId: string, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Traits and resources of one host with the providers below it.
   *
   * @throws Failure `cloud.too-old` below Placement 1.31, `cloud.not-found` if the host has not one MiB of RAM left.
   */
  offers(provider: string, signal?: AbortSignal): Promise<Offers>;
}

const Versions = z.object({ versions: z.array(z.object({ max_version: z.string() })).min(1) });
const Providers = z.object({
  resource_providers: z.array(
    z.object({ uuid: z.string(), name: z.string(), root_provider_uuid: z.string().nullish() }),
  ),
});
type Provider = z.output<typeof Providers>['resource_providers'][number];

const Amount = z.object({ capacity: z.number(), used: z.number() });
type Amounts = Readonly<Record<string, z.output<typeof Amount>>>;
const Candidates = z.object({
  provider_summaries: z.record(
    z.string(),
    z.object({
      resources: z.record(z.string(), Amount),
      /** From 1.17 on. */
      traits: z.array(z.string()).default([]),
      /** From 1.29 on. */
      root_provider_uuid: z.string().nullish(),
    }),
  ),
});
const Inventories = z.object({
  inventories: z.record(
    z.string(),
    z.object({ total: z.number(), reserved: z.number().default(0), allocation_ratio: z.number().default(1) }),
  ),
});
const Usages = z.object({ usages: z.record(z.string(), z.number()) });
const Allocations = z.object({ allocations: z.record(z.string(), z.unknown()) });

export function openPlacement(client: Client): Placement {
  const discover = async (): Promise<{ readonly url: string; readonly used: Version }> => {
    const { url } = await client.endpoint('placement');
    const act = 'ask which API versions it speaks';
    const { question, answer } = await client.call({
      service: 'placement',
      method: 'GET',
      url: `${url}/`,
      act,
    });
    const max = readBody(Versions, question, answer).versions.map(
      (entry) => parseVersion(entry.max_version) ?? OLDEST,
    );
    return {
      url,
      used: older(
        max.reduce((a, b) => (atLeast(a, b) ? a : b)),
        OURS,
      ),
    };
  };
  const found = shared(discover);

  const get = async <Schema extends z.ZodType>(
    schema: Schema,
    act: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> => {
    const { url, used } = await found.get(signal);
    const { question, answer } = await client.call(
      {
        service: 'placement',
        method: 'GET',
        url: `${url}${path}`,
        act,
        headers: { 'openstack-api-version': `placement ${formatVersion(used)}` },
        onRefusal: (status) => {
          if (status === 406) found.forget();
        },
      },
      signal,
    );
    return readBody(schema, question, answer);
  };

  const providers = async (signal?: AbortSignal): Promise<readonly Provider[]> =>
    (await get(Providers, 'list resource providers', '/resource_providers', signal)).resource_providers;

  /**
   * Asking who could take a little shows the whole room of all who could, in one answer. A host that is full in
   * one class is shown by another question.
   */
  const askForLittle = async (
    wanted: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<Map<string, Amounts>> => {
    const { used } = await found.get(signal);
    const shown = new Map<string, Amounts>();
    if (!atLeast(used, SINCE_CANDIDATES)) return shown;
    // Older ones show only the classes that were asked for.
    const questions = atLeast(used, SINCE_ALL_CLASSES)
      ? ['DISK_GB:1', 'MEMORY_MB:1', 'VCPU:1']
      : ['VCPU:1,MEMORY_MB:1,DISK_GB:1'];
    for (const resources of questions) {
      const path = `/allocation_candidates?resources=${resources}`;
      const { provider_summaries: summaries } = await get(Candidates, 'ask for room', path, signal);
      for (const [uuid, summary] of Object.entries(summaries)) shown.set(uuid, summary.resources);
      if ([...wanted].every((uuid) => shown.has(uuid))) break;
    }
    return shown;
  };

  const askOne = async (uuid: string, signal?: AbortSignal): Promise<Amounts> => {
    const path = `/resource_providers/${encodeURIComponent(uuid)}`;
    const { inventories } = await get(Inventories, 'ask for room', `${path}/inventories`, signal);
    if (inventories['MEMORY_MB'] === undefined) return {};
    const { usages } = await get(Usages, 'ask for room', `${path}/usages`, signal);
    return Object.fromEntries(
      Object.entries(inventories).map(([name, { total, reserved, allocation_ratio: ratio }]) => [
        name,
        { capacity: Math.floor((total - reserved) * ratio), used: usages[name] ?? 0 },
      ]),
    );
  };

  return {
    async room(signal) {
      const roots = (await providers(signal)).filter((provider) => isRoot(provider));
      const shown = await askForLittle(new Set(roots.map((provider) => provider.uuid)), signal);
      const queue = new PQueue({ concurrency: QUESTIONS_AT_ONCE });
      const rooms = await Promise.all(
        roots.map(async ({ name, uuid }) =>
          toRoom(name, shown.get(uuid) ?? (await queue.add(() => askOne(uuid, signal)))),
        ),
      );
      return rooms.filter((room) => room !== undefined);
    },
    async offers(provider, signal) {
      const { used } = await found.get(signal);
      if (!atLeast(used, SINCE_ONE_TREE)) {
        throw new Failure(
          'cloud.too-old',
          `Placement ${formatVersion(used)} does not show one host with its devices; 1.31 does`,
        );
      }
      const query = new URLSearchParams({ resources: 'MEMORY_MB:1', in_tree: provider, limit: '1' });
      const path = `/allocation_candidates?${query.toString()}`;
      const { provider_summaries: summaries } = await get(Candidates, 'ask what a host offers', path, signal);
      const all = Object.entries(summaries)
        .filter(([uuid, { root_provider_uuid: root }]) => (root ?? uuid) === provider)
        .map(([, summary]) => summary);
      if (all.length === 0)
        throw new Failure('cloud.not-found', 'Placement has nothing left on the destination');
      return { traits: [...new Set(all.flatMap(({ traits }) => traits))], classes: sumOf(all) };
    },
    async holders(consumerId, signal) {
      const path = `/allocations/${encodeURIComponent(consumerId)}`;
      const { allocations } = await get(Allocations, `read the allocations of ${consumerId}`, path, signal);
      const uuids = Object.keys(allocations);
      if (uuids.length === 0) return [];
      const all = new Map((await providers(signal)).map((provider) => [provider.uuid, provider]));
      const names = uuids.map((uuid) => {
        // A device of a host is a provider of its own; the host is its root.
        const provider = all.get(uuid);
        return all.get(provider?.root_provider_uuid ?? uuid)?.name ?? uuid;
      });
      return [...new Set(names)];
    },
  };
}

/** Below 1.14 there are no trees, and every provider is a root. */
function isRoot(provider: Provider): boolean {
  return provider.root_provider_uuid == null || provider.root_provider_uuid === provider.uuid;
}

/** Devices of one class lie on several providers, such as one for each card. */
function sumOf(providers: readonly { readonly resources: Amounts }[]): Offers['classes'] {
  const sum: Record<string, { capacity: number; used: number }> = {};
  for (const { resources } of providers) {
    for (const [name, { capacity, used }] of Object.entries(resources)) {
      const before = sum[name] ?? NONE;
      sum[name] = { capacity: before.capacity + capacity, used: before.used + used };
    }
  }
  return sum;
}

const NONE = { capacity: 0, used: 0 };

/** `undefined` for what is no compute host, such as a shared storage pool. A host that pins CPUs may have only PCPU. */
function toRoom(name: string, amounts: Amounts): Room | undefined {
  const ramMib = amounts['MEMORY_MB'];
  if (ramMib === undefined) return undefined;
  return {
    hypervisorHostname: name,
    vcpus: amounts['VCPU'] ?? amounts['PCPU'],
    ramMib,
    diskGib: amounts['DISK_GB'],
  };
}
