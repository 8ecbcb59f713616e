import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright';
import { makeHome } from '../../e2e/support/home.ts';
import { startWebApp } from '../../e2e/support/web-app.ts';
import { withPage } from '../browser.ts';
import { startChild } from '../child.ts';
import { spread, type Figure } from '../figures.ts';
import type { LabCalls } from '../lab-process.ts';
import { openInstances, scrollThrough, toTop, typeSearch } from './acts.ts';
import { traceTasks, type Tasks } from './main-thread.ts';
import { watchFrames, type Seen } from './probe.ts';

/** The promise: of no frame, and of no task. */
const MOST_MS = 50;
const CONTROL_MS = 3_000;
/** A task of so much is one that draws something. */
const DRAWING_MS = 4;
/** Three frames of a screen with 60 a second are 50 ms, and by the page's clock sometimes a trifle more. */
const CLOCK_MS = 0.5;

/** How evenly the list of a thousand instances on a hundred hosts scrolls, and how soon it shows what is typed. */
export async function measureFrames(say: (text: string) => void): Promise<readonly Figure[]> {
  const lab = startChild<LabCalls>(new URL('../lab-process.ts', import.meta.url));
  const home = await mkdtemp(join(tmpdir(), 'coldhaul-bench-'));
  try {
    say('starting a cloud of 100 hosts and 1,000 instances');
    const wish = { extraHosts: 98, extraServers: 1_000, servers: 0, payloadMib: 0 };
    const { paths } = await lab.ask('start', wish);
    const env = await makeHome(paths, home, {});
    return await withPage(async (empty, browser) => {
      const app = await startWebApp({ env, home, context: empty.context() });
      try {
        return await onPage(browser, app.page, say);
      } finally {
        await app.close();
      }
    });
  } finally {
    await lab.end();
    await rm(home, { recursive: true });
  }
}

async function onPage(browser: Browser, page: Page, say: (text: string) => void): Promise<readonly Figure[]> {
  await page.bringToFront();
  const list = await openInstances(page);
  say('nothing happens, then it is scrolled, then typed');
  const control = await watchFrames(page, () => pause(CONTROL_MS));
  const scrolled = await watchFrames(page, () => scrollThrough(page, list));
  await toTop(page, list);
  const typed = await watchFrames(page, () => typeSearch(page));
  say('the same once more, traced');
  const scrollTasks = await traceTasks(browser, page, () => scrollThrough(page, list));
  await toTop(page, list);
  const typeTasks = await traceTasks(browser, page, () => typeSearch(page));
  return [
    ...frameFigures('nothing happens (control)', control, false),
    ...frameFigures('scrolling 1,000 instances', scrolled, true),
    ...taskFigures('scrolling', scrollTasks),
    ...frameFigures('typing in the search', typed, true),
    {
      name: 'frames: typing, slowest key until it is shown',
      value: Math.max(0, ...typed.inputMs),
      unit: 'ms',
    },
    ...taskFigures('typing', typeTasks),
  ];
}

function frameFigures(name: string, { frameMs, longTaskMs }: Seen, bounded: boolean): readonly Figure[] {
  const over = frameMs.filter((ms) => ms > MOST_MS + CLOCK_MS).length;
  const bound = bounded ? { most: 0 } : {};
  return [
    ...spread(`frames: ${name}, ${String(frameMs.length)} frames`, frameMs, 'ms'),
    { name: `frames: ${name}, frames over ${String(MOST_MS)} ms`, value: over, unit: '', ...bound },
    { name: `frames: ${name}, tasks over ${String(MOST_MS)} ms`, value: longTaskMs.length, unit: '' },
  ];
}

/** By the processor's time a machine that is busy with other things does not count against the page. */
function taskFigures(name: string, { clockMs, processorMs }: Tasks): readonly Figure[] {
  const drawing = processorMs.filter((ms) => ms >= DRAWING_MS);
  return [
    { name: `frames: ${name}, longest task by the clock`, value: Math.max(...clockMs), unit: 'ms' },
    ...(drawing.length === 0
      ? []
      : spread(
          `frames: ${name}, ${String(drawing.length)} drawing tasks, processor`,
          drawing,
          'ms',
          MOST_MS,
        )),
  ];
}
