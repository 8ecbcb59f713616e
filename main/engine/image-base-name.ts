import { createHash } from 'node:crypto';

/**
 * The one name under which Nova looks for the base of an image: sha1 of its id (nova/virt/libvirt/imagecache.py,
 * get_cache_fname); `undefined` for a server that boots from a volume.
 */
export function imageBaseName(imageId: string | undefined): string | undefined {
  return imageId === undefined ? undefined : createHash('sha1').update(imageId).digest('hex');
}
