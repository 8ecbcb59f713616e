import PQueue from 'p-queue';
import { NotStarted } from './run.ts';

/** sshd allows 10 sessions on a connection (`MaxSessions`, sshd_config(5)); two stay for others. */
const MOST_CHANNELS = 8;

/** Lets so much work run on one connection as its host takes. */
export interface Channels {
  /** @throws NotStarted if the host refuses although nothing of ours runs there. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * At most eight at a time. If the host takes fewer (an admin may have lowered `MaxSessions`), what it refused waits for
 * the end of one that runs; a refusal is never a start, so nothing runs twice.
 *
 * @param isOpen - Whether the connection still stands: waiting for a broken one would be for ever.
 */
export function createChannels(isOpen: () => boolean): Channels {
  const queue = new PQueue({ concurrency: MOST_CHANNELS });
  const waiting: (() => void)[] = [];
  let running = 0;

  const attempt = async <T>(work: () => Promise<T>): Promise<{ readonly done: T } | NotStarted> => {
    running += 1;
    try {
      return { done: await work() };
    } catch (error) {
      if (error instanceof NotStarted) return error;
      throw error;
    } finally {
      running -= 1;
    }
  };

  const useOne = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      const wasAlone = running === 0;
      const result = await attempt(work).catch((error: unknown) => {
        waiting.shift()?.();
        throw error;
      });
      if (!(result instanceof NotStarted)) {
        waiting.shift()?.();
        return result.done;
      }
      if (!isOpen() || (wasAlone && running === 0)) {
        waiting.shift()?.();
        throw result;
      }
      if (running > 0) await new Promise<void>((wake) => waiting.push(wake));
    }
  };

  return { use: async (work) => await queue.add(async () => await useOne(work)) };
}
