import type { CloudState } from '../model.ts';
import { isAdmin } from '../state.ts';
import {
  findRoute,
  Refusal,
  type ApiAnswer,
  type ApiRequest,
  type KnownRequest,
  type Route,
} from './exchange.ts';
import { tokenOf } from './keystone.ts';
import { refuse } from './nova-errors.ts';

/** A request to Nova: known caller, and the minor number of the microversion, such as 92. */
export interface NovaRequest extends KnownRequest {
  readonly version: number;
}

const JSON_TYPE = { 'Content-Type': 'application/json' } as const;

/** Nova's pipeline in its order: token, microversion, route. */
export function createNova(
  state: CloudState,
  routes: readonly Route<NovaRequest>[],
  keystoneOrigin: () => string,
) {
  return async function answer(request: ApiRequest): Promise<ApiAnswer> {
    if (request.path === '/')
      return { status: 200, headers: JSON_TYPE, body: { versions: versions(state, request.origin) } };
    const ids = { 'x-openstack-request-id': request.requestId, 'x-compute-request-id': request.requestId };
    const token = tokenOf(state, request.headers);
    if (token?.project === undefined) {
      return {
        status: 401,
        headers: { ...JSON_TYPE, 'WWW-Authenticate': `Keystone uri="${keystoneOrigin()}"`, ...ids },
        body: unauthorizedBody(),
      };
    }
    const asked = askedVersion(state, request.headers);
    const headers = {
      'OpenStack-API-Version': `compute ${asked}`,
      'X-OpenStack-Nova-API-Version': asked,
      Vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
      ...ids,
    };
    const context = {
      requestId: request.requestId,
      token,
      isAdmin: isAdmin(state, token),
      projectId: token.project.id,
    };
    try {
      const known = { ...request, token, context, version: minorOf(state, asked) };
      const found = await dispatch(state, routes, known);
      return { ...found, headers: { ...JSON_TYPE, ...headers, ...found.headers } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...error.answer, headers: { ...headers, ...error.answer.headers } };
    }
  };
}

export function unauthorizedBody() {
  const message = 'The request you have made requires authentication.';
  return { error: { code: 401, title: 'Unauthorized', message } };
}

function dispatch(
  state: CloudState,
  routes: readonly Route<NovaRequest>[],
  request: NovaRequest,
): ApiAnswer | Promise<ApiAnswer> {
  if (request.path === '/v2.1' || request.path === '/v2.1/') {
    return { status: 200, body: { version: versionDocument(state, request.origin) } };
  }
  const route = findRoute(routes, request.method, request.path);
  if (route === undefined) throw refuse(404, 'The resource could not be found.');
  return route.handler(request, route.parameters);
}

function askedVersion(state: CloudState, headers: ApiRequest['headers']): string {
  const modern = /compute\s+(\S+)/.exec(headers['openstack-api-version'] ?? '')?.[1];
  const asked = modern ?? headers['x-openstack-nova-api-version'] ?? '2.1';
  return asked === 'latest' ? `2.${state.maxMicroversion}` : asked;
}

function minorOf(state: CloudState, asked: string): number {
  const minor = Number(/^2\.(\d+)$/.exec(asked)?.[1] ?? Number.NaN);
  if (minor >= 1 && minor <= state.maxMicroversion) return minor;
  const range = `Minimum is 2.1 and maximum is 2.${state.maxMicroversion}.`;
  throw refuse(406, `Version ${asked} is not supported by the API. ${range}`);
}

function versions(state: CloudState, origin: string) {
  const old = {
    id: 'v2.0',
    status: 'SUPPORTED',
    version: '',
    min_version: '',
    updated: '2011-01-21T11:33:21Z',
    links: [{ rel: 'self', href: `${origin}/v2/` }],
  };
  return [old, { ...currentVersion(state), links: [{ rel: 'self', href: `${origin}/v2.1/` }] }];
}

function currentVersion(state: CloudState) {
  return {
    id: 'v2.1',
    status: 'CURRENT',
    version: `2.${state.maxMicroversion}`,
    min_version: '2.1',
    updated: '2013-07-23T11:33:21Z',
  };
}

function versionDocument(state: CloudState, origin: string) {
  return {
    ...currentVersion(state),
    links: [
      { rel: 'self', href: `${origin}/v2.1/` },
      { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' },
    ],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }],
  };
}
