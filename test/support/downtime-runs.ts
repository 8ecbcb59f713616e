import type { Run, Way } from '../bench/downtime/types.ts';

const NOTHING = { cpuSeconds: 0, peakBytes: 0 };

/** A run of the downtime comparison, in round 1, of 100 MiB; what is not said is nothing. */
export function runOf(way: Way, more: Partial<Run>): Run {
  return {
    way,
    round: 1,
    downtimeSeconds: 1,
    totalSeconds: 1,
    movedBytes: 100 * 1024 ** 2,
    parts: {},
    wireBytes: 0,
    controlBytes: 0,
    stolenPercent: 0,
    source: NOTHING,
    destination: NOTHING,
    own: NOTHING,
    ...more,
  };
}
