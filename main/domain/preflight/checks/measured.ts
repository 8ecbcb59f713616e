import { formatBytes, formatRate, formatSeconds } from '../../units.ts';
import type { FileAbilities, GuestWrites } from '../../way.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

const TESTED_IN = [
  'test/unit/domain/preflight/measured.test.ts',
  'test/integration/preflight-measured.test.ts',
] as const;

/** What was tried while the way was measured. */
export const MEASURED_CHECKS: readonly MoveCheck[] = [
  {
    id: 'destination.file-features',
    title: 'Holes, preallocation and reflinks',
    scope: 'move',
    protectsFrom: 'Without holes, a thin disk takes up its whole virtual size at the destination.',
    sources: ['row 12', 'row 54'],
    reads:
      'Files of 1 MiB, made in the stage at the destination and removed: truncate, fallocate, cp --reflink=always',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: [
        look(evidence.destination.name, ['findmnt', '-T', evidence.destination.facts.nova.instancesPath]),
      ],
      ...ofAbilities(evidence, evidence.measured?.abilities),
    }),
  },
  {
    id: 'source.guest-writes',
    title: 'How much the guest writes',
    momentary: true,
    scope: 'move',
    protectsFrom:
      'A layer that grows faster than it is copied is never done, and fills the source under every guest there.',
    sources: ['row 60', 'proc(5), /proc/PID/io'],
    reads: '/proc/PID/io of the guest’s processes, before and after the way was measured',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: [
        look(evidence.source.name, ['virsh', 'domstats', '--block', evidence.server.id]),
        ...writtenWords(evidence.measured?.guestWrites),
      ],
      ...ofWrites(evidence, evidence.measured?.guestWrites),
    }),
  },
];

function ofAbilities({ destination, disks }: MoveEvidence, can: FileAbilities | undefined): Judgement {
  if (can === undefined)
    return {
      verdict: 'note',
      message: `What the file system of ${destination.name} can do was not tried.`,
    };
  const also = [
    ...(can.preallocates === undefined ? [] : [`${can.preallocates ? '' : 'no '}preallocation`]),
    `${can.reflinks ? '' : 'no '}reflinks`,
  ].join(', ');
  if (can.keepsHoles)
    return { verdict: 'pass', message: `The file system of ${destination.name} keeps holes; ${also}.` };
  const virtual = disks.reduce((bytes, disk) => bytes + disk.virtualBytes, 0);
  const allocated = disks.reduce((bytes, disk) => bytes + disk.allocatedBytes, 0);
  return {
    verdict: 'warn',
    message: `The file system of ${destination.name} keeps no holes: disks that take up ${formatBytes(allocated)} here may take up to ${formatBytes(virtual)} there, and the room was judged by the first.`,
    fix: `Look whether ${formatBytes(virtual)} are free on ${destination.name}, or keep its instances on ext4 or xfs.`,
  };
}

function writtenWords(writes: GuestWrites | undefined): readonly string[] {
  if (writes === undefined) return [];
  return [`${String(writes.bytes)} bytes in ${writes.seconds.toFixed(1)} s`];
}

/** A guest that is off writes nothing; of one that runs, both the moment and its whole life are told. */
function ofWrites({ server, source, measured }: MoveEvidence, writes: GuestWrites | undefined): Judgement {
  if (source.instance.domain !== 'running')
    return { verdict: 'pass', message: `${server.name} does not run, so nothing is written to its disks.` };
  if (writes === undefined)
    return { verdict: 'note', message: `How much ${server.name} writes could not be measured.` };
  const rate = writes.bytes / writes.seconds;
  const { sinceStart } = writes;
  const usual =
    sinceStart === undefined
      ? ''
      : `, ${formatRate(sinceStart.bytes / sinceStart.seconds)} on average since it was started ${formatSeconds(sinceStart.seconds)} ago`;
  const numbers = `${server.name} wrote ${formatBytes(writes.bytes)} in ${writes.seconds.toFixed(1)} s (${formatRate(rate)})${usual}`;
  const copy = measured?.speed?.copyBytesPerSecond;
  if (copy === undefined || rate < copy / 2) return { verdict: 'pass', message: `${numbers}.` };
  return {
    verdict: 'note',
    message: `${numbers}: more than half of what the way carries (${formatRate(copy)}). The guest is busy with its disks; its stop has much to flush.`,
    fix: 'Ask its owner what it does, or wait for a quieter hour.',
  };
}
