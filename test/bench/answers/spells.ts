import { PerformanceObserver } from 'node:perf_hooks';

const TICK_MS = 10;

export interface Spells {
  /** The most that this process took of the processor between two ticks: its own work, whatever else ran. */
  readonly longestWorkMs: number;
  /** By the clock. */
  readonly longestGcMs: number;
}

/** Tells what kept the event loop: work of ours, or a machine that gave us no turn. Returns what ends the watching. */
export function watchSpells(): () => Spells {
  let [longestWorkMs, longestGcMs] = [0, 0];
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    longestWorkMs = Math.max(longestWorkMs, (user + system) / 1000);
    before = process.cpuUsage();
  }, TICK_MS);
  const observer = new PerformanceObserver((list) => {
    longestGcMs = Math.max(longestGcMs, ...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    clearInterval(timer);
    observer.disconnect();
    return { longestWorkMs, longestGcMs };
  };
}
