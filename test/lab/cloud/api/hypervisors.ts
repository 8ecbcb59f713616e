import type { CloudState, LabCompute } from '../model.ts';
import { used } from '../allocations.ts';
import { isUp } from '../records.ts';
import type { ApiAnswer, Route } from './exchange.ts';
import { forbidden, refuse } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';
import { pageOf } from './paging.ts';
import { FIRST_COMPUTE_SERVICE } from './services.ts';

export function hypervisorRoutes(state: CloudState): readonly Route<NovaRequest>[] {
  return [
    ['GET', '/v2.1/os-hypervisors', (request) => list(state, request, 'brief')],
    ['GET', '/v2.1/os-hypervisors/detail', (request) => list(state, request, 'detail')],
    ['GET', '/v2.1/os-hypervisors/:', (request, [id]) => show(state, request, id)],
  ];
}

function list(state: CloudState, request: NovaRequest, kind: 'brief' | 'detail'): ApiAnswer {
  if (!request.context.isAdmin) throw forbidden(`os-hypervisors:list${kind === 'detail' ? '-detail' : ''}`);
  const pattern = request.query.get('hypervisor_hostname_pattern') ?? '';
  const rows = state.computes.filter(({ name }) => name.includes(pattern));
  const { rows: page, links } = pageOf(request, rows, ({ hypervisorId }) => hypervisorId);
  const hypervisors = page.map((compute) =>
    kind === 'detail' ? detail(state, compute, request.version) : brief(compute, request.version),
  );
  return {
    status: 200,
    body: { hypervisors, ...(links !== undefined && request.version >= 33 && { hypervisors_links: links }) },
  };
}

function show(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  if (!request.context.isAdmin) throw forbidden('os-hypervisors:show');
  const compute = state.computes.find(
    ({ number, hypervisorId }) => id === (request.version >= 53 ? hypervisorId : String(number)),
  );
  if (compute === undefined) throw refuse(404, `Hypervisor with ID '${String(id)}' could not be found.`);
  return { status: 200, body: { hypervisor: detail(state, compute, request.version) } };
}

function brief(compute: LabCompute, version: number) {
  return {
    id: version >= 53 ? compute.hypervisorId : compute.number,
    hypervisor_hostname: compute.name,
    state: isUp(compute) ? 'up' : 'down',
    status: compute.enabled ? 'enabled' : 'disabled',
  };
}

/** Shapes: numbers as ids before 2.53, CPU as a JSON text before 2.28, no resource counts from 2.88. */
function detail(state: CloudState, compute: LabCompute, version: number) {
  return {
    ...brief(compute, version),
    hypervisor_type: 'QEMU',
    hypervisor_version: 7002022,
    host_ip: compute.address,
    service: {
      id: version >= 53 ? compute.serviceId : compute.number + FIRST_COMPUTE_SERVICE,
      host: compute.name,
      disabled_reason: compute.disabledReason,
    },
    ...(version >= 88
      ? { uptime: ' 11:20:24 up  1:41,  0 user,  load average: 0.92, 1.06, 1.99\n' }
      : counts(state, compute, version)),
  };
}

function counts(state: CloudState, compute: LabCompute, version: number) {
  const taken = used(state, compute);
  const running = [...state.servers.values()].filter(
    ({ host, powerState, deleted }) => host === compute.name && powerState === 1 && !deleted,
  ).length;
  const cpu = {
    arch: 'x86_64',
    model: 'Cascadelake-Server-noTSX',
    vendor: 'Intel',
    topology: { cells: 1, sockets: 1, cores: compute.vcpus, threads: 1 },
    features: ['aes', 'avx2', 'sse4.2'],
  };
  return {
    vcpus: compute.vcpus,
    memory_mb: compute.memoryMib,
    local_gb: compute.diskGib,
    vcpus_used: taken.VCPU,
    memory_mb_used: taken.MEMORY_MB + 512,
    local_gb_used: taken.DISK_GB,
    free_ram_mb: compute.memoryMib - taken.MEMORY_MB - 512,
    free_disk_gb: compute.diskGib - taken.DISK_GB,
    current_workload: 0,
    running_vms: running,
    disk_available_least: compute.diskGib - taken.DISK_GB,
    cpu_info: version >= 28 ? cpu : JSON.stringify(cpu),
  };
}
