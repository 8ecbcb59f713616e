import { Failure } from '../../domain/failure.ts';

/**
 * Something that is asked for once and then known. Callers at the same time share one question, and a question
 * that failed is asked again by the next caller.
 */
export interface Shared<Value> {
  /** @throws Failure `cancelled` if the signal fires; the question itself goes on for the others. */
  get(signal?: AbortSignal): Promise<Value>;
  /** Makes the next caller ask again. */
  forget(): void;
}

export function shared<Value>(ask: () => Promise<Value>): Shared<Value> {
  let known: Promise<Value> | undefined;
  return {
    async get(signal) {
      if (known === undefined) {
        const asked = ask();
        known = asked;
        asked.catch(() => {
          if (known === asked) known = undefined;
        });
      }
      return await unlessAborted(known, signal);
    },
    forget() {
      known = undefined;
    },
  };
}

/** Waits for something that others wait for too. @throws Failure `cancelled` if the signal fires first. */
export async function unlessAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return await promise;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(new Failure('cancelled', 'Stopped waiting for the cloud.'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
