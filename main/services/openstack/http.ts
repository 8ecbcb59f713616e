import { fetch } from 'undici';
import { Failure } from '../../domain/failure.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import type { Agents } from './agents.ts';
import { networkFailure } from './network-failure.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. Never logged: it may hold a password. */
  readonly body?: string;
  /** What is asked for, to follow "Could not": `list servers`. */
  readonly act: string;
  /** Name of the service for messages: `compute`. */
  readonly service: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
  readonly requestId: string | undefined;
  /** Seconds that the cloud asks us to wait before the next try. */
  readonly retryAfterSeconds: number | undefined;
  /** The cloud's clock, whole seconds; `undefined` if it does not say. */
  readonly dateMs: number | undefined;
  /** `Location` of a redirection; we follow none, because it would carry the token to another address. */
  readonly location: string | undefined;
  readonly subjectToken: string | undefined;
}

/** Asks once. @throws Failure `cloud.unreachable`, `cancelled` */
export type Http = (question: Question, signal?: AbortSignal) => Promise<Answer>;

/**
 * @param timeoutMs - For the whole of a call, from the connection to the last byte of the answer.
 */
export function openHttp(agents: () => Promise<Agents>, clock: Clock, log: Log, timeoutMs: number): Http {
  return async (question, signal) => {
    if (isAborted(signal)) throw cancelled(question.act);
    const changing = question.method === 'POST';
    const { reading, changing: fresh } = await agents();
    const url = new URL(question.url);
    const startedMs = clock.nowMs();
    // Not AbortSignal.any: its dependents stay attached to a signal that lives as long as a migration.
    const stop = new AbortController();
    const timer = setTimeout(() => {
      stop.abort();
    }, timeoutMs);
    const forward = (): void => {
      stop.abort();
    };
    signal?.addEventListener('abort', forward, { once: true });
    if (isAborted(signal)) forward();
    try {
      const response = await fetch(url, {
        method: question.method,
        headers: { accept: 'application/json', ...question.headers },
        ...(question.body !== undefined && { body: question.body }),
        redirect: 'manual',
        dispatcher: changing ? fresh : reading,
        signal: stop.signal,
      });
      const text = await response.text();
      const answer = readAnswer(response.status, (name) => response.headers.get(name), text, clock.nowMs());
      log({
        level: 'debug',
        message: `${question.method} ${url.pathname}${url.search} ${answer.status}, ${clock.nowMs() - startedMs} ms${answer.requestId === undefined ? '' : `, ${answer.requestId}`}`,
      });
      return answer;
    } catch (error) {
      if (isAborted(signal)) throw cancelled(question.act);
      // A login changes nothing, although it is a POST.
      const doubtful = changing && question.service !== 'identity';
      if (stop.signal.aborted) throw timedOut(question, url.origin, timeoutMs, doubtful);
      throw networkFailure(question.act, url.origin, doubtful, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', forward);
    }
  };
}

/** Asked anew each time: it may change while we wait. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function readAnswer(
  status: number,
  header: (name: string) => string | null,
  text: string,
  nowMs: number,
): Answer {
  const requestId = header('x-openstack-request-id') ?? header('x-compute-request-id');
  const date = Date.parse(header('date') ?? '');
  return {
    status,
    text,
    contentType: header('content-type') ?? '',
    requestId: requestId === null ? undefined : requestId.replaceAll(/[^\w-]/g, '').slice(0, 80),
    retryAfterSeconds: retryAfter(header('retry-after'), nowMs),
    dateMs: Number.isNaN(date) ? undefined : date,
    location: header('location') ?? undefined,
    subjectToken: header('x-subject-token') ?? undefined,
  };
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - nowMs) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function cancelled(act: string): Failure {
  return new Failure('cancelled', `Stopped waiting for the cloud (${act}).`);
}

function timedOut(question: Question, address: string, timeoutMs: number, changing: boolean): Failure {
  return new Failure(
    'cloud.unreachable',
    `Could not ${question.act}: ${address} gave no whole answer within ${timeoutMs / 1000} s.`,
    {
      hint: changing
        ? 'The cloud may have taken the order nevertheless: look at the state before trying again.'
        : 'Try again; if it stays so, the cloud is overloaded or something on the way swallows the answers.',
      passing: true,
    },
  );
}
