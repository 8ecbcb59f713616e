import { z } from 'zod';
import type { Flavor } from '../../domain/cloud.ts';
import type { Compute } from './compute.ts';

/** Flavors by id, for clouds below 2.47, where a server only names its flavor. */
export interface FlavorBook {
  /** Those of the ids that the cloud still has: one that was deleted since is not told any more. */
  find(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Flavor>>;
}

const Row = z.object({
  id: z.string(),
  name: z.string(),
  vcpus: z.int(),
  ram: z.int(),
  disk: z.int(),
  'OS-FLV-EXT-DATA:ephemeral': z.int().default(0),
  /** An empty text is none, up to 2.74. */
  swap: z.union([z.int(), z.literal('')]),
  /** 2.61 and newer. */
  extra_specs: z.record(z.string(), z.coerce.string()).optional().catch(undefined),
});

export function openFlavorBook(compute: Compute): FlavorBook {
  const known = new Map<string, Flavor>();
  const gone = new Set<string>();
  return {
    async find(ids, signal) {
      if (ids.every((id) => known.has(id) || gone.has(id))) return known;
      const query = { is_public: 'None', limit: '1000' };
      const rows = await compute.list(
        Row,
        'list flavors',
        'flavors',
        '/flavors/detail',
        query,
        undefined,
        signal,
      );
      for (const row of rows) known.set(row.id, toFlavor(row));
      for (const id of ids) if (!known.has(id)) gone.add(id);
      return known;
    },
  };
}

function toFlavor(row: z.output<typeof Row>): Flavor {
  return {
    name: row.name,
    vcpus: row.vcpus,
    ramMib: row.ram,
    rootGib: row.disk,
    ephemeralGib: row['OS-FLV-EXT-DATA:ephemeral'],
    swapMib: row.swap === '' ? 0 : row.swap,
    ...(row.extra_specs !== undefined && { extraSpecs: row.extra_specs }),
  };
}
