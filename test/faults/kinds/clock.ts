import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Kind } from '../fault-case.ts';
import { drawMoment, drawTravel, tellMoment, tellTravel } from '../journeys.ts';
import type { Stage } from '../stage.ts';

/** Loaded before the app: its clock then goes wrong by as many milliseconds as a file says. */
const SHIFT = fileURLToPath(new URL('../clock-shift.mjs', import.meta.url));

const HOUR_SECONDS = 3600;
const JUMPS = [
  ['a minute', 60],
  ['an hour', HOUR_SECONDS],
  ['a day and a bit', 25 * HOUR_SECONDS],
  ['ten years', 10 * 365 * 24 * HOUR_SECONDS],
] as const;

const fileOf = ({ stateDirectory }: Stage): string => join(stateDirectory, 'clock-shift');

export const clock: Kind = {
  name: 'clock',
  title: 'the workstation’s clock jumps',
  share: 18,
  draw(random) {
    const travel = drawTravel(random);
    const moment = drawMoment(random, travel);
    const [words, seconds] = random.pick(JUMPS);
    const direction = random.pick([1, -1]);
    const backAfterMs = random.chance(0.5) ? random.integer(500, 5000) : undefined;
    const back = backAfterMs === undefined ? 'for good' : `and back after ${String(backAfterMs)} ms`;
    return {
      title: `${words} ${direction === 1 ? 'ahead' : 'back'} ${back}, ${tellMoment(moment)}; ${tellTravel(travel)}`,
      travel,
      moment,
      async prepare(stage) {
        await writeFile(fileOf(stage), '0');
        Object.assign(stage.env, { NODE_OPTIONS: `--import ${SHIFT}`, COLDHAUL_TEST_CLOCK: fileOf(stage) });
      },
      async disturb(stage) {
        await writeFile(fileOf(stage), String(direction * seconds * 1000));
        if (backAfterMs === undefined) return;
        await wait(backAfterMs);
        await writeFile(fileOf(stage), '0');
      },
    };
  },
};
