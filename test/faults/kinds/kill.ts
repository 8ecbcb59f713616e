import { setTimeout as wait } from 'node:timers/promises';
import type { FactType } from '../../../main/domain/facts.ts';
import type { Draft, Kind } from '../fault-case.ts';
import { drawMoment, drawTravel, FACTS_OF, tellMoment, tellTravel, WAYS, type Way } from '../journeys.ts';
import type { Random } from '../random.ts';

interface Boundary {
  readonly way: Way;
  readonly fact: FactType;
  readonly verdict: 'confirm' | 'revert' | undefined;
}

/** Every fact of a way, with both verdicts. */
function boundariesOf(way: Way): readonly Boundary[] {
  return [
    ...FACTS_OF[way].map((fact) => ({ way, fact, verdict: undefined })),
    ...(['confirm', 'revert'] as const).flatMap((verdict): readonly Boundary[] => [
      { way, fact: 'verdict', verdict },
      { way, fact: verdict === 'confirm' ? 'confirmed' : 'reverted', verdict },
      ...(WITH_LAYERS.includes(way) ? [{ way, fact: 'disk-merged' as const, verdict }] : []),
      { way, fact: 'tidied', verdict },
    ]),
  ];
}

const WITH_LAYERS: readonly Way[] = ['thin', 'live', 'live-flatten', 'stream', 'live-stream'];

const LONGEST_MS = 20_000;
const MOST_KILLS = 3;

function drawTimes(random: Random): readonly number[] {
  return Array.from({ length: random.integer(0, MOST_KILLS - 1) }, () => random.integer(0, LONGEST_MS));
}

/** Each of the boundaries is killed right after it at least once; what is left of the share, at any time. */
function killing(
  names: Pick<Kind, 'name' | 'title' | 'share'>,
  boundaries: readonly Boundary[],
  others: readonly Way[] | undefined,
): Kind {
  return { ...names, draw };

  function draw(random: Random, index: number): Draft {
    const boundary = boundaries[index];
    const drawn = drawTravel(random, boundary?.way ?? (others && random.pick(others)));
    const travel = boundary?.verdict === undefined ? drawn : { ...drawn, verdict: boundary.verdict };
    const more = boundary === undefined ? drawTimes(random) : [];
    const moment = boundary === undefined ? drawMoment(random, travel) : { fact: boundary.fact, delayMs: 0 };
    const again = more.map((ms) => `, and ${String(ms)} ms later`).join('');
    return {
      title: `${tellMoment(moment)}${again}; ${tellTravel(travel)}`,
      travel,
      moment,
      async disturb(stage) {
        await stage.kill();
        // The next one hits whatever goes on then; the way goes on beside it.
        void (async () => {
          for (const ms of more) {
            await wait(ms);
            await stage.kill();
          }
        })();
      },
    };
  }
}

export const kill = killing(
  { name: 'kill', title: 'kill -9 of our process', share: 100 },
  WAYS.flatMap(boundariesOf),
  undefined,
);

export const live = killing(
  { name: 'live', title: 'kill -9 of our process, with disks that are frozen live', share: 60 },
  [...boundariesOf('live'), ...boundariesOf('live-flatten')],
  ['live', 'live-flatten'],
);

export const stream = killing(
  { name: 'stream', title: 'kill -9 of our process, with a disk that is flattened on its way', share: 40 },
  [...boundariesOf('stream'), ...boundariesOf('live-stream')],
  ['stream', 'live-stream'],
);
