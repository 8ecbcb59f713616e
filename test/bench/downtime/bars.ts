import type { Figure } from '../figures.ts';
import { WAY_NAMES, WAYS, type Way } from './types.ts';
import { emptySummary, type WaySummary } from './summary.ts';

/** Times as long as ours; the bars of docs/handbook/measurements.md. */
const SHORTER_LEAST: Readonly<Partial<Record<Way, number>>> = {
  'base-there': 8,
  'base-staged': 8,
  flatten: 5,
  stream: 5,
  'live-flatten': 5,
};
const FLOOR_PERCENT_LEAST = 85;
const PROOF_PERCENT_MOST = 30;
const REST_SECONDS_MOST = 2;
const ERROR_PERCENT_MOST = 20;
/** Of a shorter copy, what the hosts and the cloud need around it decides. */
const PREDICTED_FROM_SECONDS = 10;

/**
 * What was promised and can be judged by this, each as one figure with its bound.
 *
 * @param ways - What was to be run; what of it never came to its end keeps no promise.
 */
export function barFigures(summaries: readonly WaySummary[], ways: readonly Way[] = WAYS): readonly Figure[] {
  const floor = summaries.find(({ way }) => way === 'floor');
  const ours = ways
    .filter((way) => way in SHORTER_LEAST)
    .map((way) => summaries.find((summary) => summary.way === way) ?? emptySummary(way));
  // Live, next to nothing is copied after the stop: a rate of that says nothing.
  const copied = ours.filter(({ way }) => way !== 'live-flatten');
  return [
    ...ours.map((summary) => shorter(summary)),
    ...copied.map((summary) => ofTheFloor(summary, floor)),
    ...copied.map(({ way, proofPercent }) => ({
      name: `${WAY_NAMES[way]}: proof, of the copy`,
      value: proofPercent,
      unit: '%',
      most: PROOF_PERCENT_MOST,
    })),
    ...ours.map(({ way, restSeconds }) => ({
      name: `${WAY_NAMES[way]}: neither copy, proof nor the cloud's`,
      value: restSeconds,
      unit: 's',
      most: REST_SECONDS_MOST,
    })),
    ...summaries.filter(({ errorPercent }) => !Number.isNaN(errorPercent)).map(predicted),
  ];
}

function shorter({ way, shorterThan }: WaySummary): Figure {
  const least = SHORTER_LEAST[way];
  return {
    name: `${WAY_NAMES[way]}: Icehouse took longer by`,
    value: shorterThan['nova-icehouse'],
    unit: 'times',
    ...(least !== undefined && { least }),
  };
}

function ofTheFloor({ way, copyBytesPerSecond }: WaySummary, floor: WaySummary | undefined): Figure {
  return {
    name: `${WAY_NAMES[way]}: rate of the copy, of the floor's`,
    value: (copyBytesPerSecond / (floor?.copyBytesPerSecond ?? Number.NaN)) * 100,
    unit: '%',
    least: FLOOR_PERCENT_LEAST,
  };
}

function predicted({ way, parts, errorPercent }: WaySummary): Figure {
  const copySeconds = parts['copy'] ?? parts['hand over'] ?? 0;
  const judged = copySeconds > PREDICTED_FROM_SECONDS;
  return {
    name: `${WAY_NAMES[way]}: predicted downtime, off by`,
    value: Math.abs(errorPercent),
    unit: '%',
    ...(judged && { most: ERROR_PERCENT_MOST }),
  };
}
