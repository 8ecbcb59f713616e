import type { DiskRole, FileState } from '../../domain/host.ts';

/** How many fields FILE_FORMAT prints. */
export const FILE_FIELDS = 10;
const BLOCK_BYTES = 512;

/** A file with its type as `find` names it: `f` file, `d` directory, `l` link, `n` not there. */
export interface FoundFile {
  readonly type: string;
  readonly state: FileState;
}

export function readFile(fields: readonly string[]): FoundFile {
  const [type = '', path = '', ...rest] = fields;
  const [bytes, blocks, mtime, inode, links, uid, gid] = rest.map(Number);
  return {
    type,
    state: {
      path,
      sizeBytes: bytes ?? 0,
      allocatedBytes: (blocks ?? 0) * BLOCK_BYTES,
      mtimeSeconds: Math.floor(mtime ?? 0),
      inode: inode ?? 0,
      links: links ?? 0,
      uid: uid ?? 0,
      gid: gid ?? 0,
      mode: Number.parseInt(rest[7] ?? '0', 8),
    },
  };
}

/** True for the names under which Nova keeps disks (docs/handbook/nova.md, what travels); disk.info is Nova's note on their formats. */
export function isDiskName(name: string): boolean {
  return name === 'disk' || (name.startsWith('disk.') && name !== 'disk.info');
}

export function roleOf(name: string): DiskRole {
  if (name === 'disk') return 'root';
  if (name === 'disk.local' || /^disk\.eph\d+$/.test(name)) return 'ephemeral';
  if (name === 'disk.swap') return 'swap';
  return name === 'disk.config' ? 'config' : 'other';
}
