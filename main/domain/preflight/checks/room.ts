import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { layered, type DiskPlan } from '../../plan.ts';
import { look } from '../words.ts';
import { withClose } from './close.ts';

/** Bytes that are free where they are needed. */
export const ROOM_CHECKS: readonly MoveCheck[] = [
  {
    id: 'destination.room',
    title: 'Room at the destination',
    scope: 'move',
    protectsFrom:
      'The file system fills up under the copy, and every other instance on it is paused with an I/O error.',
    sources: ['row 10', 'F16', 'F17', 'seed 1', 'seed 4', 'lp#1878024'],
    reads:
      'Free bytes of the destination’s instances directory; allocated bytes of what travels; the reserve',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/preflight-basics.test.ts'],
    judge: (evidence) => ({
      evidence: roomWords(evidence.destination, evidence.reserveBytes),
      ...ofDestinationRoom(evidence),
    }),
  },
  {
    id: 'source.room',
    title: 'Room at the source',
    scope: 'move',
    protectsFrom: 'Flattening fills the source, and everything that runs there is paused.',
    sources: ['row 11', 'F18'],
    reads: 'Free bytes of the source’s instances directory; bytes of what is flattened; the reserve',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/preflight-basics.test.ts'],
    judge: (evidence) => ({
      evidence: roomWords(evidence.source, evidence.reserveBytes),
      ...ofSourceRoom(evidence),
    }),
  },
  {
    id: 'destination.over-commit',
    title: 'Room that is promised',
    scope: 'move',
    protectsFrom:
      'Disks are thin: when the guests of a host fill theirs, the file system runs full though nothing was moved.',
    sources: ['seed 1', 'row 10', 'nova/virt/libvirt/driver.py (disk_available_least)'],
    reads: 'Allocated and virtual bytes of all disk files on the destination, and of those that come',
    testedIn: ['test/unit/domain/preflight/disk-room.test.ts', 'test/integration/preflight-disks.test.ts'],
    judge: (evidence) => ({ evidence: promisedWords(evidence), ...ofOverCommit(evidence) }),
  },
];

function promisedWords({ destination, disks }: MoveEvidence): readonly string[] {
  const { allDisks } = destination.instance.close ?? {};
  const coming = disks.reduce((bytes, disk) => bytes + disk.virtualBytes, 0);
  return [
    ...(allDisks === undefined
      ? []
      : [
          `Disks on ${destination.name}: ${formatBytes(allDisks.virtualBytes)} virtual, ${formatBytes(allDisks.allocatedBytes)} allocated`,
        ]),
    `Disks that come: ${formatBytes(coming)} virtual`,
    look(destination.name, ['du', '-sh', '--apparent-size', destination.facts.nova.instancesPath]),
  ];
}

/**
 * As Nova counts disk_available_least: what is free, without what the disks may still grow by. Nova refuses nothing by
 * it in a cold migration; it is told, because the free bytes of today do not say it.
 */
function ofOverCommit({ destination, disks, bases }: MoveEvidence): Judgement {
  return withClose(destination, ({ allDisks }) => {
    if (allDisks === undefined) {
      return {
        verdict: 'note',
        message: `${destination.name} has too many disk files to add them up here, so how much room is promised to its guests is not known.`,
      };
    }
    const { freeBytes } = destination.facts.instancesFileSystem;
    const mayGrow = Math.max(0, allDisks.virtualBytes - allDisks.allocatedBytes);
    const staged = bases
      .filter((base) => base.action === 'stage')
      .reduce((bytes, base) => bytes + base.allocatedBytes, 0);
    const coming = disks.reduce(
      (bytes, disk) => bytes + Math.max(disk.virtualBytes, disk.bytesToMove),
      staged,
    );
    const least = freeBytes - mayGrow - coming;
    const numbers = `${formatBytes(freeBytes)} are free on ${destination.name}, the disks there may still grow by ${formatBytes(mayGrow)}, those that come are up to ${formatBytes(coming)} in all`;
    if (least >= 0) return { verdict: 'pass', message: `${numbers}: it would do for all of it.` };
    return {
      verdict: 'note',
      message: `${numbers}: ${formatBytes(-least)} too few, should every guest fill its disks (Nova’s disk_available_least below 0).`,
      fix: 'Nothing, if thin disks are meant to share the room: then watch it. Else choose a destination with more.',
    };
  });
}

