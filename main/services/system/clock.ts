import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../domain/ports.ts';

/** The time of this machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  async wait(ms, signal) {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      if (signal?.aborted === true) throw new Failure('cancelled', 'stopped waiting', { cause });
      throw cause;
    }
  },
};
