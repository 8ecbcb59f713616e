import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { files } from './close.ts';

/** The disk files of the instance on its source. */
export const DISK_CHECKS: readonly MoveCheck[] = [
  {
    id: 'source.disks',
    title: 'Disk files',
    scope: 'move',
    protectsFrom: 'A disk that is torn, or whose base is gone, arrives as garbage or not at all.',
    sources: ['row 14', 'row 18', 'F21', 'docs/handbook/nova.md'],
    reads: 'The instance’s directory and its domain on the source; qemu-img info of every chain',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/preflight-disks.test.ts'],
    judge: (evidence) => ({
      evidence: (evidence.source.instance.directory?.disks ?? []).map(
        ({ name, sizeBytes, allocatedBytes, chain }) =>
          `${name}: ${formatBytes(sizeBytes)}, ${formatBytes(allocatedBytes)} allocated; ${chain.map(({ path, format }) => `${path} (${format})`).join(' on ')}`,
      ),
      ...ofDisks(evidence),
    }),
  },
  {
    id: 'disks.root',
    title: 'Root disk',
    scope: 'move',
    protectsFrom:
      'Where `disk` is missing, Nova makes an empty one from the image and calls the move finished.',
    sources: ['nova/virt/libvirt/driver.py:12924-12930', 'seed 4', 'G3'],
    reads: 'The instance’s directory on the source; whether the server has an image',
    testedIn: ['test/unit/domain/preflight/disk-chains.test.ts', 'test/integration/preflight-disks.test.ts'],
    judge: (evidence) => ({
      evidence: [look(evidence.source.name, ['ls', '-la', whereOf(evidence)])],
      ...ofRoot(evidence),
    }),
  },
  {
    id: 'source.owner',
    title: 'Owner of the directory',
    scope: 'move',
    protectsFrom: 'Nova cannot rename what does not belong to it, and fails after the stop.',
    sources: ['F30', 'docs/handbook/nova.md'],
    reads: 'The instance’s directory on the source: owner',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/integration/traps.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (evidence) => ({ evidence: ownerWords(evidence), ...ofOwner(evidence) }),
  },
];

function ownerWords({ source: { instance, facts } }: MoveEvidence): readonly string[] {
  if (instance.directory === undefined) return [];
  const { path, uid } = instance.directory;
  return [`${path}: uid ${String(uid)}; ${facts.novaUser.name} is uid ${String(facts.novaUser.uid)}`];
}

function ofDisks({ source }: MoveEvidence): Judgement {
  const directory = source.instance.directory;
  if (directory === undefined) {
    return {
      verdict: 'block',
      message: `${source.name} has no directory of this instance in ${source.facts.nova.instancesPath}.`,
      fix: 'Check the host’s instances_path and whether Nova’s record names the right host.',
    };
  }
  const broken = directory.disks.filter((disk) => disk.problem !== undefined);
  if (broken.length > 0) {
    return {
      verdict: 'block',
      message: broken.map((disk) => `${disk.name} cannot be read: ${disk.problem ?? ''}`).join('; '),
      fix: `On ${source.name}: qemu-img info -U --backing-chain ${quoted(broken[0]?.path ?? '')}`,
    };
  }
  return {
    verdict: 'pass',
    message: `${files(directory.disks.length)} could be read on ${source.name}, with all that lies below.`,
  };
}

function whereOf({ source: { instance, facts } }: MoveEvidence): string {
  return instance.directory?.path ?? facts.nova.instancesPath;
}

/** Nova makes what is missing anew from the image (driver.py, _create_image), and nobody is told. */
function ofRoot(evidence: MoveEvidence): Judgement {
  const { source, server } = evidence;
  const roots = (source.instance.directory?.disks ?? []).filter((disk) => disk.role === 'root');
  if (server.imageId === undefined)
    return { verdict: 'pass', message: 'It boots from a volume, so that it has no root disk of its own.' };
  const [root] = roots;
  if (source.instance.directory === undefined)
    return { verdict: 'note', message: 'Without its directory nothing is known of its root disk.' };
  if (root !== undefined) return { verdict: 'pass', message: `Its root disk is ${root.path}.` };
  return {
    verdict: 'block',
    message: `${whereOf(evidence)} on ${source.name} holds no root disk (disk); Nova would make an empty one from the image at the destination.`,
    fix: `Find the disk before anything else. On ${source.name}: ls -la ${quoted(whereOf(evidence))}, and virsh domblklist ${server.id}`,
  };
}

function ofOwner({ source }: MoveEvidence): Judgement {
  const { directory } = source.instance;
  const { name, uid } = source.facts.novaUser;
  if (directory === undefined || directory.uid === uid)
    return { verdict: 'pass', message: `The instance’s directory belongs to ${name}.` };
  return {
    verdict: 'block',
    message: `${directory.path} on ${source.name} belongs to uid ${String(directory.uid)}, not to ${name} (${String(uid)}); Nova could not rename it.`,
    fix: `On ${source.name}: chown ${name}: ${quoted(directory.path)}`,
  };
}
