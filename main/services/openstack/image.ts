import { z } from 'zod';
import type { Image } from '../../domain/cloud.ts';
import type { Client } from './client.ts';
import { readBody } from './read-body.ts';

const Body = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  disk_format: z.string().nullish(),
  size: z.int().nullish(),
  visibility: z.string().nullish(),
  os_hash_algo: z.string().nullish(),
  os_hash_value: z.string().nullish(),
  updated_at: z.string().nullish(),
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
    ...(typeof image.visibility === 'string' && { visibility: image.visibility }),
    ...(typeof image.updated_at === 'string' && { updatedAt: image.updated_at }),
    ...hashOf(image),
    properties: Object.fromEntries(
      Object.entries(image).filter(
        (entry): entry is [string, string] => ASKS.test(entry[0]) && typeof entry[1] === 'string',
      ),
    ),
  };
}

/** Properties by which an image asks something of a host. */
const ASKS = /^(?:hw_|os_(?!hash_|hidden$)|trait:)/;

function hashOf({
  os_hash_algo: algorithm,
  os_hash_value: value,
}: z.output<typeof Body>): Pick<Image, 'hash'> {
  return typeof algorithm === 'string' && typeof value === 'string' ? { hash: { algorithm, value } } : {};
}
