import { Failure, type FailureCode } from '../domain/failure.ts';
import type { NewFact } from '../domain/facts.ts';
import type { Clock, Log } from '../domain/ports.ts';
import type { Step } from '../domain/steps.ts';

/**
 * Failures that say nothing about the migration itself: our way to the cloud or the hosts is cut, or a word of the
 * admin is needed. The migration stays where it is and can be resumed.
 */
const INTERRUPTIONS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'cancelled',
  'cloud.unreachable',
  'cloud.credentials',
  'cloud.broken',
  'host.unreachable',
  'host.authentication',
  'host.key-unknown',
  'host.key-changed',
  'host.no-sudo',
  'host.disconnected',
  'journal.locked',
  'journal.damaged',
  'journal.unwritable',
  'internal',
]);

/** Steps whose failure ends the migration and sends the instance back. After the hand-over only a person decides. */
const ENDING: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'lock',
  'stage-base',
  'begin-stop',
  'stop',
  'flatten',
  'freeze',
  'copy',
  'verify',
  'place',
  'begin-hand-over',
  'hand-over',
]);

/** A failure that the step can never get past, as the fact that it is; `undefined` if the migration can be resumed. */
export function asEnd(step: Step, handedOver: boolean, error: unknown): NewFact | undefined {
  if (!(error instanceof Failure) || error.passing || handedOver) return undefined;
  // While Nova is at work, only its own refusal, or ours before it was asked, is an end; a look that failed is not.
  if (step.kind === 'hand-over' && error.code !== 'migration.failed' && error.code !== 'migration.changed')
    return undefined;
  if (!ENDING.has(step.kind) || INTERRUPTIONS.has(error.code)) return undefined;
  const { code, message, hint, requestId } = error;
  return { type: 'failed', code, message, hint, requestId };
}

/** First pause, longest pause and the time after which we stop trying and leave the migration to be resumed. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const GIVE_UP_MS = 15 * 60_000;
/** A try that lasted longer than any time limit of a single question has got somewhere. */
const WENT_WELL_MS = 5 * 60_000;

/**
 * Tries again while a failure is passing, with growing pauses, and says so. The time counts from when the trouble began:
 * a copy that ran well for hours has not been in trouble for hours.
 *
 * @throws whatever the last try threw, once it is not passing, the time is over, or the signal fires.
 */
export async function withPatience<T>(
  what: string,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  let sinceMs: number | undefined;
  for (let pauseMs = FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_MS)) {
    const begunMs = clock.nowMs();
    try {
      return await act();
    } catch (error) {
      const nowMs = clock.nowMs();
      if (sinceMs === undefined || nowMs - begunMs > WENT_WELL_MS) {
        sinceMs = nowMs;
        pauseMs = FIRST_MS;
      }
      const over = nowMs - sinceMs > GIVE_UP_MS;
      if (!(error instanceof Failure) || !error.passing || over || signal.aborted) throw error;
      log({
        level: 'warn',
        message: `${what}: ${error.message}; trying again in ${String(pauseMs / 1000)} s`,
      });
      await clock.wait(pauseMs, signal);
    }
  }
}
