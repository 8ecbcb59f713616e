import type { Log } from '../../../main/domain/ports.ts';

const TICK_MS = 20;
const HOSTS = ['compute-a', 'compute-b'] as const;

export interface Written {
  readonly lines: number;
  /** The longest that the log kept us with one line: it goes to its file at once. */
  readonly longestMs: number;
}

/**
 * Writes so many lines a second, in small heaps as busy hosts do, of the length of real ones.
 *
 * @returns what ends it, and tells what was written.
 */
export function writeLines(log: Log, perSecond: number): () => Written {
  const startedMs = performance.now();
  let [written, longestMs] = [0, 0];
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) / 1000) * perSecond;
    for (; written < due; written += 1) {
      const beforeMs = performance.now();
      log({
        level: written % 5 === 0 ? 'info' : 'debug',
        message: `rsync: disk.eph0 ${String(written * 4096)} bytes, ${String(written % 100)} %, 104.86 MB/s, 0:00:07 left`,
        ...(written % 2 === 0 && { host: HOSTS[(written / 2) % 2] ?? HOSTS[0] }),
        ...(written % 10 === 0 && {
          command: `rsync --sparse --inplace /var/lib/nova/instances/${String(written)}/disk`,
        }),
      });
      longestMs = Math.max(longestMs, performance.now() - beforeMs);
    }
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    return { lines: written, longestMs };
  };
}
