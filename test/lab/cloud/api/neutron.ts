import type { CloudState, LabCompute, LabServer } from '../model.ts';
import { rowTime, zuluSeconds } from '../times.ts';
import type { ApiAnswer, ApiRequest } from './exchange.ts';
import { tokenOf } from './keystone.ts';
import { unauthorizedBody } from './nova.ts';

/** Neutron as far as its discovery and the ports of a server. */
export function createNeutron(state: CloudState, keystoneOrigin: () => string) {
  return function answer(request: ApiRequest): Promise<ApiAnswer> {
    return Promise.resolve(reply(state, request, keystoneOrigin()));
  };
}

function reply(state: CloudState, request: ApiRequest, keystone: string): ApiAnswer {
  const type = { 'Content-Type': 'application/json' };
  if (request.path === '/') {
    const links = [{ rel: 'self', href: `${request.origin}/v2.0/` }];
    return { status: 200, headers: type, body: { versions: [{ id: 'v2.0', status: 'CURRENT', links }] } };
  }
  const headers = { ...type, 'X-Openstack-Request-Id': request.requestId };
  if (tokenOf(state, request.headers) === undefined) {
    const challenge = { 'Www-Authenticate': `Keystone uri="${keystone}"` };
    return { status: 401, headers: { ...headers, ...challenge }, body: unauthorizedBody() };
  }
  if (request.path === '/v2.0/ports') {
    const device = request.query.get('device_id');
    const ports = [...state.servers.values()]
      .filter(({ id, deleted }) => !deleted && (device === null || id === device))
      .map((server) => port(state, server));
    return { status: 200, headers, body: { ports } };
  }
  if (request.path === '/v2.0/agents') {
    const host = request.query.get('host');
    const agents = state.computes
      .filter(({ name }) => host === null || name === host)
      .map((compute) => agent(state, compute));
    return { status: 200, headers, body: { agents } };
  }
  if (request.path === '/v2.0/networks') {
    return { status: 200, headers, body: { networks: [{ id: state.networkId, name: 'labnet' }] } };
  }
  const message = 'The resource could not be found.';
  return { status: 404, headers, body: { NeutronError: { type: 'HTTPNotFound', message, detail: '' } } };
}

/** As the API reference shows an agent (Networking API v2.0, agents); its clock is Neutron's own. */
function agent(state: CloudState, compute: LabCompute) {
  return {
    id: compute.serviceId,
    agent_type: 'Linux bridge agent',
    binary: 'neutron-linuxbridge-agent',
    topic: 'N/A',
    host: compute.name,
    admin_state_up: true,
    alive: compute.agentAlive,
    availability_zone: null,
    created_at: rowTime(state.now()).replace('T', ' '),
    started_at: rowTime(state.now()).replace('T', ' '),
    heartbeat_timestamp: rowTime(state.now()).replace('T', ' '),
    description: null,
    configurations: { bridge_mappings: {}, interface_mappings: {} },
    resources_synced: null,
  };
}

function port(state: CloudState, server: LabServer) {
  return {
    id: server.portId,
    name: '',
    network_id: state.networkId,
    tenant_id: server.projectId,
    mac_address: server.macAddress,
    admin_state_up: true,
    status: 'ACTIVE',
    device_id: server.id,
    device_owner: 'compute:nova',
    fixed_ips: [{ subnet_id: state.subnetId, ip_address: server.ipAddress }],
    allowed_address_pairs: [],
    extra_dhcp_opts: [],
    security_groups: [],
    description: '',
    'binding:vnic_type': server.port.vnicType,
    'binding:profile': {},
    'binding:host_id': server.host,
    'binding:vif_type': server.port.vifType,
    'binding:vif_details': { port_filter: false, connectivity: 'l2', bound_drivers: { '0': 'oslab' } },
    port_security_enabled: false,
    tags: [],
    created_at: zuluSeconds(server.createdAtMs),
    updated_at: zuluSeconds(server.updatedAtMs),
    revision_number: 3,
    project_id: server.projectId,
  };
}
