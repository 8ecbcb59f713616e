import type { Log } from '../../../main/domain/ports.ts';

const TICK_MS = 20;
const HOSTS = ['compute-a', 'compute-b'] as const;

/**
 * Writes so many lines a second, in small heaps as busy hosts do, of the length of real ones.
 *
 * @returns what ends it, and tells how many lines it were.
 */
export function writeLines(log: Log, perSecond: number): () => number {
  const startedMs = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) / 1000) * perSecond;
    for (; written < due; written += 1)
      log({
        level: written % 5 === 0 ? 'info' : 'debug',
        message: `rsync: disk.eph0 ${String(written * 4096)} bytes, ${String(written % 100)} %, 104.86 MB/s, 0:00:07 left`,
        ...(written % 2 === 0 && { host: HOSTS[(written / 2) % 2] ?? HOSTS[0] }),
        ...(written % 10 === 0 && {
          command: `rsync --sparse --inplace /var/lib/nova/instances/${String(written)}/disk`,
        }),
      });
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    return written;
  };
}
