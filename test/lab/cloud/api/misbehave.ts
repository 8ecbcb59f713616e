import type { ServerResponse } from 'node:http';
import type { ServiceName } from './exchange.ts';

/** An API that is ill: how, for which requests, and how often. */
export interface ApiFault {
  readonly service?: ServiceName;
  readonly method?: string;
  /** Part of the path. */
  readonly path?: string;
  /** How many requests it hits. */
  readonly times: number;
  /** A status such as 503; `garbage` is 200 with a page that is no JSON; `half` stops in the middle; `hang` never answers; `reset` cuts the connection. */
  readonly kind: number | 'garbage' | 'half' | 'hang' | 'reset';
  readonly retryAfterSeconds?: number;
}

export interface ApiFaults {
  add(fault: ApiFault): void;
  clear(): void;
  /** The fault that this request meets, counted down. */
  take(service: ServiceName, method: string, path: string): ApiFault | undefined;
}

export function createApiFaults(): ApiFaults {
  const faults: { readonly fault: ApiFault; left: number }[] = [];
  return {
    add(fault) {
      faults.push({ fault, left: fault.times });
    },
    clear() {
      faults.length = 0;
    },
    take(service, method, path) {
      const hit = faults.find(
        ({ fault, left }) =>
          left > 0 &&
          (fault.service ?? service) === service &&
          (fault.method ?? method) === method &&
          path.includes(fault.path ?? ''),
      );
      if (hit !== undefined) hit.left -= 1;
      return hit?.fault;
    },
  };
}

/** Answers badly. Returns the status that the client sees, 0 for none. */
export function misbehave(fault: ApiFault, outgoing: ServerResponse): number {
  switch (fault.kind) {
    case 'hang':
      return 0;
    case 'reset':
      outgoing.destroy();
      return 0;
    case 'garbage':
      outgoing.writeHead(200, { 'content-type': 'text/html' });
      outgoing.end('<html><body>It works!</body></html>');
      return 200;
    case 'half':
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
      outgoing.write('{"servers": [{"id": "', () => {
        outgoing.destroy();
      });
      return 200;
    default: {
      const retry = fault.retryAfterSeconds;
      outgoing.writeHead(fault.kind, {
        'content-type': 'application/json; charset=UTF-8',
        ...(retry !== undefined && { 'retry-after': String(retry) }),
      });
      const message =
        fault.kind === 503 ? 'Service Unavailable' : 'The server has either erred or is incapable.';
      outgoing.end(JSON.stringify({ computeFault: { code: fault.kind, message } }));
      return fault.kind;
    }
  }
}
