import { Failure, type FailureCode } from '../domain/failure.ts';
import type { Clock, Log } from '../domain/ports.ts';
import { formatSeconds } from '../domain/units.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** Once the pauses are at their longest, a line in the log this often: an outage of an hour is not a hundred lines. */
const REMIND_MS = 5 * 60_000;
/** A try that lasted longer than any time limit of a single question has got somewhere. */
const WENT_WELL_MS = 5 * 60_000;

/** Time after which we stop trying and leave the migration to be resumed. */
export const SHORT_MS = 15 * 60_000;
/** The same for an outage while the instance is off: it is to go on as soon as it can, and nobody may be awake. */
export const OUTAGE_MS = 12 * 3_600_000;

/** The cloud or a host cannot be reached, or answers that it cannot. */
const OUTAGES: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'cloud.unreachable',
  'cloud.broken',
  'host.unreachable',
  'host.disconnected',
]);

/** What is tried again, and since when. */
export interface Trouble {
  readonly failure: Failure;
  readonly sinceMs: number;
}

export interface Endurance {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** How long an outage is waited for; every other failure that is passing gets `SHORT_MS`. */
  readonly outageMs: number;
  /** Called with what is waited for before each pause, and with `undefined` when that is over. */
  readonly troubled: (trouble: Trouble | undefined) => void;
}

/**
 * Tries again while a failure is passing, with growing pauses, and says so. The time counts from when the trouble began:
 * a copy that ran well for hours has not been in trouble for hours.
 *
 * @param what - The word in the log.
 * @throws whatever the last try threw, once it is not passing, the time is over, or the signal fires.
 */
export async function endure<T>(
  what: string,
  { clock, log, signal, outageMs, troubled }: Endurance,
  act: () => Promise<T>,
): Promise<T> {
  /** When the trouble began: to be shown, and to be counted from. */
  let since: { readonly atMs: number; readonly elapsedMs: number } | undefined;
  let saidMs = 0;
  let pauseMs = FIRST_MS;
  let isTold = false;
  try {
    for (;;) {
      const begunMs = clock.elapsedMs();
      try {
        return await act();
      } catch (error) {
        const nowMs = clock.elapsedMs();
        if (since === undefined || nowMs - begunMs > WENT_WELL_MS) {
          since = { atMs: clock.nowMs(), elapsedMs: nowMs };
          pauseMs = FIRST_MS;
        }
        const forMs = nowMs - since.elapsedMs;
        if (!(error instanceof Failure) || !error.passing || signal.aborted) throw error;
        if (forMs > (OUTAGES.has(error.code) ? outageMs : SHORT_MS)) throw error;
        isTold = true;
        troubled({ failure: error, sinceMs: since.atMs });
        if (pauseMs < LONGEST_MS || nowMs - saidMs >= REMIND_MS) {
          saidMs = nowMs;
          const already = forMs < REMIND_MS ? '' : `, for ${formatSeconds(forMs / 1000)} already`;
          log({
            level: 'warn',
            message: `${what}: ${error.message}; trying again in ${String(pauseMs / 1000)} s${already}`,
          });
        }
        await clock.wait(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_MS);
      }
    }
  } finally {
    if (isTold) troubled(undefined);
  }
}
