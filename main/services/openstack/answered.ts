import type { Answer } from '../../domain/answer.ts';
import { Failure } from '../../domain/failure.ts';

/** A service beside Nova may be in the catalog and out of our reach; nobody waits long for it. */
const PATIENCE_MS = 5_000;

/**
 * Reads what a cloud need not have, or need not show us.
 *
 * @returns the answer, or why there is none.
 * @throws Failure `cancelled` if the caller's own signal fired, and nothing else.
 */
export async function answered<T>(
  read: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
  patienceMs: number = PATIENCE_MS,
): Promise<Answer<T>> {
  const stop = new AbortController();
  const forward = (): void => {
    stop.abort();
  };
  const timer = setTimeout(forward, patienceMs);
  signal?.addEventListener('abort', forward, { once: true });
  if (signal?.aborted === true) forward();
  try {
    return { known: true, value: await read(stop.signal) };
  } catch (error) {
    if (!(error instanceof Failure) || signal?.aborted === true) throw error;
    if (error.code !== 'cancelled') return { known: false, why: error.message };
    return { known: false, why: `there was no answer within ${String(patienceMs / 1000)} s` };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
  }
}

/** What was not asked for, and why. */
export function unasked(why: string): { readonly known: false; readonly why: string } {
  return { known: false, why };
}