function roomWords({ name, facts }: HostEvidence, reserveBytes: number): readonly string[] {
  const { freeBytes, totalBytes, device, type } = facts.instancesFileSystem;
  return [
    `${name}: ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free on ${device} (${type}), ${formatBytes(reserveBytes)} in reserve`,
    look(name, ['df', '-h', facts.nova.instancesPath]),
  ];
}

/** Copies are staged under other names on the same file system and get theirs by hard links: they need room once. */
function ofDestinationRoom(evidence: MoveEvidence): Judgement {
  const { destination, disks, bases, reserveBytes } = evidence;
  const staged = bases
    .filter((base) => base.action === 'stage')
    .reduce((bytes, base) => bytes + base.allocatedBytes, 0);
  const merged = mergedBytes(evidence);
  const needed = disks.reduce((bytes, disk) => bytes + disk.bytesToMove, staged + merged);
  return room(
    destination.name,
    destination.facts.instancesFileSystem.freeBytes,
    needed,
    reserveBytes,
    merged > 0 ? 'arrive or are written when the layers are merged' : 'arrive',
  );
}

/**
 * A layer that is merged while the instance runs is written once more, and stays beside: at the destination after a confirm,
 * at the source after a revert. Of one that is off the layer itself takes the name again.
 */
function mergedBytes({ server, route, disks }: Pick<MoveEvidence, 'server' | 'route' | 'disks'>): number {
  if (server.status !== 'ACTIVE') return 0;
  return layered({ route, disks }).reduce((bytes, disk) => bytes + disk.bytesToMove, 0);
}

/** The same at the source: there a layer that is flattened on its way is still what it was. */
export function mergedBackBytes(evidence: Pick<MoveEvidence, 'server' | 'route' | 'disks'>): number {
  const { disks } = evidence;
  return mergedBytes({ ...evidence, disks: disks.map(asAtSource) });
}

/** A disk with what its own file takes, in place of what travels of it. */
export function asAtSource(disk: DiskPlan): DiskPlan {
  return disk.strategy === 'stream' ? { ...disk, bytesToMove: disk.allocatedBytes } : disk;
}

function ofSourceRoom(evidence: MoveEvidence): Judgement {
  const { source, disks, reserveBytes } = evidence;
  const merged = mergedBackBytes(evidence);
  const needed = disks
    .filter((disk) => disk.strategy === 'flatten')
    .reduce((bytes, disk) => bytes + disk.bytesToMove, merged);
  return needed === 0
    ? { verdict: 'pass', message: 'Nothing is written on the source.' }
    : room(
        source.name,
        source.facts.instancesFileSystem.freeBytes,
        needed,
        reserveBytes,
        merged > 0 ? 'may be written to flatten, or to merge after a revert' : 'are written to flatten',
        needed > merged
          ? ' Or have them flattened on their way, which takes no room there: --flatten stream.'
          : '',
      );
}

function room(
  host: string,
  freeBytes: number,
  neededBytes: number,
  reserveBytes: number,
  why: string,
  otherwise = '',
): Judgement {
  const numbers = `${formatBytes(neededBytes)} (${String(neededBytes)} bytes) ${why}, ${formatBytes(freeBytes)} (${String(freeBytes)} bytes) are free on ${host}, ${formatBytes(reserveBytes)} of them in reserve`;
  if (neededBytes + reserveBytes <= freeBytes) return { verdict: 'pass', message: `${numbers}.` };
  const short = neededBytes + reserveBytes - freeBytes;
  return {
    verdict: 'block',
    message: `${numbers}: ${formatBytes(short)} (${String(short)} bytes) too few.`,
    fix: `Choose another destination, make room, or lower reserveGib in the settings.${otherwise}`,
  };
}
