import type { CloudState, LabSegment } from '../model.ts';
import { isAdmin } from '../state.ts';
import { rowTime } from '../times.ts';
import type { ApiAnswer, ApiRequest } from './exchange.ts';
import { tokenOf } from './keystone.ts';
import { unauthorizedBody } from './nova.ts';

const HIGHEST = 3;

/** Masakari as far as its segments and their hosts (Masakari API reference, version 1.2 shows `enabled`). */
export function createMasakari(state: CloudState, keystoneOrigin: () => string) {
  return function answer(request: ApiRequest): Promise<ApiAnswer> {
    return Promise.resolve(reply(state, request, keystoneOrigin()));
  };
}

function reply(state: CloudState, request: ApiRequest, keystone: string): ApiAnswer {
  const minor = Number(/instance-ha 1\.(\d+)/.exec(request.headers['openstack-api-version'] ?? '')?.[1] ?? 0);
  const headers = { 'Content-Type': 'application/json', 'x-openstack-request-id': request.requestId };
  const token = tokenOf(state, request.headers);
  if (token?.project === undefined) {
    const challenge = { 'WWW-Authenticate': `Keystone uri="${keystone}"` };
    return { status: 401, headers: { ...headers, ...challenge }, body: unauthorizedBody() };
  }
  if (minor > HIGHEST) {
    const message = `Version 1.${minor} is not supported by the API.`;
    return { status: 406, headers, body: { computeFault: { code: 406, message } } };
  }
  if (!isAdmin(state, token)) {
    const message = "Policy doesn't allow os_masakari_api:segments:index to be performed.";
    return { status: 403, headers, body: { forbidden: { code: 403, message } } };
  }
  const { path } = request;
  if (path === '/v1/segments') {
    const segments = state.segments.map((segment, index) => segmentBody(state, segment, index, minor));
    return { status: 200, headers, body: { segments } };
  }
  const id = /^\/v1\/segments\/([^/]+)\/hosts$/.exec(path)?.[1];
  const segment = state.segments.find((each) => each.id === id);
  if (segment === undefined) {
    const message = `No segment with id ${String(id)}.`;
    return { status: 404, headers, body: { itemNotFound: { code: 404, message } } };
  }
  return { status: 200, headers, body: { hosts: hostBodies(state, segment) } };
}

function segmentBody(state: CloudState, segment: LabSegment, index: number, minor: number) {
  return {
    id: index + 1,
    uuid: segment.id,
    name: segment.name,
    description: null,
    service_type: 'COMPUTE',
    recovery_method: 'auto',
    ...(minor >= 2 && { enabled: segment.enabled }),
    created_at: rowTime(state.now()),
    updated_at: null,
  };
}

function hostBodies(state: CloudState, segment: LabSegment) {
  return segment.hosts.map(({ id, name, onMaintenance }, index) => ({
    id: index + 1,
    uuid: id,
    name,
    failover_segment_id: segment.id,
    failover_segment: { uuid: segment.id, name: segment.name },
    type: 'COMPUTE',
    control_attributes: 'SSH',
    reserved: false,
    on_maintenance: onMaintenance,
    created_at: rowTime(state.now()),
    updated_at: null,
  }));
}
