import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the cloud's files are; the same variable that cloud.sh reads. */
export const ROOT = process.env['COLDHAUL_OPENSTACK'] ?? '/srv/coldhaul-openstack';

const CONTROLLER = 'http://10.98.0.1';
export const AUTH_URL = `${CONTROLLER}:5000/v3`;

/** Services by the port and path of their API; `microversion` is the newest that Zed has. */
export const SERVICES = {
  identity: { url: AUTH_URL, headers: {} },
  compute: { url: `${CONTROLLER}:8774/v2.1`, headers: { 'openstack-api-version': 'compute 2.92' } },
  placement: { url: `${CONTROLLER}:8778`, headers: { 'openstack-api-version': 'placement 1.39' } },
  image: { url: `${CONTROLLER}:9292/v2`, headers: {} },
  network: { url: `${CONTROLLER}:9696/v2.0`, headers: {} },
  'block-storage': { url: `${CONTROLLER}:8776/v3`, headers: { 'openstack-api-version': 'volume 3.70' } },
} as const;
export type Service = keyof typeof SERVICES;

export interface Who {
  readonly user: string;
  readonly project: string;
}

/** Who may do everything, in the project that the guests belong to. */
export const ADMIN: Who = { user: 'admin', project: 'demo' };
/** Who owns the guests. */
export const OWNER: Who = { user: 'demo', project: 'demo' };

export function password(): string {
  return readFileSync(join(ROOT, 'password'), 'utf8').trim();
}

/** An answer that is not a 2xx. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, request: string, text: string) {
    super(`${request}: ${status} ${text.slice(0, 500)}`);
    this.status = status;
  }
}

/** Somebody logged in to the cloud, without any code of Coldhaul between. */
export interface Caller {
  /** @throws Refused for anything but a 2xx. */
  ask(service: Service, method: string, path: string, body?: unknown): Promise<unknown>;
  /** One that is taken as it comes. */
  statusOf(service: Service, method: string, path: string, body?: unknown): Promise<number>;
}

export function callerFor(who: Who): Caller {
  let token: string | undefined;
  const send = async (
    service: Service,
    method: string,
    path: string,
    body: unknown,
    again = true,
  ): Promise<Response> => {
    token ??= await login(who);
    const { url, headers } = SERVICES[service];
    const isBytes = body instanceof Uint8Array;
    const isPatch = service === 'image' && method === 'PATCH';
    const json = isPatch ? 'application/openstack-images-v2.1-json-patch' : 'application/json';
    const type = isBytes ? 'application/octet-stream' : json;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, 'x-auth-token': token, 'content-type': type },
      ...(body !== undefined && { body: isBytes ? new Blob([new Uint8Array(body)]) : JSON.stringify(body) }),
    });
    if (response.status !== 401 || !again) return response;
    token = undefined;
    return send(service, method, path, body, false);
  };
  return {
    async ask(service, method, path, body) {
      const response = await send(service, method, path, body);
      const text = await response.text();
      if (!response.ok) throw new Refused(response.status, `${method} ${service} ${path}`, text);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    async statusOf(service, method, path, body) {
      const response = await send(service, method, path, body);
      await response.arrayBuffer();
      return response.status;
    },
  };
}

async function login({ user, project }: Who): Promise<string> {
  const domain = { id: 'default' };
  const auth = {
    identity: { methods: ['password'], password: { user: { name: user, domain, password: password() } } },
    scope: { project: { name: project, domain } },
  };
  const response = await fetch(`${AUTH_URL}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, `login of ${user}`, text);
  return response.headers.get('x-subject-token') ?? '';
}
