import type { Page } from 'playwright';

/** What the page itself saw of its frames. */
export interface Seen {
  /** Between each two frames that followed each other. */
  readonly frameMs: readonly number[];
  /** Of tasks that kept everything else waiting for more than 50 ms. */
  readonly longTaskMs: readonly number[];
  /** From a key to the frame that shows it; those under 16 ms are not told. */
  readonly inputMs: readonly number[];
}

interface Probe {
  readonly frameMs: number[];
  readonly longTaskMs: number[];
  readonly inputMs: number[];
  running: boolean;
}

declare global {
  interface Window {
    benchProbe?: Probe;
  }
}

/** Watches every frame while `act` happens. */
export async function watchFrames(page: Page, act: () => Promise<void>): Promise<Seen> {
  await page.evaluate(begin);
  await act();
  return page.evaluate(end);
}

/** Runs in the page. */
async function begin(): Promise<void> {
  const probe: Probe = { frameMs: [], longTaskMs: [], inputMs: [], running: true };
  window.benchProbe = probe;
  const observe = (type: string, into: number[], more: object): void => {
    new PerformanceObserver((list) => {
      if (probe.running) into.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type, ...more });
  };
  observe('longtask', probe.longTaskMs, {});
  observe('event', probe.inputMs, { durationThreshold: 16 });
  await new Promise<void>((resolve) => {
    let beforeMs: number | undefined;
    const frame = (atMs: number): void => {
      if (beforeMs === undefined) resolve();
      else probe.frameMs.push(atMs - beforeMs);
      beforeMs = atMs;
      if (probe.running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** Runs in the page. What was observed is told a frame later. */
async function end(): Promise<Seen> {
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const probe = window.benchProbe;
  if (probe === undefined) throw new Error('nothing was watched');
  probe.running = false;
  return probe;
}
