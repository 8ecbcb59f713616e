import { Failure } from '../../domain/failure.ts';

/**
 * Waits for something that others may be waiting for too, no longer than the signal allows.
 *
 * @throws Failure `cancelled` if the signal fires first.
 */
export async function unlessAborted<T>(
  work: Promise<T>,
  what: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(cancelled(what));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
    // Whoever else waits for it hears of its end; here it has none to answer to.
    work.catch(() => undefined);
  }
}

export function cancelled(what: string): Failure {
  return new Failure('cancelled', `stopped waiting for ${what}`);
}
