import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../main/domain/failure.ts';
import type { Clock, Log, LogLine } from '../../main/domain/ports.ts';

/** The machine's own clock. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  wait: (ms, signal) =>
    pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {
      throw new Failure('cancelled', 'The wait was cancelled.');
    }),
};

/** A log that keeps its lines for the test to read. */
export function keepLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  return { log: (line) => void lines.push(line), lines };
}
