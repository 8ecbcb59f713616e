import type { CloudProfile } from '../../domain/cloud-profile.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import { answerFailure } from './answer-failure.ts';
import type { Endpoint, Service } from './catalog.ts';
import { endpointOf, isOffered } from './catalog.ts';
import type { Answer, Http, Question } from './http.ts';
import { askPatiently } from './retry.ts';
import type { Session } from './session.ts';

/** A call to one service, relative to its address in the catalog. */
export interface Call {
  readonly service: Service;
  readonly method: 'GET' | 'POST';
  /** Whole address. */
  readonly url: string;
  readonly act: string;
  /** Microversion headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Statuses besides 2xx that are answers to the caller, not failures. */
  readonly alsoFine?: readonly number[];
  /** Told before the failure is thrown. */
  readonly onRefusal?: (status: number) => void;
}

export interface Reply {
  readonly question: Question;
  readonly answer: Answer;
}

/** Calls with a token, on one cloud. */
export interface Client {
  endpoint(service: Service, signal?: AbortSignal): Promise<Endpoint>;
  /** True if this cloud has the service at all. */
  offers(service: Service, signal?: AbortSignal): Promise<boolean>;
  /**
   * Makes a call. One that changes something is made once; only after a 401, which means that it was not taken,
   * it is made again with a new token.
   *
   * @throws Failure of every `cloud.*` code
   */
  call(call: Call, signal?: AbortSignal): Promise<Reply>;
}

export function openClient(
  profile: CloudProfile,
  session: Session,
  http: Http,
  clock: Clock,
  log: Log,
): Client {
  const ask = (question: Question, signal?: AbortSignal): Promise<Answer> =>
    question.method === 'GET' ? askPatiently(http, clock, log, question, signal) : http(question, signal);

  return {
    async endpoint(service, signal) {
      const { catalog } = await session.token(signal);
      return endpointOf(profile, catalog, service);
    },
    async offers(service, signal) {
      const { catalog } = await session.token(signal);
      return isOffered(profile, catalog, service);
    },
    async call(call, signal) {
      // Nova goes on with the token of an act long after its answer, and fails half-way when it is over.
      const token = await (call.method === 'POST' ? session.fresh(signal) : session.token(signal));
      let question = questionOf(call, token.value);
      let answer = await ask(question, signal);
      if (answer.status === 401) {
        question = questionOf(call, (await session.replace(token, signal)).value);
        answer = await ask(question, signal);
      }
      const fine =
        (answer.status >= 200 && answer.status < 300) || call.alsoFine?.includes(answer.status) === true;
      if (fine) return { question, answer };
      call.onRefusal?.(answer.status);
      const roles = session.current()?.roles ?? [];
      throw answerFailure(question, answer, { cloud: profile.name, source: profile.source, roles });
    },
  };
}

function questionOf(call: Call, token: string): Question {
  return {
    method: call.method,
    url: call.url,
    headers: {
      ...call.headers,
      'x-auth-token': token,
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    act: call.act,
    service: call.service,
  };
}
