import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { requestId } from '../identifiers.ts';
import { misbehave, type ApiFaults } from './misbehave.ts';
import type { ApiAnswer, ApiRequest, ServiceName } from './exchange.ts';

/** One request as it was answered, for tests. */
export interface Call {
  readonly service: ServiceName | 'control';
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
  readonly microversion: string | undefined;
  readonly body: unknown;
  readonly atMs: number;
}

export interface Listener {
  readonly origin: string;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly service: Call['service'];
  readonly answer: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly faults: ApiFaults;
  readonly log: (call: Call) => void;
}

/** Serves one API on a free port of 127.0.0.1. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const server: Server = createServer((incoming, outgoing) => {
    serve(options, incoming, outgoing).catch((error: unknown) => {
      // A defect of the lab must be seen by the test that met it, not hang it.
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain' });
      outgoing.end(`lab cloud: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function serve(
  options: ListenerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const origin = `http://${incoming.headers.host ?? '127.0.0.1'}`;
  const url = new URL(incoming.url ?? '/', origin);
  const method = incoming.method ?? 'GET';
  const body = parseBody(await text(incoming));
  const id = requestId();
  const note = (status: number): void => {
    options.log({
      service: options.service,
      method,
      path: `${url.pathname}${url.search}`,
      status,
      requestId: id,
      microversion:
        header(incoming, 'openstack-api-version') ?? header(incoming, 'x-openstack-nova-api-version'),
      body,
      atMs: Date.now(),
    });
  };
  const fault =
    options.service === 'control' ? undefined : options.faults.take(options.service, method, url.pathname);
  if (fault !== undefined) {
    note(misbehave(fault, outgoing));
    return;
  }
  const headers = Object.fromEntries(
    Object.keys(incoming.headers).map((name) => [name, header(incoming, name)]),
  );
  const request = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    requestId: id,
    origin,
  };
  const answer = await options.answer(request);
  note(answer.status);
  await send(answer, outgoing);
}

async function send(answer: ApiAnswer, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(answer.status, answer.headers);
  if (answer.file !== undefined) {
    await pipeline(createReadStream(answer.file), outgoing);
    return;
  }
  outgoing.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
}

function header(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function parseBody(raw: string): unknown {
  if (raw === '') return undefined;
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}
