import type { FileState, HostFacts } from '../../domain/host.ts';
import type { StorageTraits } from '../../domain/host-traits.ts';
import { groupsOf, type Pair, valuesOf } from './pairs.ts';

const BLOCK_BYTES = 512;
/** `quota` counts in KiB (quota(1)). */
const QUOTA_BYTES = 1024;

/** A directory that may hold the instances, with its file system. */
export interface Storage {
  readonly path: string;
  readonly fileSystem: HostFacts['instancesFileSystem'];
  readonly traits: StorageTraits;
  readonly directory: FileState;
}

/** The rooms in what the script `storage` told. */
export function readStorage(pairs: readonly Pair[]): readonly Storage[] {
  return groupsOf(pairs, 'room').map((group) => {
    const of = (name: string): string => valuesOf(group, name)[0] ?? '';
    const path = of('room');
    const [free = 0, total = 0, block = 0, freeInodes = 0, totalInodes = 0] = of('room.numbers')
      .split(' ')
      .map(Number);
    const [device = '', mountPoint = '', type = '', options = ''] = of('room.mount').split('\t');
    const freeBytes = free * block;
    const quotaFreeBytes = readQuota(of('room.quota'), device);
    return {
      path,
      fileSystem: { freeBytes, totalBytes: total * block, freeInodes, type: of('room.type'), device },
      traits: {
        device,
        mountPoint,
        type,
        options: options.split(','),
        id: of('room.numbers').split(' ')[5] ?? '',
        totalInodes,
        isQuotaTold: valuesOf(group, 'room.quota').length > 0,
        quotaFreeBytes,
      },
      directory: readDirectory(path, of('room.directory')),
    };
  });
}

function readDirectory(path: string, text: string): FileState {
  const [sizeBytes = 0, blocks = 0, mtimeSeconds = 0, inode = 0, links = 0, uid = 0, gid = 0] = text
    .split(' ')
    .map(Number);
  const mode = Number.parseInt(text.split(' ')[7] ?? '0', 8);
  return {
    path,
    sizeBytes,
    allocatedBytes: blocks * BLOCK_BYTES,
    mtimeSeconds,
    inode,
    links,
    uid,
    gid,
    mode,
  };
}

/** A line for each file system: KiB in use (with a star beyond the soft limit), soft and hard limit, of which 0 is none. */
function readQuota(text: string, device: string): number | undefined {
  for (const line of text.split('\n')) {
    const [name, used = '', , hard = ''] = line.trim().split(/\s+/);
    if (name !== device || !/^\d+$/.test(hard) || Number(hard) === 0) continue;
    return Math.max(0, Number(hard) - Number.parseInt(used, 10)) * QUOTA_BYTES;
  }
  return undefined;
}
