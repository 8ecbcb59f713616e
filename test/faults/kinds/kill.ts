import { setTimeout as wait } from 'node:timers/promises';
import type { Kind } from '../fault-case.ts';
import { drawMoment, drawTravel, FACTS_OF, tellMoment, tellTravel, WAYS } from '../journeys.ts';
import type { Random } from '../random.ts';

/** Every fact of every way, with both verdicts: each is killed right after it at least once. */
const BOUNDARIES = WAYS.flatMap((way) => [
  ...FACTS_OF[way].map((fact) => ({ way, fact: fact, verdict: undefined })),
  ...(['confirm', 'revert'] as const).flatMap((verdict) => [
    { way, fact: 'verdict' as const, verdict },
    { way, fact: verdict === 'confirm' ? ('confirmed' as const) : ('reverted' as const), verdict },
    ...(way === 'thin' ? [{ way, fact: 'disk-merged' as const, verdict }] : []),
    { way, fact: 'tidied' as const, verdict },
  ]),
]);

const LONGEST_MS = 20_000;
const MOST_KILLS = 3;

function drawTimes(random: Random): readonly number[] {
  return Array.from({ length: random.integer(0, MOST_KILLS - 1) }, () => random.integer(0, LONGEST_MS));
}

export const kill: Kind = {
  name: 'kill',
  title: 'kill -9 of our process',
  share: 100,
  draw(random, index) {
    const boundary = BOUNDARIES[index];
    const drawn = drawTravel(random, boundary?.way);
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
  },
};
