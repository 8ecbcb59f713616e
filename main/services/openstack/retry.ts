import { Failure } from '../../domain/failure.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import type { Answer, Http, Question } from './http.ts';

const PAUSES_MS = [500, 1_000, 2_000] as const;
const LONGEST_PAUSE_MS = 30_000;
/** Nova answers 500, too, while its message queue or database fails over. */
const WORTH_ANOTHER_TRY: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * Asks up to four times while the network or the cloud has a passing weakness, and once more after the time limit: an
 * API that was starved for a moment took 32 s for one answer, and none for the next. Only for questions that change
 * nothing.
 *
 * @returns the last answer, whatever its status.
 * @throws Failure `cloud.unreachable`, `cancelled`
 */
export async function askPatiently(
  http: Http,
  clock: Clock,
  log: Log,
  question: Question,
  signal?: AbortSignal,
): Promise<Answer> {
  let mayTakeLong = true;
  for (const [tried, pauseMs] of PAUSES_MS.entries()) {
    const outcome = await tryOnce(http, question, mayTakeLong, signal);
    if (!(outcome instanceof Failure) && !WORTH_ANOTHER_TRY.has(outcome.status)) return outcome;
    if (isTimeout(outcome)) mayTakeLong = false;
    const asked = outcome instanceof Failure ? undefined : outcome.retryAfterSeconds;
    const waitMs = Math.min(asked === undefined ? pauseMs : asked * 1_000, LONGEST_PAUSE_MS);
    const why = outcome instanceof Failure ? outcome.message : `status ${outcome.status}`;
    log({
      level: 'warn',
      message: `Could not ${question.act} at try ${tried + 1}, again in ${waitMs / 1_000} s (${why})`,
    });
    await clock.wait(waitMs, signal);
  }
  return await http(question, signal);
}

async function tryOnce(
  http: Http,
  question: Question,
  mayTakeLong: boolean,
  signal?: AbortSignal,
): Promise<Answer | Failure> {
  try {
    return await http(question, signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'cloud.unreachable' || !error.passing) throw error;
    if (isTimeout(error) && !mayTakeLong) throw error;
    return error;
  }
}

/** The network's own failures have a cause; our time limit has none. */
function isTimeout(outcome: Answer | Failure): boolean {
  return outcome instanceof Failure && outcome.cause === undefined;
}
