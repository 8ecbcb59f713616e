import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';

/** The disk files of the instance on its source. */
export const DISK_CHECKS: readonly MoveCheck[] = [
  {
    id: 'source.disks',
    title: 'Disk files',
    scope: 'move',
    protectsFrom: 'A disk that is torn, layered or elsewhere arrives as garbage, or not at all.',
    sources: ['row 16', 'row 19', 'F24', 'docs/handbook/nova.md'],
    reads: 'The instance’s directory and its domain on the source; qemu-img info of every chain',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/refusals-instance.test.ts'],
    judge: (evidence) => ({
      evidence: (evidence.source.instance.directory?.disks ?? []).map(
        ({ name, sizeBytes, allocatedBytes, chain }) =>
          `${name}: ${formatBytes(sizeBytes)}, ${formatBytes(allocatedBytes)} allocated; ${chain.map(({ path, format }) => `${path} (${format})`).join(' on ')}`,
      ),
      ...ofDisks(evidence),
    }),
  },
  {
    id: 'source.owner',
    title: 'Owner of the directory',
    scope: 'move',
    protectsFrom: 'Nova cannot rename what does not belong to it, and fails after the stop.',
    sources: ['F30', 'docs/handbook/nova.md'],
    reads: 'The instance’s directory on the source: owner',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/refusals-instance.test.ts'],
    judge: (evidence) => ({ evidence: ownerWords(evidence), ...ofOwner(evidence) }),
  },
];

function ownerWords({ source: { instance, facts } }: MoveEvidence): readonly string[] {
  if (instance.directory === undefined) return [];
  const { path, uid } = instance.directory;
  return [`${path}: uid ${String(uid)}; ${facts.novaUser.name} is uid ${String(facts.novaUser.uid)}`];
}

function ofDisks({ source, server }: MoveEvidence): Judgement {
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
      fix: `On ${source.name}: qemu-img info -U --backing-chain ${broken[0]?.path ?? ''}`,
    };
  }
  const paths = directory.disks.map((disk) => disk.path);
  const layer = directory.disks.find((disk) => disk.chain.slice(1).some((link) => paths.includes(link.path)));
  if (layer !== undefined) {
    return {
      verdict: 'block',
      message: `${layer.name} is a layer on another disk of the instance: a snapshot was taken beside Nova, which would start the instance without it at the destination.`,
      fix: `On ${source.name}: virsh domblklist ${server.id}, then merge it: virsh blockcommit ${server.id} TARGET --active --pivot`,
    };
  }
  const elsewhere = (source.instance.domainFiles ?? []).filter((path) => !paths.includes(path));
  if (elsewhere.length > 0) {
    return {
      verdict: 'block',
      message: `Its domain uses files that Nova does not carry along: ${elsewhere.join(', ')}.`,
      fix: `On ${source.name}: virsh domblklist ${server.id}`,
    };
  }
  const unknown = directory.disks.find((disk) =>
    disk.chain.some((link) => link.backingPath !== undefined && link.backingFormat === undefined),
  );
  if (unknown !== undefined) {
    return {
      verdict: 'block',
      message: `${unknown.name} does not record the format of its backing file; to guess it could turn its content into garbage (F24).`,
      fix: `With the instance off, on ${source.name}: qemu-img rebase -u -F FORMAT -b ${unknown.chain[1]?.path ?? 'BASE'} ${unknown.path}, with the format that qemu-img info tells of a base you trust.`,
    };
  }
  if (!directory.disks.some((disk) => disk.role === 'root') && server.imageId !== undefined) {
    return {
      verdict: 'block',
      message: `${directory.path} holds no root disk.`,
      fix: `On ${source.name}: ls -la ${directory.path}`,
    };
  }
  return {
    verdict: 'pass',
    message: `${String(directory.disks.length)} disk file(s) were read on ${source.name}.`,
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
    fix: `On ${source.name}: chown ${name}: ${directory.path}`,
  };
}
