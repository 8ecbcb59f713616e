import { z } from 'zod';
import type { Aggregate } from '../../domain/surroundings.ts';
import type { Compute } from './compute.ts';

const Rows = z.object({
  aggregates: z.array(
    z.object({
      name: z.string(),
      hosts: z.array(z.string()).default([]),
      metadata: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** Aggregates that a host is in; an admin's call. */
export async function listAggregates(
  compute: Compute,
  host: string,
  signal?: AbortSignal,
): Promise<readonly Aggregate[]> {
  const act = `list the aggregates of ${host}`;
  const { aggregates } = await compute.get(Rows, act, '/os-aggregates', {}, undefined, signal);
  return aggregates
    .filter(({ hosts }) => hosts.includes(host))
    .map(({ name, metadata }) => ({ name, metadata }));
}
