import { setTimeout as pause } from 'node:timers/promises';
import type { startChild } from '../child.ts';
import type { Figure } from '../figures.ts';
import type { DeskCalls } from './desk-process.ts';

/** The promises: of one core, and of what is in use after garbage was collected. */
const MOST_CPU_PERCENT = 10;
const MOST_GROWTH_PERCENT = 2;
/** Long enough for thirty looks at each copy. */
const SECONDS = 30;

/** What the main process takes while disks are copied and nobody asks it anything. */
export async function measureAlone(
  desk: ReturnType<typeof startChild<DeskCalls>>,
  disks: number,
  say: (text: string) => void,
): Promise<readonly Figure[]> {
  say(`${String(disks)} disks copy; ${String(SECONDS)} s of nothing else`);
  const before = await desk.ask('memory', null);
  await desk.ask('watch', null);
  await pause(SECONDS * 1000);
  const { cpuPercent } = await desk.ask('delays', null);
  const after = await desk.ask('memory', null);
  const name = `answers: main process, while ${String(disks)} disks copy`;
  return [
    { name: `${name}, share of one core`, value: cpuPercent, unit: '%', most: MOST_CPU_PERCENT },
    { name: `${name}, memory at first`, value: before / 1024 ** 2, unit: 'MiB' },
    {
      name: `${name}, memory grows by`,
      value: (after / before - 1) * 100,
      unit: '%',
      most: MOST_GROWTH_PERCENT,
    },
  ];
}
