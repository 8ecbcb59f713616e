import { setTimeout as wait } from 'node:timers/promises';
import type { Kind } from '../fault-case.ts';
import { drawMoment, drawTravel, tellMoment, tellTravel } from '../journeys.ts';
import { INSTANCES_PATH } from '../../lab/types.ts';
import { program } from '../../support/host-program.ts';
import type { Random } from '../random.ts';
import type { Stage } from '../stage.ts';

interface Shortage {
  readonly words: string;
  /** Settles once it is over. */
  do(stage: Stage, lastsMs: number): Promise<void>;
}

/** Something writes there for a moment now and then, and then it cannot be set; after a while it is left as it is. */
const READ_ONLY = `
for i in 1 2 3 4 5 6 7 8 9 10; do mount -o remount,ro,bind "$1" 2>/dev/null && exit 0; sleep 0.2; done; exit 0`;

function drawShortage(random: Random): Shortage {
  const leaveKib = random.integer(0, 6 * 1024);
  const mostMib = random.integer(1, 10);
  return random.pick<Shortage>([
    {
      words: `full but for ${String(leaveKib)} KiB`,
      async do({ field, destination }, lastsMs) {
        const { control } = field.lab.cloud;
        await control.fill(destination.name, leaveKib * 1024);
        await wait(lastsMs);
        await control.fill(destination.name);
      },
    },
    {
      words: 'read-only',
      async do({ destination }, lastsMs) {
        await destination.exec(['sh', '-c', READ_ONLY, 'room', INSTANCES_PATH]);
        await wait(lastsMs);
        await destination.exec(['mount', '-o', 'remount,rw,bind', INSTANCES_PATH]);
      },
    },
    {
      words: `no file of a copy over ${String(mostMib)} MiB`,
      async do({ destination }, lastsMs) {
        const undos = [];
        for (const name of ['rsync', 'dd']) {
          const limit = `exec prlimit --fsize=${String(mostMib * 1024 ** 2)} /usr/bin/${name} "$@"`;
          undos.push(await program(destination, name, limit));
        }
        await wait(lastsMs);
        for (const undo of undos) await undo();
      },
    },
  ]);
}

export const room: Kind = {
  name: 'room',
  title: 'the destination is full, read-only, or lets nova write no more',
  share: 26,
  draw(random) {
    const travel = drawTravel(random);
    const moment = drawMoment(random, travel);
    const shortage = drawShortage(random);
    const lastsMs = random.integer(500, 9000);
    const seconds = (lastsMs / 1000).toFixed(1);
    return {
      title: `${shortage.words} for ${seconds} s, ${tellMoment(moment)}; ${tellTravel(travel)}`,
      travel,
      moment,
      disturb: (stage) => shortage.do(stage, lastsMs),
    };
  },
};
