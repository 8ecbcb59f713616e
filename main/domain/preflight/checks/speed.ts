import type { HostTraits } from '../../host-traits.ts';
import { formatRate, formatSeconds } from '../../units.ts';
import { slowestPart, type MeasuredSpeed, type SlowestPart, type WayParts } from '../../way.ts';
import type { HostCheck, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';
import { withTraits } from './traits.ts';

const LOAD_PER_CORE = 2;
const IO_PRESSURE = 0.4;
const LONG_SECONDS = 4 * 3600;

/** How busy the hosts are, and how fast the way was. */
export const SPEED_CHECKS: readonly (HostCheck | MoveCheck)[] = [
  {
    id: 'load',
    title: 'How busy the host is',
    momentary: true,
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom: 'On a busy host the copy takes longer than predicted, and slows down every other guest.',
    sources: ['row 23', 'row 40', 'seed 0', 'seed 1'],
    reads: '/proc/loadavg and /proc/pressure/io',
    testedIn: ['test/unit/domain/preflight/host-speed.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (host) => ({
      evidence: [look(host.name, ['cat', '/proc/loadavg', '/proc/pressure/io'])],
      ...withTraits(host, (traits) => ofLoad(host, traits)),
    }),
  },
  {
    id: 'hosts.path-speed',
    title: 'Speed of the way',
    momentary: true,
    scope: 'move',
    protectsFrom: 'Nobody knows how long the instance will be off.',
    sources: ['row 23', 'seed 0', 'seed 1'],
    reads:
      'A probe of real bytes: read on the source, sent by SSH and written at the destination, together and each by itself; what ssh computed; a digest; a sample by rsync with each codec',
    testedIn: ['test/unit/domain/preflight/host-speed.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: [
        ...probeWords(evidence.measured?.speed),
        look(evidence.source.name, ['ping', '-c', '5', evidence.destinationAddress]),
      ],
      ...ofPathSpeed(evidence),
    }),
  },
];

function ofLoad({ name, facts }: HostEvidence, { load }: HostTraits): Judgement {
  if (Number.isNaN(load.average)) return { verdict: 'note', message: `${name} did not tell how busy it is.` };
  const percent = load.ioPressure === undefined ? undefined : Math.round(load.ioPressure * 100);
  const numbers = `load ${load.average.toFixed(1)} on ${String(facts.cores)} cores${percent === undefined ? '' : `, something waits for its disks ${String(percent)} % of the time`}`;
  const isBusy = load.average > facts.cores * LOAD_PER_CORE || (load.ioPressure ?? 0) > IO_PRESSURE;
  if (!isBusy) return { verdict: 'pass', message: `${name} has time: ${numbers}.` };
  return {
    verdict: 'note',
    message: `${name} is busy: ${numbers}. The copy will take longer than predicted, and slow the others down.`,
    fix: 'Give --bwlimit, or wait for a quieter hour.',
  };
}

function ofPathSpeed({ measured }: MoveEvidence): Judgement {
  const { speed, downtime } = measured ?? {};
  if (speed === undefined) {
    return {
      verdict: 'note',
      message:
        'The way was not measured: nothing travels, something blocks the move, or the probe failed (the log says why); so nothing is predicted.',
    };
  }
  const rates = `${formatRate(speed.copyBytesPerSecond)} from disk to disk${inParts(speed.parts)}, ${formatRate(speed.digestBytesPerSecond)} for the proof`;
  if (downtime === undefined) return { verdict: 'pass', message: `Measured: ${rates}.` };
  const parts = downtime.parts.map(({ name, seconds }) => `${name} ${formatSeconds(seconds)}`).join(', ');
  if (downtime.seconds <= LONG_SECONDS)
    return {
      verdict: 'pass',
      message: `Measured: ${rates}; predicted to be off for ${formatSeconds(downtime.seconds)} (${parts}).`,
    };
  return {
    verdict: 'warn',
    message: `Measured: ${rates}; so the instance would be off for ${formatSeconds(downtime.seconds)} (${parts}).`,
    fix:
      speed.parts === undefined
        ? 'Find what is slow before the move: disk, link or cipher; or agree on such a window.'
        : `${ADVICE[slowestPart(speed.parts)]} Or agree on such a window.`,
  };
}

const NAMES: Record<SlowestPart, string> = {
  read: 'reading on the source',
  cipher: 'the cipher',
  link: 'the link',
  write: 'writing at the destination',
};

const ADVICE: Record<SlowestPart, string> = {
  read: 'The source’s disk is the slowest part: look what else reads from it (iostat -x 5).',
  cipher: 'The cipher is the slowest part: one core of the source can do no more.',
  link: 'The link is the slowest part: look at its speed and who else uses it (ethtool, sar -n DEV 5).',
  write: 'The destination’s disk is the slowest part: look what else writes to it (iostat -x 5).',
};

function inParts(parts: WayParts | undefined): string {
  if (parts === undefined) return '';
  const [read, send, write] = [
    parts.readBytesPerSecond,
    parts.sendBytesPerSecond,
    parts.writeBytesPerSecond,
  ].map(formatRate);
  return ` (read ${String(read)}, SSH ${String(send)}, write ${String(write)}${parts.writesDirectly === true ? ' past the page cache' : ''}; the slowest is ${NAMES[slowestPart(parts)]})`;
}

function probeWords(speed: MeasuredSpeed | undefined): readonly string[] {
  if (speed === undefined) return ['Probe: none'];
  const cipher = speed.parts?.cipherBytesPerSecond;
  return [
    `Probe: ${formatRate(speed.copyBytesPerSecond)}`,
    ...(cipher === undefined ? [] : [`One core of the source enciphers ${formatRate(cipher)}`]),
  ];
}
