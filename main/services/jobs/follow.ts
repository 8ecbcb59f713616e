import { Failure } from '../../domain/failure.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import type { JobKey } from './ids.ts';
import { type JobEnd, readJobState } from './job-state.ts';

const POLL_MS = 500;
/** A job may be over at once: it is looked at soon, then less and less often. */
const FIRST_POLL_MS = 100;
const POLL_GROWTH = 1.5;
/** Of one look; base64 makes a third more of it. */
const CHUNK_BYTES = 256 * 1024;
/** How long one look stays on the host for the end of the job; one that came back sooner did not stay. */
const STAY_SECONDS = 1;
const STAYED_MS = 500;
/** Looks that stay on one host at once: each holds one of the connection's few channels. */
const MOST_STAYING = 4;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

/** One look, which stays so many seconds: the four fields of the state, then output and complaints in base64. */
type Look = (
  host: string,
  key: JobKey,
  offset: number,
  limit: number,
  staySeconds: number,
  signal: AbortSignal,
) => Promise<readonly string[]>;

interface FollowOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly pollMs?: number;
}

/** Makes `Jobs.follow` out of single looks. */
export function createFollow({ clock, log, pollMs = POLL_MS }: FollowOptions, look: Look) {
  const staying = new Map<string, number>();
  return async function* follow(
    host: string,
    key: JobKey,
    signal: AbortSignal,
    startedAtMs?: number,
  ): AsyncGenerator<string, JobEnd, undefined> {
    const decoder = new TextDecoder();
    let expectedMs = startedAtMs;
    let waitMs = Math.min(FIRST_POLL_MS, pollMs);
    for (let offset = 0, more = false; ;) {
      const askedMs = clock.elapsedMs();
      const at = offset;
      const stay = more ? undefined : takePlace(host);
      const fields: readonly string[] = await patiently(
        host,
        () => look(host, key, at, CHUNK_BYTES, stay === undefined ? 0 : STAY_SECONDS, signal),
        signal,
      ).finally(() => stay?.leave());
      const state = readJobState(fields);
      // Another job may have taken its name since; the end of that one is not the end of this.
      if (state.kind === 'absent' || state.startedAtMs !== (expectedMs ??= state.startedAtMs))
        throw lost(host, key);
      const bytes = Buffer.from(fields[4] ?? '', 'base64');
      offset += bytes.length;
      const text = decoder.decode(bytes, { stream: true });
      if (text !== '') yield text;
      more = bytes.length === CHUNK_BYTES;
      if (more) continue;
      if (state.kind === 'ended') {
        return {
          code: state.code,
          seconds: (state.endedAtMs - state.startedAtMs) / 1000,
          stderr: Buffer.from(fields[5] ?? '', 'base64').toString('utf8'),
        };
      }
      if (state.kind !== 'running') throw lost(host, key);
      if (stay !== undefined && clock.elapsedMs() - askedMs >= STAYED_MS) continue;
      await clock.wait(waitMs, signal);
      waitMs = Math.min(pollMs, waitMs * POLL_GROWTH);
    }
  };

  /** One of the places on the host where a look may stay; `undefined` if all are taken. */
  function takePlace(host: string): { readonly leave: () => void } | undefined {
    const taken = staying.get(host) ?? 0;
    if (taken >= MOST_STAYING) return undefined;
    staying.set(host, taken + 1);
    return { leave: () => staying.set(host, (staying.get(host) ?? 1) - 1) };
  }

  /** Asks again for as long as the host cannot be reached: the job goes on without us. */
  async function patiently<T>(host: string, act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
      try {
        return await act();
      } catch (error) {
        if (!isBrokenLine(error)) throw error;
        log({ level: 'warn', host, message: `${error.message} The job on the host goes on; asking again.` });
      }
      await clock.wait(waitMs, signal);
    }
  }
}

function isBrokenLine(error: unknown): error is Failure {
  return (
    error instanceof Failure && (error.code === 'host.disconnected' || error.code === 'host.unreachable')
  );
}

function lost(host: string, key: JobKey): Failure {
  return new Failure(
    'job.lost',
    `The job ${key.name} on ${host} is gone without a result: the host was booted, somebody ended it, or another took its place.`,
    { hint: 'Start the step again: what has been copied so far is used.', passing: true },
  );
}
