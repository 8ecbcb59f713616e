import { z } from 'zod';
import type { Volume } from '../../domain/surroundings.ts';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';

const Body = z.object({
  volume: z.object({
    id: z.string(),
    status: z.string(),
    multiattach: z.boolean().default(false),
    attachments: z.array(z.object({ server_id: z.string().nullish() })).default([]),
  }),
});

/** Volumes by their ids. The address in the catalog ends in our own project; an admin sees those of others there, too. */
export async function listVolumes(
  client: Client,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Volume[]> {
  if (ids.length === 0) return [];
  const { url } = await client.endpoint('block-storage', signal);
  return await Promise.all(
    ids.map(async (id) => {
      const { question, answer } = await client.call(
        {
          service: 'block-storage',
          method: 'GET',
          url: `${url}/volumes/${encodeURIComponent(id)}`,
          act: `look at volume ${id}`,
        },
        signal,
      );
      const { volume } = readBody(Body, question, answer);
      return {
        id: volume.id,
        status: volume.status,
        multiAttach: volume.multiattach,
        attachedTo: volume.attachments.flatMap(({ server_id: server }) => (server ? [server] : [])),
      };
    }),
  );
}
