import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

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
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/refusals-hosts.test.ts'],
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
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/refusals-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: roomWords(evidence.source, evidence.reserveBytes),
      ...ofSourceRoom(evidence),
    }),
  },
];

function roomWords({ name, facts }: HostEvidence, reserveBytes: number): readonly string[] {
  const { freeBytes, totalBytes, device, type } = facts.instancesFileSystem;
  return [
    `${name}: ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free on ${device} (${type}), ${formatBytes(reserveBytes)} in reserve`,
    look(name, ['df', '-h', facts.nova.instancesPath]),
  ];
}

function ofDestinationRoom({ destination, disks, bases, reserveBytes }: MoveEvidence): Judgement {
  const staged = bases
    .filter((base) => base.action === 'stage')
    .reduce((bytes, base) => bytes + base.allocatedBytes, 0);
  const needed = disks.reduce((bytes, disk) => bytes + disk.bytesToMove, staged);
  return room(
    destination.name,
    destination.facts.instancesFileSystem.freeBytes,
    needed,
    reserveBytes,
    'arrive',
  );
}

function ofSourceRoom({ source, disks, reserveBytes }: MoveEvidence): Judgement {
  const needed = disks
    .filter((disk) => disk.strategy === 'flatten')
    .reduce((bytes, disk) => bytes + disk.bytesToMove, 0);
  return needed === 0
    ? { verdict: 'pass', message: 'Nothing is written on the source.' }
    : room(
        source.name,
        source.facts.instancesFileSystem.freeBytes,
        needed,
        reserveBytes,
        'are written to flatten',
      );
}

function room(
  host: string,
  freeBytes: number,
  neededBytes: number,
  reserveBytes: number,
  why: string,
): Judgement {
  const numbers = `${formatBytes(neededBytes)} (${String(neededBytes)} bytes) ${why}, ${formatBytes(freeBytes)} (${String(freeBytes)} bytes) are free on ${host}, ${formatBytes(reserveBytes)} of them in reserve`;
  if (neededBytes + reserveBytes <= freeBytes) return { verdict: 'pass', message: `${numbers}.` };
  const short = neededBytes + reserveBytes - freeBytes;
  return {
    verdict: 'block',
    message: `${numbers}: ${formatBytes(short)} (${String(short)} bytes) too few.`,
    fix: 'Choose another destination, make room, or lower reserveGib in the settings.',
  };
}
