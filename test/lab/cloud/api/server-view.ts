import { hostId } from '../identifiers.ts';
import type { CloudState, LabServer } from '../model.ts';
import { computeNamed, statusOf } from '../records.ts';
import { rowTime, zuluSeconds } from '../times.ts';
import type { NovaRequest } from './nova.ts';

const WITH_PROGRESS = new Set([
  'ACTIVE',
  'BUILD',
  'DELETED',
  'REBUILD',
  'RESIZE',
  'VERIFY_RESIZE',
  'MIGRATING',
]);

/** A server as its microversion and the caller's role show it. */
export function serverBody(
  state: CloudState,
  request: NovaRequest,
  server: LabServer,
  shown: 'one' | 'listed',
) {
  const { version, context } = request;
  const status = statusOf(server);
  return {
    id: server.id,
    name: server.name,
    status,
    tenant_id: server.projectId,
    user_id: server.userId,
    metadata: server.metadata,
    hostId: hostId(server.projectId, server.host),
    image: {
      id: server.imageId,
      links: [{ rel: 'bookmark', href: `${request.origin}/images/${server.imageId}` }],
    },
    flavor: flavorBody(request, server),
    created: zuluSeconds(server.createdAtMs),
    updated: zuluSeconds(server.updatedAtMs),
    addresses: addressesOf(server),
    accessIPv4: '',
    accessIPv6: '',
    links: serverLinks(request.origin, server.id),
    'OS-DCF:diskConfig': 'MANUAL',
    ...(WITH_PROGRESS.has(status) && { progress: 0 }),
    ...(status === 'ERROR' &&
      server.fault !== undefined && { fault: faultBody(server.fault, context.isAdmin) }),
    'OS-EXT-AZ:availability_zone': computeNamed(state, server.host)?.zone ?? '',
    ...(version >= 96 && { pinned_availability_zone: server.pinnedZone }),
    config_drive: server.configDrive ? 'True' : '',
    key_name: null,
    'OS-SRV-USG:launched_at': server.launchedAtMs === undefined ? null : rowTime(server.launchedAtMs),
    'OS-SRV-USG:terminated_at': null,
    ...(context.isAdmin && adminFields(state, server, version)),
    ...(!context.isAdmin && version >= 90 && { 'OS-EXT-SRV-ATTR:hostname': server.name }),
    'OS-EXT-STS:task_state': server.taskState,
    'OS-EXT-STS:vm_state': server.vmState,
    'OS-EXT-STS:power_state': server.powerState,
    'os-extended-volumes:volumes_attached': volumesOf(state, server, version),
    ...(version >= 9 && { locked: server.locked }),
    ...(version >= 73 && { locked_reason: server.lockedReason }),
    ...(version >= 19 && { description: null }),
    ...(version >= 26 && { tags: [] }),
    ...(version >= 63 && { trusted_image_certificates: null }),
    ...(version >= 71 && shown === 'one' && { server_groups: groupsOf(state, server) }),
  };
}

function groupsOf(state: CloudState, { id }: LabServer) {
  return state.serverGroups.filter(({ members }) => members.includes(id)).map((group) => group.id);
}

function volumesOf(state: CloudState, server: LabServer, version: number) {
  return state.volumes
    .filter(({ attachedTo }) => attachedTo.includes(server.id))
    .map(({ id }) => ({ id, ...(version >= 3 && { delete_on_termination: false }) }));
}

function adminFields(state: CloudState, server: LabServer, version: number) {
  const compute = computeNamed(state, server.host);
  const host = server.host === '' ? null : server.host;
  const hostStatus =
    compute === undefined
      ? ''
      : compute.forcedDown
        ? 'DOWN'
        : !compute.alive
          ? 'UNKNOWN'
          : compute.enabled
            ? 'UP'
            : 'MAINTENANCE';
  return {
    'OS-EXT-SRV-ATTR:host': host,
    'OS-EXT-SRV-ATTR:instance_name': instanceName(server),
    'OS-EXT-SRV-ATTR:hypervisor_hostname': host,
    ...(version >= 3 && {
      'OS-EXT-SRV-ATTR:reservation_id': server.reservationId,
      'OS-EXT-SRV-ATTR:launch_index': 0,
      'OS-EXT-SRV-ATTR:hostname': server.name,
      'OS-EXT-SRV-ATTR:kernel_id': '',
      'OS-EXT-SRV-ATTR:ramdisk_id': '',
      'OS-EXT-SRV-ATTR:root_device_name': '/dev/vda',
      'OS-EXT-SRV-ATTR:user_data': null,
    }),
    ...(version >= 16 && { host_status: hostStatus }),
  };
}

/** Nova's `instance_name_template`: `instance-` and eight hex digits. */
export function instanceName(server: Pick<LabServer, 'number'>): string {
  return `instance-${server.number.toString(16).padStart(8, '0')}`;
}

function flavorBody(request: NovaRequest, { flavor }: LabServer) {
  if (request.version < 47) {
    return {
      id: flavor.id,
      links: [{ rel: 'bookmark', href: `${request.origin}/flavors/${flavor.id}` }],
    };
  }
  return {
    vcpus: flavor.vcpus,
    ram: flavor.ramMib,
    disk: flavor.rootGib,
    ephemeral: flavor.ephemeralGib,
    swap: flavor.swapMib,
    original_name: flavor.name,
    extra_specs: flavor.extraSpecs,
  };
}

function addressesOf(server: LabServer) {
  const address = {
    version: 4,
    addr: server.ipAddress,
    'OS-EXT-IPS:type': 'fixed',
    'OS-EXT-IPS-MAC:mac_addr': server.macAddress,
  };
  return { labnet: [address] };
}

/** Tracebacks are for admins; a fault that is not Nova's own bug has none (nova/api/openstack/compute/views/servers.py). */
function faultBody(fault: NonNullable<LabServer['fault']>, isAdmin: boolean) {
  const details = fault.details !== '' && (isAdmin || fault.code !== 500);
  return {
    code: fault.code,
    created: zuluSeconds(fault.createdAtMs),
    message: fault.message,
    ...(details && { details: fault.details }),
  };
}

export function serverLinks(origin: string, id: string) {
  return [
    { rel: 'self', href: `${origin}/v2.1/servers/${id}` },
    { rel: 'bookmark', href: `${origin}/servers/${id}` },
  ];
}
