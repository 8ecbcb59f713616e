import type { FactType } from '../../main/domain/facts.ts';
import type { Moment, Travel } from './fault-case.ts';
import type { Random } from './random.ts';

const LIMITS_MIB = [undefined, undefined, 8] as const;
/** From the first command until a verdict is due, on two cores. */
const LONGEST_MS = 18_000;
/** Hardly any step takes longer here. */
const STEP_MS = 3_000;

/** Facts that each route writes down in this order before a verdict; `disk-flattened` only where something is flattened. */
export const FACTS_OF = {
  seed: [
    ...(['planned', 'locked', 'base-staged', 'stop-begun', 'stopped', 'frozen', 'disk-copied'] as const),
    ...(['disk-verified', 'placed', 'hand-over-begun', 'handed-over', 'proven'] as const),
  ],
  flatten: [
    ...(['planned', 'locked', 'stop-begun', 'stopped', 'disk-flattened', 'frozen', 'disk-copied'] as const),
    ...(['disk-verified', 'placed', 'hand-over-begun', 'handed-over', 'proven'] as const),
  ],
  thin: [
    ...(['planned', 'locked', 'base-staged', 'stop-begun', 'stopped', 'disk-layered', 'frozen'] as const),
    ...(['disk-copied', 'disk-verified', 'hand-over-begun', 'handed-over', 'proven'] as const),
  ],
  live: [
    ...(['planned', 'locked', 'base-staged', 'live-begun', 'live-frozen', 'disk-copied'] as const),
    ...(['disk-verified', 'stop-begun', 'stopped', 'disk-layered', 'frozen'] as const),
    ...(['hand-over-begun', 'handed-over', 'proven'] as const),
  ],
  'live-flatten': [
    ...(['planned', 'locked', 'live-begun', 'live-frozen', 'disk-flattened', 'disk-copied'] as const),
    ...(['disk-verified', 'stop-begun', 'stopped', 'disk-layered', 'frozen'] as const),
    ...(['hand-over-begun', 'handed-over', 'proven'] as const),
  ],
  stream: [
    ...(['planned', 'locked', 'stop-begun', 'stopped', 'disk-layered', 'frozen', 'disk-copied'] as const),
    ...(['disk-verified', 'hand-over-begun', 'handed-over', 'proven'] as const),
  ],
  'live-stream': [
    ...(['planned', 'locked', 'live-begun', 'live-frozen', 'disk-copied', 'disk-verified'] as const),
    ...(['stop-begun', 'stopped', 'disk-layered', 'frozen', 'hand-over-begun'] as const),
    ...(['handed-over', 'proven'] as const),
  ],
  nova: [
    ...(['planned', 'locked', 'stop-begun', 'stopped', 'frozen', 'hand-over-begun'] as const),
    ...(['handed-over', 'disk-verified', 'proven'] as const),
  ],
} as const satisfies Record<string, readonly FactType[]>;

export type Way = keyof typeof FACTS_OF;
export const WAYS = ['seed', 'thin', 'nova', 'flatten'] as const;

export function factsOf(travel: Travel): readonly FactType[] {
  if (travel.stream) return FACTS_OF[travel.live ? 'live-stream' : 'stream'];
  if (travel.live) return FACTS_OF[travel.flatten ? 'live-flatten' : 'live'];
  return FACTS_OF[travel.flatten ? 'flatten' : travel.route];
}

/** An instance and a way to go; most of them run, and most go by our own copy. */
export function drawTravel(random: Random, way?: Way): Travel {
  const chosen = way ?? random.pick(['seed', 'seed', 'seed', 'thin', 'nova', 'flatten'] as const);
  const manyDisks = random.chance(0.2);
  const limitMibPerSecond = random.pick(LIMITS_MIB);
  const live = chosen.startsWith('live');
  const stream = chosen === 'stream' || chosen === 'live-stream';
  return {
    route: routeOf(chosen),
    flatten: stream || chosen === 'flatten' || chosen === 'live-flatten',
    stream,
    live,
    running: random.chance(0.75) || live,
    manyDisks,
    verdict: random.pick(['confirm', 'confirm', 'revert']),
    // An ephemeral base has 1 GiB of zeros, which rsync counts against a limit.
    limitMibPerSecond: manyDisks ? undefined : limitMibPerSecond,
  };
}

function routeOf(way: Way): Travel['route'] {
  if (way === 'seed' || way === 'nova') return way;
  return way === 'flatten' ? 'seed' : 'thin';
}

/** After one of these facts (all of its way, if none are named), or at any time. */
export function drawMoment(random: Random, travel: Travel, facts?: readonly FactType[]): Moment {
  if (facts === undefined && random.chance(0.15)) return { delayMs: random.integer(0, LONGEST_MS) };
  const known = factsOf(travel);
  const possible = (facts ?? known).filter((fact) => known.includes(fact));
  return { fact: random.pick(possible), delayMs: random.chance(0.4) ? 0 : random.integer(1, STEP_MS) };
}

export function tellTravel(travel: Travel): string {
  const words = [
    `${travel.live ? 'live' : travel.route}${travel.flatten ? ` with a disk flattened ${travel.stream ? 'on its way' : 'there'}` : ''}`,
    travel.running ? 'running' : 'off',
    ...(travel.manyDisks ? ['three disks'] : []),
    ...(travel.limitMibPerSecond === undefined ? [] : [`${String(travel.limitMibPerSecond)} MiB/s`]),
    travel.verdict,
  ];
  return words.join(', ');
}

export function tellMoment(moment: Moment): string {
  return moment.fact === undefined
    ? `${String(moment.delayMs)} ms after the start`
    : `${moment.delayMs === 0 ? 'right' : `${String(moment.delayMs)} ms`} after ${moment.fact}`;
}
