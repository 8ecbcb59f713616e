import type { HostTraits } from '../../host-traits.ts';
import { formatRate, formatSeconds } from '../../units.ts';
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
      'A probe of real bytes: read on the source, sent by SSH, written and flushed at the destination; a digest',
    testedIn: ['test/unit/domain/preflight/host-speed.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: [
        `Probe: ${evidence.measured?.speed === undefined ? 'none' : formatRate(evidence.measured.speed.copyBytesPerSecond)}`,
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
  const rates = `${formatRate(speed.copyBytesPerSecond)} from disk to disk, ${formatRate(speed.digestBytesPerSecond)} for the proof`;
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
    fix: 'Find what is slow before the move: disk, link or cipher; or agree on such a window.',
  };
}
