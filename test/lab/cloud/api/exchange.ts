import type { RequestContext, Token } from '../model.ts';

export const SERVICES = [
  'identity',
  'compute',
  'image',
  'placement',
  'network',
  'block-storage',
  'instance-ha',
] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; `undefined` if there was none. */
  readonly body: unknown;
  readonly requestId: string;
  /** Own origin, such as `http://127.0.0.1:40123`, for links. */
  readonly origin: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON value; absent for an empty body. */
  readonly body?: unknown;
  /** A file sent as it is, instead of `body`. */
  readonly file?: string;
}

/** A request of somebody who is known. */
export interface KnownRequest extends ApiRequest {
  readonly token: Token;
  readonly context: RequestContext;
}

/** Answers that stop a handler: thrown inside it, sent by the service. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: ApiAnswer;

  constructor(answer: ApiAnswer) {
    super(`answer ${answer.status}`);
    this.answer = answer;
  }
}

export type Handler<R extends ApiRequest> = (
  request: R,
  parameters: readonly string[],
) => ApiAnswer | Promise<ApiAnswer>;

/** `[method, path, handler]`; `:` in the path stands for one segment, given to the handler in order. */
export type Route<R extends ApiRequest> = readonly [method: string, path: string, handler: Handler<R>];

/** The first route that fits, with the segments it caught; a trailing slash does not count. */
export function findRoute<R extends ApiRequest>(
  routes: readonly Route<R>[],
  method: string,
  path: string,
): { readonly handler: Handler<R>; readonly parameters: readonly string[] } | undefined {
  const segments = path.replace(/\/$/, '').split('/');
  for (const [wanted, pattern, handler] of routes) {
    const parts = pattern.split('/');
    if (wanted !== method || parts.length !== segments.length) continue;
    if (!parts.every((part, index) => part === ':' || part === segments[index])) continue;
    const parameters = segments.filter((_, index) => parts[index] === ':').map(decodeURIComponent);
    return { handler, parameters };
  }
  return undefined;
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
