import type { CloudState, LabFlavor } from '../model.ts';
import { isUp } from '../records.ts';
import { rowTime } from '../times.ts';
import type { ApiAnswer, Route } from './exchange.ts';
import { refuse, requireState } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';
import { serverFor } from './servers.ts';

/** Flavors, zones, aggregates, and the small things one may ask of a server. */
export function smallRoutes(state: CloudState): readonly Route<NovaRequest>[] {
  return [
    ['GET', '/v2.1/flavors', (request) => flavors(state, request, 'brief')],
    ['GET', '/v2.1/flavors/detail', (request) => flavors(state, request, 'detail')],
    ['GET', '/v2.1/flavors/:', (request, [id]) => showFlavor(state, request, id)],
    ['GET', '/v2.1/flavors/:/os-extra_specs', (_, [id]) => extraSpecs(state, id)],
    ['GET', '/v2.1/os-aggregates', () => aggregates(state)],
    ['GET', '/v2.1/os-availability-zone', () => zones(state, 'brief')],
    ['GET', '/v2.1/os-availability-zone/detail', () => zones(state, 'detail')],
    ['GET', '/v2.1/servers/:/os-volume_attachments', (request, [id]) => volumes(state, request, id)],
    ['GET', '/v2.1/servers/:/os-interface', (request, [id]) => interfaces(state, request, id)],
    ['GET', '/v2.1/servers/:/diagnostics', (request, [id]) => diagnostics(state, request, id)],
  ];
}

function flavors(state: CloudState, request: NovaRequest, kind: 'brief' | 'detail'): ApiAnswer {
  const rows = state.flavors.map((flavor) =>
    kind === 'detail'
      ? flavorBody(request, flavor)
      : { id: flavor.id, name: flavor.name, links: links(request.origin, flavor.id) },
  );
  return { status: 200, body: { flavors: rows } };
}

function flavorBody({ origin, version }: NovaRequest, flavor: LabFlavor) {
  return {
    id: flavor.id,
    name: flavor.name,
    ram: flavor.ramMib,
    disk: flavor.rootGib,
    swap: version < 75 && flavor.swapMib === 0 ? '' : flavor.swapMib,
    'OS-FLV-EXT-DATA:ephemeral': flavor.ephemeralGib,
    'OS-FLV-DISABLED:disabled': false,
    vcpus: flavor.vcpus,
    'os-flavor-access:is_public': true,
    rxtx_factor: 1.0,
    links: links(origin, flavor.id),
    ...(version >= 55 && { description: null }),
    ...(version >= 61 && { extra_specs: flavor.extraSpecs }),
  };
}

function links(origin: string, id: string) {
  return [
    { rel: 'self', href: `${origin}/v2.1/flavors/${id}` },
    { rel: 'bookmark', href: `${origin}/flavors/${id}` },
  ];
}

function flavorOf(state: CloudState, id: string | undefined): LabFlavor {
  const flavor = state.flavors.find((each) => each.id === id);
  if (flavor === undefined) throw refuse(404, `Flavor ${String(id)} could not be found.`);
  return flavor;
}

function showFlavor(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  return { status: 200, body: { flavor: flavorBody(request, flavorOf(state, id)) } };
}

function extraSpecs(state: CloudState, id: string | undefined): ApiAnswer {
  return { status: 200, body: { extra_specs: flavorOf(state, id).extraSpecs } };
}

/** The rows of Nova 26 carry more; no client here reads it. */
function aggregates(state: CloudState): ApiAnswer {
  const rows = state.aggregates.map(({ name, hosts, metadata }, index) => ({
    id: index + 1,
    name,
    hosts,
    metadata,
    availability_zone: metadata['availability_zone'] ?? null,
    deleted: false,
  }));
  return { status: 200, body: { aggregates: rows } };
}

function zones(state: CloudState, kind: 'brief' | 'detail'): ApiAnswer {
  const service = (available: boolean) => ({ active: true, available, updated_at: rowTime(state.now()) });
  const controller = {
    controller: { 'nova-conductor': service(true), 'nova-scheduler': service(true) },
  };
  const names = [...new Set(['nova', ...state.computes.map(({ zone }) => zone)])];
  const ordinary = names.map((zoneName) => {
    const hosts = Object.fromEntries(
      state.computes
        .filter(({ zone }) => zone === zoneName)
        .map((compute) => [compute.name, { 'nova-compute': service(isUp(compute)) }]),
    );
    return { zoneName, zoneState: { available: true }, hosts: kind === 'detail' ? hosts : null };
  });
  const internal = { zoneName: 'internal', zoneState: { available: true }, hosts: controller };
  return {
    status: 200,
    body: { availabilityZoneInfo: kind === 'detail' ? [internal, ...ordinary] : ordinary },
  };
}

function volumes(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  serverFor(state, request, id);
  return { status: 200, body: { volumeAttachments: [] } };
}

function interfaces(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  const server = serverFor(state, request, id);
  const attachment = {
    net_id: state.networkId,
    port_id: server.portId,
    mac_addr: server.macAddress,
    port_state: 'ACTIVE',
    fixed_ips: [{ subnet_id: state.subnetId, ip_address: server.ipAddress }],
    ...(request.version >= 70 && { tag: null }),
  };
  return { status: 200, body: { interfaceAttachments: [attachment] } };
}

/** Below 2.48 every driver had its own keys; this has those of 2.48 only. */
function diagnostics(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  const server = serverFor(state, request, id);
  requireState(server, 'get_diagnostics', ['active', 'rescued']);
  const disk = { read_bytes: 0, read_requests: 0, write_bytes: 0, write_requests: 0, errors_count: -1 };
  const { flavor } = server;
  const disks = 1 + Number(flavor.ephemeralGib > 0) + Number(flavor.swapMib > 0) + Number(server.configDrive);
  const nic = {
    mac_address: server.macAddress,
    ...{ rx_octets: 0, rx_errors: 0, rx_drop: 0, rx_packets: 0, rx_rate: null },
    ...{ tx_octets: 0, tx_errors: 0, tx_drop: 0, tx_packets: 0, tx_rate: null },
  };
  return {
    status: 200,
    body: {
      state: server.powerState === 1 ? 'running' : 'shutdown',
      driver: 'libvirt',
      hypervisor: 'qemu',
      hypervisor_os: 'linux',
      uptime: Math.floor((state.now() - (server.launchedAtMs ?? state.now())) / 1000),
      config_drive: server.configDrive,
      num_cpus: flavor.vcpus,
      num_nics: 1,
      num_disks: disks,
      disk_details: Array.from({ length: disks }, () => disk),
      cpu_details: Array.from({ length: flavor.vcpus }, (_, cpu) => ({
        id: cpu,
        time: 0,
        utilisation: null,
      })),
      nic_details: [nic],
      memory_details: { maximum: 0, used: 0 },
    },
  };
}
