import { truncate, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import type { Draft, Kind } from '../fault-case.ts';
import { drawMoment, drawTravel, tellMoment, tellTravel } from '../journeys.ts';
import type { Random } from '../random.ts';
import type { Stage } from '../stage.ts';

type Harm = Pick<Draft, 'prepare' | 'disturb'> & { readonly words: string };

/** A power cut takes what was not yet on the disk: some of the last line. */
async function cutLast(stage: Stage, share: number): Promise<void> {
  await stage.kill();
  const path = await stage.journal();
  if (path === undefined) return;
  const bytes = await readFile(path);
  const lastLine = bytes.subarray(0, -1).lastIndexOf('\n') + 1;
  // The first line is there as a whole or the file is not: it gets its name with it.
  const least = Math.max(lastLine, bytes.indexOf('\n') + 1);
  await truncate(path, least + Math.floor(((bytes.length - least) * share) / 1000));
}

/** A file system that lost more than that; one in four loses some of the plan, which is most of the file. */
async function cutAnywhere(stage: Stage, share: number): Promise<void> {
  await stage.kill();
  const path = await stage.journal();
  if (path === undefined) return;
  const bytes = await readFile(path);
  const plan = bytes.indexOf('\n') + 1;
  const [from, to] = share < 250 ? [0, plan] : [plan, bytes.length];
  const part = share < 250 ? share / 250 : (share - 250) / 750;
  await truncate(path, from + Math.floor((to - from) * part));
}

const fillerOf = ({ stateDirectory }: Stage): string => join(stateDirectory, 'filler');

async function fill(stage: Stage, lastsMs: number): Promise<void> {
  await execa('dd', ['if=/dev/zero', `of=${fillerOf(stage)}`, 'bs=4k'], { reject: false });
  await wait(lastsMs);
  await rm(fillerOf(stage), { force: true });
}

function drawHarm(random: Random, index: number): Harm {
  const share = random.integer(0, 1000);
  const lastsMs = random.integer(300, 4000);
  const rival = random.pick(['resume', 'confirm', 'revert', 'cancel'] as const);
  const harms: readonly Harm[] = [
    { words: `its last line cut at ${String(share)} of 1000`, disturb: (stage) => cutLast(stage, share) },
    { words: `cut at ${String(share)} of 1000`, disturb: (stage) => cutAnywhere(stage, share) },
    {
      words: `its disk full for ${String(lastsMs)} ms`,
      async prepare({ stateDirectory }) {
        await execa('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'journal', stateDirectory]);
        await writeFile(join(stateDirectory, 'a-file-system-of-its-own'), '');
      },
      disturb: (stage) => fill(stage, lastsMs),
    },
    {
      words: `a ${rival} from a second process`,
      async disturb(stage) {
        await stage.beside([rival, stage.server.name, '--json']);
      },
    },
    {
      words: 'two at once take it over',
      async disturb(stage) {
        await stage.kill();
        const takeOver = (): Promise<unknown> => stage.beside(['resume', stage.server.name, '--json']);
        await Promise.all([takeOver(), takeOver()]);
      },
    },
  ];
  return harms[index % harms.length] ?? random.pick(harms);
}

export const journal: Kind = {
  name: 'journal',
  title: 'the journal is cut, full, or wanted by two',
  share: 34,
  draw(random, index) {
    const travel = drawTravel(random);
    const moment = drawMoment(random, travel);
    const harm = drawHarm(random, index);
    return {
      title: `${harm.words}, ${tellMoment(moment)}; ${tellTravel(travel)}`,
      travel,
      moment,
      ...(harm.prepare !== undefined && { prepare: harm.prepare }),
      disturb: harm.disturb,
    };
  },
};
