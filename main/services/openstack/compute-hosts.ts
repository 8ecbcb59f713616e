import { z } from 'zod';
import type { ComputeService, Hypervisor } from '../../domain/cloud.ts';
import type { Compute } from './compute.ts';

/** A number below 2.53, a UUID from then on. */
const Id = z.union([z.int(), z.string()]);

/** From 2.69 on, a service in a cell that is down comes without zone and state, with status UNKNOWN. */
const ServiceRow = z.object({
  id: Id.optional(),
  binary: z.string(),
  host: z.string(),
  zone: z.string().default(''),
  state: z.string().optional(),
  status: z.string(),
  disabled_reason: z.string().nullish(),
  forced_down: z.boolean().default(false),
});

export async function listComputeServices(
  compute: Compute,
  signal?: AbortSignal,
): Promise<readonly ComputeService[]> {
  const query = { binary: 'nova-compute' };
  const rows = await compute.list(
    ServiceRow,
    'list compute services',
    'services',
    '/os-services',
    query,
    undefined,
    signal,
  );
  return rows
    .filter((row) => row.binary === 'nova-compute')
    .map((row) => ({
      id: String(row.id ?? row.host),
      host: row.host,
      zone: row.zone,
      state: upOrDown(row.state),
      status: enabledOrDisabled(row.status),
      disabledReason: row.disabled_reason ?? undefined,
      forcedDown: row.forced_down,
    }));
}

const HypervisorRow = z.object({
  id: Id,
  hypervisor_hostname: z.string(),
  state: z.string(),
  status: z.string(),
  hypervisor_type: z.string(),
  hypervisor_version: z.int(),
  /** Nothing until nova-compute has reported once. */
  host_ip: z.string().nullish(),
  service: z.object({ host: z.string() }),
});

/**
 * From 2.88 on, Nova asks each host for its uptime before it answers (the recorded answer shows it), so that one
 * slow host delays the list. The numbers that went away with 2.88 we take from Placement anyway.
 */
const BEFORE_UPTIME = { major: 2, minor: 87 };

export async function listHypervisors(
  compute: Compute,
  signal?: AbortSignal,
): Promise<readonly Hypervisor[]> {
  const path = '/os-hypervisors/detail';
  const rows = await compute.list(
    HypervisorRow,
    'list hypervisors',
    'hypervisors',
    path,
    {},
    BEFORE_UPTIME,
    signal,
  );
  return rows.map((row) => ({
    id: String(row.id),
    host: row.service.host,
    hypervisorHostname: row.hypervisor_hostname,
    hostIp: row.host_ip ?? '',
    state: upOrDown(row.state),
    status: enabledOrDisabled(row.status),
    type: row.hypervisor_type,
    version: row.hypervisor_version,
  }));
}

/** What is not surely up counts as down. */
function upOrDown(state: string | undefined): 'up' | 'down' {
  return state === 'up' ? 'up' : 'down';
}

function enabledOrDisabled(status: string): 'enabled' | 'disabled' {
  return status === 'enabled' ? 'enabled' : 'disabled';
}
