import { setTimeout as wait } from 'node:timers/promises';
import type { Kind } from '../fault-case.ts';
import { LINK_NAMES } from '../field.ts';
import { drawMoment, drawTravel, tellMoment, tellTravel } from '../journeys.ts';
import type { Link } from '../link.ts';
import type { Random } from '../random.ts';

interface Harm {
  readonly words: string;
  readonly lastsMs: number;
  do(link: Link): void;
}

function drawHarm(random: Random): Harm {
  const lastsMs = random.integer(500, 7000);
  const seconds = `${(lastsMs / 1000).toFixed(1)} s`;
  const delayMs = random.integer(20, 400);
  const kibPerSecond = random.integer(32, 1024);
  return random.pick<Harm>([
    {
      words: 'reset',
      lastsMs: 0,
      do: (link) => {
        link.reset();
      },
    },
    {
      words: `cut for ${seconds}`,
      lastsMs,
      do: (link) => {
        link.cut();
      },
    },
    {
      words: `silent for ${seconds}`,
      lastsMs,
      do: (link) => {
        link.stall();
      },
    },
    {
      words: `${String(delayMs)} ms slower for ${seconds}`,
      lastsMs,
      do: (link) => {
        link.delay(delayMs);
      },
    },
    {
      words: `${String(kibPerSecond)} KiB/s for ${seconds}`,
      lastsMs,
      do: (link) => {
        link.throttle(kibPerSecond * 1024);
      },
    },
  ]);
}

export const link: Kind = {
  name: 'link',
  title: 'a link is cut, reset, silent or slow',
  share: 50,
  draw(random, index) {
    const travel = drawTravel(random);
    const moment = drawMoment(random, travel);
    const name = LINK_NAMES[index % LINK_NAMES.length] ?? LINK_NAMES[0];
    const harm = drawHarm(random);
    return {
      title: `${name} ${harm.words}, ${tellMoment(moment)}; ${tellTravel(travel)}`,
      travel,
      moment,
      async disturb(stage) {
        const wire = stage.links[name];
        harm.do(wire);
        try {
          await wait(harm.lastsMs);
        } finally {
          wire.mend();
        }
      },
    };
  },
};
