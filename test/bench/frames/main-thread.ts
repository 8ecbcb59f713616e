import type { Browser, Page } from 'playwright';
import { z } from 'zod';

const Event = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  /** In microseconds: by the clock, and of the processor. */
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.looseObject({ name: z.unknown() }).partial().optional(),
});
const Trace = z.object({ traceEvents: z.array(Event) });

/** Every task of the page's main thread, in milliseconds. */
export interface Tasks {
  readonly clockMs: readonly number[];
  /** What the task took of the processor: the same on a busy machine. Empty if the browser does not tell. */
  readonly processorMs: readonly number[];
}

/** Traces the page while `act` happens. The tracing itself costs something: frames are not to be timed meanwhile. */
export async function traceTasks(browser: Browser, page: Page, act: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents } = Trace.parse(JSON.parse((await browser.stopTracing()).toString('utf8')));
  const tasks = traceEvents.filter(({ name, ph }) => ph === 'X' && name === 'RunTask');
  const mains = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  // A browser has spare renderers; the page is where most was done.
  const ofMain = mains.map(({ pid, tid }) => tasks.filter((task) => task.pid === pid && task.tid === tid));
  const own = ofMain.sort((left, right) => right.length - left.length)[0] ?? [];
  return {
    clockMs: own.flatMap(({ dur }) => (dur === undefined ? [] : [dur / 1000])),
    processorMs: own.flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000])),
  };
}
