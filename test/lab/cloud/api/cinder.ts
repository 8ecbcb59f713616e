import type { CloudState, LabVolume } from '../model.ts';
import { isAdmin } from '../state.ts';
import { rowTime } from '../times.ts';
import type { ApiAnswer, ApiRequest } from './exchange.ts';
import { tokenOf } from './keystone.ts';
import { unauthorizedBody } from './nova.ts';

/** Cinder v3 as far as a look at one volume; its address has no project in it, as from Yoga on. */
export function createCinder(state: CloudState, keystoneOrigin: () => string) {
  return function answer(request: ApiRequest): Promise<ApiAnswer> {
    return Promise.resolve(reply(state, request, keystoneOrigin()));
  };
}

function reply(state: CloudState, request: ApiRequest, keystone: string): ApiAnswer {
  const headers = { 'Content-Type': 'application/json', 'x-openstack-request-id': request.requestId };
  const token = tokenOf(state, request.headers);
  if (token?.project === undefined) {
    const challenge = { 'WWW-Authenticate': `Keystone uri="${keystone}"` };
    return { status: 401, headers: { ...headers, ...challenge }, body: unauthorizedBody() };
  }
  const id = /^\/v3\/volumes\/([^/]+)$/.exec(request.path)?.[1];
  const volume = state.volumes.find((each) => each.id === id);
  if (volume === undefined || (!isAdmin(state, token) && volume.projectId !== token.project.id)) {
    const message = `Volume ${String(id)} could not be found.`;
    return { status: 404, headers, body: { itemNotFound: { code: 404, message } } };
  }
  return { status: 200, headers, body: { volume: body(state, volume) } };
}

function body(state: CloudState, volume: LabVolume) {
  const attachments = volume.attachedTo.map((server) => ({
    id: volume.id,
    attachment_id: server,
    volume_id: volume.id,
    server_id: server,
    host_name: state.servers.get(server)?.host ?? null,
    device: '/dev/vdb',
    attached_at: rowTime(state.now()),
  }));
  return {
    id: volume.id,
    name: volume.name,
    description: null,
    size: volume.sizeGib,
    status: volume.status,
    attachments,
    availability_zone: 'nova',
    bootable: 'false',
    encrypted: false,
    multiattach: volume.multiAttach,
    metadata: {},
    replication_status: null,
    snapshot_id: null,
    source_volid: null,
    consistencygroup_id: null,
    volume_type: 'local',
    user_id: state.users[0]?.id ?? null,
    'os-vol-tenant-attr:tenant_id': volume.projectId,
    'os-vol-host-attr:host': 'controller@local#local',
    created_at: rowTime(state.now()),
    updated_at: rowTime(state.now()),
    links: [],
  };
}
