import { z } from 'zod';
import type { Image } from '../../domain/cloud.ts';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';

const Body = z.object({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  disk_format: z.string().nullish(),
  size: z.int().nullish(),
});

/** `undefined` if Glance does not have it, or not for this login. */
export async function findImage(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<Image | undefined> {
  const { url } = await client.endpoint('image', signal);
  const root = url.replace(/\/v\d+(\.\d+)?$/, '');
  const { question, answer } = await client.call(
    {
      service: 'image',
      method: 'GET',
      url: `${root}/v2/images/${encodeURIComponent(id)}`,
      act: `look at image ${id}`,
      alsoFine: [404],
    },
    signal,
  );
  if (answer.status === 404) return undefined;
  const image = readBody(Body, question, answer);
  return {
    id: image.id,
    name: image.name ?? image.id,
    status: image.status,
    diskFormat: image.disk_format ?? undefined,
    sizeBytes: image.size ?? undefined,
  };
}
