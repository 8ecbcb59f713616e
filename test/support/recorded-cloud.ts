import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CloudProfile } from '../../main/domain/cloud-profile.ts';

/** The part of a recorded exchange that the tests use; see test/conformance/exchanges. */
export interface Exchange {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

export function exchange(name: string): Exchange {
  const url = new URL(`../conformance/exchanges/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Exchange;
}

export interface Seen {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
}

/** `hang` never answers; `cut` closes the connection in the middle of the answer. */
export type Behaviour = Reply | 'hang' | 'cut' | undefined;
export type Handler = (request: Seen) => Behaviour;

export interface RecordedCloud {
  readonly origin: string;
  readonly requests: readonly Seen[];
  /** Paths of the requests since the start, with method and without those to Keystone. */
  calls(): readonly string[];
  logins(): number;
  /** Puts a handler before all others; one that returns `undefined` leaves the request to them. */
  before(handler: Handler): void;
  profile(changes?: Partial<CloudProfile>): CloudProfile;
  close(): Promise<void>;
}

export interface RecordedCloudOptions {
  readonly nowMs?: () => number;
  readonly tokenLifeMs?: number;
  /** With `ca`, only clients with a certificate of this CA are let in. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
  readonly computeMax?: string;
  readonly placementMax?: string;
}

const SERVER = 'b2d1ce03-6456-48f7-9525-1209dcf81531';

/** What is answered from a recording, by the start of method and path; the first that fits. */
const ROUTES: readonly (readonly [string, string])[] = [
  ['GET /image/v2/images/21308f7a', 'glance-image-show'],
  ['GET /image/v2/images/', 'glance-image-404'],
  ['GET /compute/v2.1/servers/detail', 'servers-detail-host'],
  [`GET /compute/v2.1/servers/${SERVER}/os-instance-actions/`, 'instance-action-migrate-events'],
  [`GET /compute/v2.1/servers/${SERVER}/os-instance-actions`, 'instance-actions'],
  [`GET /compute/v2.1/servers/${SERVER}`, 'server-show-SHUTOFF'],
  ['GET /compute/v2.1/servers/', 'server-404'],
  ['GET /compute/v2.1/os-services', 'services-list'],
  ['GET /compute/v2.1/flavors/detail', 'flavors-detail'],
  ['GET /compute/v2.1/os-migrations', 'os-migrations-finished'],
  [
    'GET /placement/resource_providers/e8bf8f09-98c8-4785-8a83-c22cf1c77a6b/inventories',
    'placement-inventories-hostA',
  ],
  ['GET /placement/resource_providers/e8bf8f09-98c8-4785-8a83-c22cf1c77a6b/usages', 'placement-usages-hostA'],
  [
    'GET /placement/resource_providers/cce6e92b-c950-4cf4-932c-40cedaa17d1b/inventories',
    'placement-inventories-hostB',
  ],
  ['GET /placement/resource_providers/cce6e92b-c950-4cf4-932c-40cedaa17d1b/usages', 'placement-usages-hostB'],
  ['GET /placement/resource_providers', 'placement-resource-providers'],
  ['GET /placement/allocation_candidates', 'placement-allocation-candidates'],
  ['GET /placement/allocations/', 'placement-allocations-server'],
];

const ACTIONS: Readonly<Record<string, string>> = {
  'os-stop': 'stop',
  'os-getConsoleOutput': 'console-output',
  'os-resetState': 'reset-state-active',
  migrate: 'migrate-host',
  confirmResize: 'confirm',
  revertResize: 'revert',
};

/** A cloud on loopback that answers what a real one answered, and fails on order. All services share one port. */
export async function startRecordedCloud(options: RecordedCloudOptions = {}): Promise<RecordedCloud> {
  const {
    nowMs = () => Date.now(),
    tokenLifeMs = 3_600_000,
    computeMax = '2.93',
    placementMax = '1.39',
  } = options;
  const requests: Seen[] = [];
  const handlers: Handler[] = [];
  const expiries = new Map<string, number>();
  let origin = '';

  const logIn = (): Reply => {
    const value = `token-${expiries.size + 1}-secret`;
    expiries.set(value, nowMs() + tokenLifeMs);
    return {
      status: 201,
      headers: { 'x-subject-token': value },
      body: tokenBody(origin, nowMs(), tokenLifeMs),
    };
  };
  const ordinary = (request: Seen): Behaviour => {
    const path = request.path.replace(/\?.*/, '');
    if (path === '/identity/v3/auth/tokens') return logIn();
    const token = request.headers['x-auth-token'];
    if ((expiries.get(typeof token === 'string' ? token : '') ?? 0) <= nowMs()) return replay('no-token-401');
    if (path === '/compute/v2.1/') return withVersions(replay('discovery-nova-v2.1'), '2.93', computeMax);
    if (path === '/placement/') return withVersions(replay('discovery-placement'), '1.39', placementMax);
    if (path.endsWith('/os-hypervisors/detail')) return hypervisors(request);
    if (path.endsWith('/action'))
      return replay(ACTIONS[Object.keys(JSON.parse(request.body) as object)[0] ?? ''] ?? 'stop');
    const route = ROUTES.find(([start]) => `${request.method} ${path}`.startsWith(start));
    return route === undefined ? { status: 404, body: 'no such route' } : replay(route[1]);
  };
  const listener: RequestListener = (incoming, response) => {
    void text(incoming).then((body) => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body,
      };
      requests.push(request);
      for (const handler of [...handlers].reverse()) {
        const behaviour = handler(request);
        if (behaviour !== undefined) {
          send(response, behaviour);
          return;
        }
      }
      send(response, ordinary(request));
    });
  };
  const server: Server =
    options.tls === undefined
      ? createServer(listener)
      : createTlsServer({ ...options.tls, requestCert: options.tls.ca !== undefined }, listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  origin = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;

  return {
    origin,
    requests,
    calls: () =>
      requests
        .filter(({ path }) => !path.startsWith('/identity'))
        .map(({ method, path }) => `${method} ${path}`),
    logins: () =>
      requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/auth/tokens')).length,
    before(handler) {
      handlers.push(handler);
    },
    profile: (changes = {}) => ({
      name: 'recorded',
      source: 'clouds.yaml',
      authUrl: `${origin}/identity`,
      login: {
        kind: 'password',
        user: { name: 'admin', domain: { id: 'default' } },
        password: 'a-password-secret',
        scope: { kind: 'project', project: { name: 'admin', domain: { id: 'default' } } },
      },
      region: 'RegionOne',
      interface: 'public',
      endpointOverrides: {},
      tls: { verify: true, caFile: undefined, certFile: undefined, keyFile: undefined },
      ...changes,
    }),
    close: () =>
      new Promise<void>((closed, failed) => {
        server.close((error) => {
          if (error === undefined) closed();
          else failed(error);
        });
        server.closeAllConnections();
      }),
  };
}

/** A recorded answer, to be sent again. */
export function replay(name: string): Reply {
  const { status, headers, body } = exchange(name).response;
  const kept = Object.entries(headers).filter(([key]) =>
    /^(content-type|x-.*request-id|www-authenticate)$/i.test(key),
  );
  return { status, headers: Object.fromEntries(kept), body };
}

function send(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour === undefined || behaviour === 'hang') return;
  if (behaviour === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"servers": [', () => response.destroy());
    return;
  }
  const { status, headers = {}, body } = behaviour;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(
    body === undefined || body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body),
  );
}

/** The recorded token with our addresses and times in it. */
function tokenBody(origin: string, nowMs: number, lifeMs: number): unknown {
  const recorded = JSON.stringify(exchange('auth-password').response.body)
    .replaceAll('http://127.0.0.1:5000', `${origin}/identity`)
    .replaceAll('http://127.0.0.1:8774', `${origin}/compute`)
    .replaceAll('http://127.0.0.1:8778', `${origin}/placement`)
    .replaceAll('http://127.0.0.1:9292', `${origin}/image`);
  const { token } = JSON.parse(recorded) as { token: object };
  const iso = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
  return { token: { ...token, issued_at: iso(nowMs), expires_at: iso(nowMs + lifeMs) } };
}

function withVersions(reply: Reply, recorded: string, wanted: string): Reply {
  return {
    ...reply,
    body: JSON.parse(JSON.stringify(reply.body).replace(`"${recorded}"`, `"${wanted}"`)) as unknown,
  };
}

function hypervisors(request: Seen): Reply {
  const version = String(request.headers['x-openstack-nova-api-version']);
  const minor = Number(version.split('.')[1]);
  return replay(`hypervisors-detail-${minor < 53 ? '2.1' : minor < 88 ? '2.53' : '2.92'}`);
}
