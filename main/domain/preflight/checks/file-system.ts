import type { StorageTraits } from '../../host-traits.ts';
import type { HostCheck, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { withBoth, withTraits } from './traits.ts';

/** File systems that more than one host may have mounted (mount(8), and the names of FUSE ones). */
const SHARED =
  /^(?:nfs\d?|cifs|smb3|ceph|ocfs2|gfs2?|lustre|gpfs|beegfs|glusterfs|9p|virtiofs|afs|fuse\.(?:glusterfs|ceph\S*|sshfs|s3fs|mfs|moosefs|lizardfs|juicefs|quobyte\S*|dfs))$/;

/** Where the instances lie. */
export const FILE_SYSTEM_CHECKS: readonly (HostCheck | MoveCheck)[] = [
  {
    id: 'file-system',
    title: 'File system of the instances',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom:
      'Nothing can be written to a file system that is read-only; one on the network is not local.',
    sources: ['row 12', 'F26', 'F46'],
    reads: 'The line of /proc/mounts that the instances’ directory is under',
    testedIn: [
      'test/unit/domain/preflight/host-file-system.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (host) => ({
      evidence: storageWords(host),
      ...withTraits(host, ({ storage }) => ofFileSystem(host, storage)),
    }),
  },
  {
    id: 'hosts.storage',
    title: 'Two disks, not one',
    scope: 'move',
    protectsFrom:
      'Where both hosts have the same file system, a copy is made onto itself and a clean-up removes the original.',
    sources: [
      'row 37',
      'F26',
      'nova/virt/libvirt/driver.py (_is_path_shared_with, _cleanup_remote_migration)',
    ],
    reads: 'Type, device and id of both file systems; inode and time of both instances’ directories',
    testedIn: [
      'test/unit/domain/preflight/host-file-system.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].flatMap(storageWords),
      ...withBoth(evidence, (here, there) => ofStorage(evidence, here.storage, there.storage)),
    }),
  },
];

function storageWords({ name, facts }: HostEvidence): readonly string[] {
  const path = facts.nova.instancesPath;
  const storage = facts.traits?.storage;
  const inode = facts.instancesDirectory?.inode;
  const said =
    storage === undefined
      ? 'not read'
      : `${storage.device} on ${storage.mountPoint}, ${storage.type}, ${storage.options.join(',')}, id ${storage.id}, inode ${String(inode ?? 'not read')}`;
  return [`${name}, ${path}: ${said}`, look(name, ['findmnt', '-T', path])];
}

function ofFileSystem({ name, facts }: HostEvidence, { type, options, device }: StorageTraits): Judgement {
  const path = facts.nova.instancesPath;
  if (type === '')
    return { verdict: 'note', message: `How ${path} on ${name} is mounted could not be read.` };
  if (options.includes('ro')) {
    return {
      verdict: 'block',
      message: `${path} on ${name} is read-only (${device}, ${type}): nothing can be copied or renamed there. A kernel that met a disk error leaves it so.`,
      fix: `On ${name}: dmesg | grep -iE 'I/O error|remount', then look after the disk before anything else.`,
    };
  }
  if (SHARED.test(type)) {
    return {
      verdict: 'warn',
      message: `${path} on ${name} lies on the network (${type}, ${device}); Coldhaul is made for local disks.`,
      fix: 'If other hosts have the same one mounted, let Nova migrate without a copy.',
    };
  }
  return { verdict: 'pass', message: `${path} on ${name} is on ${device} (${type}), to be written to.` };
}

function ofStorage(
  { source, destination }: MoveEvidence,
  here: StorageTraits,
  there: StorageTraits,
): Judgement {
  const names = `${source.name} and ${destination.name}`;
  if (here.type === '' || there.type === '')
    return {
      verdict: 'warn',
      message: `Whether ${names} keep their instances on one file system could not be read.`,
    };
  const [ours, theirs] = [source.facts.instancesDirectory, destination.facts.instancesDirectory];
  if (SHARED.test(here.type) && SHARED.test(there.type) && here.device === there.device) {
    return {
      verdict: 'block',
      message: `${names} have the same file system mounted (${here.device}, ${here.type}): a copy would be made onto itself, and what Nova cleans up at one is gone at both.`,
      fix: 'Let Nova migrate by itself: on shared disks it copies nothing.',
    };
  }
  const isSame =
    ours !== undefined &&
    theirs !== undefined &&
    here.id === there.id &&
    ours.inode === theirs.inode &&
    ours.mtimeSeconds === theirs.mtimeSeconds &&
    source.facts.instancesFileSystem.totalBytes === destination.facts.instancesFileSystem.totalBytes;
  if (isSame) {
    return {
      verdict: 'warn',
      message: `The instances’ directories of ${names} look like one and the same: file system id ${here.id}, inode ${String(ours.inode)}, and the same time of change. If a disk is shared between them, a copy would be made onto itself.`,
      fix: `On ${source.name}: touch ${quoted(source.facts.nova.instancesPath)}/look; if ${destination.name} sees it, do not go on.`,
    };
  }
  return { verdict: 'pass', message: `${names} keep their instances on file systems of their own.` };
}
