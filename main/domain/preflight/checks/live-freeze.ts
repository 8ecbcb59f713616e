import { formatBytes, formatSeconds } from '../../units.ts';
import { becomesOneFile, layered, streamed, type DiskPlan } from '../../plan.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { asAtSource } from './room.ts';

/** What the guest writes comes and goes; it is taken to write so many times as much as was seen. */
const WRITES_TIMES = 2;

/** Disks that are frozen and copied while the instance runs (docs/adr/0013-route-thin.md, live freeze). */
export const LIVE_FREEZE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'disks.live',
    title: 'Freeze while it runs',
    scope: 'move',
    protectsFrom:
      'What the guest writes while its disks are copied has no room, and it is paused; or it is off for longer than was promised.',
    sources: ['docs/adr/0013-route-thin.md', 'virsh(1), snapshot-create-as', 'proc(5), write_bytes'],
    reads:
      'State of the domain; what must be flattened; what the guest writes; the measured way; free bytes on the source',
    testedIn: ['test/unit/domain/preflight/live-freeze.test.ts', 'test/integration/route-thin-live.test.ts'],
    judge: (evidence) => ({ evidence: words(evidence), ...ofLive(evidence) }),
  },
];

function ofLive(evidence: MoveEvidence): Judgement {
  const { live, server, source } = evidence;
  if (live !== true) return { verdict: 'pass', message: 'Nothing is to be frozen while it runs.' };
  if (server.status !== 'ACTIVE')
    return { verdict: 'note', message: 'It is off, so its disks are copied as they are.' };
  const { domain } = source.instance;
  if (domain !== 'running') {
    return {
      verdict: 'block',
      message: `Its domain on ${source.name} is ${domain}; only a guest that runs can be frozen while it runs.`,
      fix: 'Leave --live away, or look at the domain first: virsh domstate.',
    };
  }
  const before = frozenBefore(evidence);
  if (before !== undefined) return before;
  const planned = layered(evidence);
  const flattened = planned.filter(becomesOneFile).map(({ name }) => name);
  if (planned.length === 0) {
    return {
      verdict: 'warn',
      message: 'It has no disk that could be frozen while it runs: nothing is gained.',
      fix: 'Leave --live away.',
    };
  }
  const short = roomShort(evidence);
  if (short !== undefined) return short;
  const first =
    flattened.length === 0 ? '' : ` Of ${flattened.join(', ')} the layer is flattened before or on its way.`;
  return {
    verdict: 'pass',
    message: `${planned.map(({ name }) => name).join(', ')}: frozen and copied while it runs.${first}`,
  };
}

/** QEMU knows a disk by its name in the stage from a freeze until its next start, and cannot be given another one of that name. */
function frozenBefore({ source }: MoveEvidence): Judgement | undefined {
  const [second] = source.instance.secondNames ?? [];
  if (second === undefined) return undefined;
  return {
    verdict: 'block',
    message: `Its disks were frozen while it runs once before, and QEMU on ${source.name} knows one as ${second} until the instance is started anew.`,
    fix: 'Leave --live away, or have it stopped and started once by Nova before.',
  };
}

/** Bytes that the guest may write while its disks are copied, and for how long; `undefined` if that is not known. */
function growth({ disks, route, measured }: MoveEvidence): { bytes: number; seconds: number } | undefined {
  const { speed, guestWrites, codec, streams } = measured ?? {};
  if (speed === undefined || guestWrites === undefined) return undefined;
  // Within its limit, compressed, by so many connections.
  const several = streams !== undefined && streams.streams > 1 ? streams : undefined;
  const { copyBytesPerSecond } = several ?? codec ?? speed;
  const bytes = bytesOf(layered({ route, disks }));
  const flattened = flattenedBytes({ route, disks });
  // What is flattened on its way goes over twice, as plain bytes by one connection.
  const onTheWay = bytesOf(streamed({ route, disks }));
  const seconds =
    (bytes - onTheWay) / copyBytesPerSecond +
    (2 * onTheWay) / Math.min(speed.copyBytesPerSecond, copyBytesPerSecond) +
    (bytes + 2 * flattened) / speed.digestBytesPerSecond;
  const { sinceStart } = guestWrites;
  const rate = Math.max(
    guestWrites.bytes / guestWrites.seconds,
    sinceStart === undefined ? 0 : sinceStart.bytes / sinceStart.seconds,
  );
  return { bytes: rate * seconds * WRITES_TIMES, seconds };
}

function bytesOf(disks: readonly DiskPlan[]): number {
  return disks.reduce((sum, disk) => sum + disk.bytesToMove, 0);
}

/** Of layers that travel as one file without a base, which is made beside them. */
function flattenedBytes(evidence: Pick<MoveEvidence, 'route' | 'disks'>): number {
  return bytesOf(layered(evidence).filter(({ strategy }) => strategy === 'flatten'));
}

/** Merging it again writes the layer once more beside what the guest wrote. */
function roomShort(evidence: MoveEvidence): Judgement | undefined {
  const { source, disks, route, reserveBytes } = evidence;
  const expected = growth(evidence);
  if (expected === undefined) return undefined;
  const merged = bytesOf(layered({ route, disks }).map(asAtSource)) + flattenedBytes({ route, disks });
  const { freeBytes } = source.facts.instancesFileSystem;
  if (expected.bytes + merged + reserveBytes <= freeBytes) return undefined;
  return {
    verdict: 'block',
    message: `While its disks are copied (${formatSeconds(expected.seconds)}) it may write ${formatBytes(expected.bytes)}, and to flatten or merge them takes ${formatBytes(merged)}; ${formatBytes(freeBytes)} are free on ${source.name}, ${formatBytes(reserveBytes)} of them in reserve.`,
    fix:
      flattenedBytes({ route, disks }) > 0
        ? 'Leave --live away, make room, or have it flattened on its way: --flatten stream.'
        : 'Leave --live away, or make room.',
  };
}

function words(evidence: MoveEvidence): readonly string[] {
  const { source, live } = evidence;
  const expected = growth(evidence);
  return [
    `asked for: ${live === true ? 'yes' : 'no'}; domain on ${source.name}: ${source.instance.domain}`,
    ...(expected === undefined
      ? ['expected meanwhile: not known, so the room is only watched while it copies']
      : [`expected meanwhile: ${formatBytes(expected.bytes)} in ${formatSeconds(expected.seconds)}`]),
  ];
}
