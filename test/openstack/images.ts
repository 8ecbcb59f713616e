import { z } from 'zod';
import type { Caller } from './api.ts';

const Image = z.object({ id: z.string(), name: z.string() });

/** Puts an image of a guest into Glance, once for each name. */
export async function addImage(caller: Caller, name: string, bytes: Uint8Array): Promise<string> {
  const { images } = z
    .object({ images: z.array(Image) })
    .parse(await caller.ask('image', 'GET', `/images?name=${name}`));
  if (images[0] !== undefined) return images[0].id;
  const made = await caller.ask('image', 'POST', '/images', {
    name,
    disk_format: 'qcow2',
    container_format: 'bare',
    visibility: 'public',
    // Nova makes an ephemeral disk with ext4 for these, with FAT for others.
    os_type: 'linux',
  });
  const { id } = Image.parse(made);
  await caller.ask('image', 'PUT', `/images/${id}/file`, bytes);
  return id;
}

/** Takes it out of Glance; it may be gone already. */
export async function removeImage(caller: Caller, id: string): Promise<void> {
  const status = await caller.statusOf('image', 'DELETE', `/images/${id}`);
  if (status !== 204 && status !== 404) throw new Error(`Glance does not delete the image ${id}: ${status}`);
}
