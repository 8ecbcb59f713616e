import type { Cloud, ComputeService, Hypervisor, Server } from '../../domain/cloud.ts';
import { Failure } from '../../domain/failure.ts';
import { printable } from '../../domain/naming.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The one server with this id or exact name. Names are compared here: Nova's own `name` filter is a pattern, and a
 * name may hold anything.
 *
 * @throws Failure `server.not-found`, `server.ambiguous` (with the ids).
 */
export async function findServer(cloud: Cloud, idOrName: string, signal?: AbortSignal): Promise<Server> {
  if (UUID.test(idOrName)) {
    try {
      return await cloud.server(idOrName.toLowerCase(), signal);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'cloud.not-found') throw error;
    }
  }
  const servers = await cloud.servers({}, signal);
  const named = servers.filter((server) => server.name === idOrName);
  const [found] = named;
  if (found === undefined) {
    throw new Failure('server.not-found', `there is no instance with the id or name ${printable(idOrName)}`, {
      hint: 'coldhaul inventory lists them all.',
    });
  }
  if (named.length > 1) {
    const ids = named.map(
      (server) => `${server.id} (project ${server.projectId}, on ${server.host ?? 'no host'})`,
    );
    throw new Failure(
      'server.ambiguous',
      `${String(named.length)} instances have the name ${printable(idOrName)}: ${ids.join('; ')}`,
      { hint: 'Give the id instead of the name.' },
    );
  }
  return found;
}

export interface FoundHost {
  readonly name: string;
  readonly hypervisor: Hypervisor;
  readonly service: ComputeService | undefined;
}

/**
 * The host of this name, which may be the compute service's or the hypervisor's.
 *
 * @throws Failure `destination.unknown` with the names that there are.
 */
export function findHost(
  name: string,
  hypervisors: readonly Hypervisor[],
  services: readonly ComputeService[],
): FoundHost {
  const hypervisor =
    hypervisors.find((candidate) => candidate.host === name) ??
    hypervisors.find((candidate) => candidate.hypervisorHostname === name);
  if (hypervisor === undefined) {
    const known = hypervisors.map((candidate) => candidate.host).sort();
    const some =
      known.slice(0, 12).join(', ') + (known.length > 12 ? ` and ${String(known.length - 12)} more` : '');
    throw new Failure('destination.unknown', `Nova knows no compute host ${printable(name)}`, {
      hint: `There are: ${some}.`,
    });
  }
  return {
    name: hypervisor.host,
    hypervisor,
    service: services.find((candidate) => candidate.host === hypervisor.host),
  };
}
