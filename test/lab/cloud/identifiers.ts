import { createHash, randomBytes, randomUUID } from 'node:crypto';

export function requestId(): string {
  return `req-${randomUUID()}`;
}

/** 32 hex digits: how Keystone writes the ids of users, projects and endpoints. */
export function hexId(): string {
  return randomUUID().replaceAll('-', '');
}

export function secret(): string {
  return randomBytes(18).toString('base64url');
}

/** The host's name as a tenant sees it: the same host has another id in another project. */
export function hostId(projectId: string, host: string): string {
  return host === '' ? '' : createHash('sha224').update(`${projectId}${host}`).digest('hex');
}

/** Name of an image's file in `_base` (nova/virt/libvirt/imagecache.py:44). */
export function baseName(imageId: string): string {
  return createHash('sha1').update(imageId).digest('hex');
}
