import type { Server } from '../../domain/cloud.ts';
import type { Surroundings, SurroundingsQuestion } from '../../domain/surroundings.ts';
import { listAggregates } from './aggregates.ts';
import { answered, unasked } from './answered.ts';
import type { Client } from './client.ts';
import type { Compute } from './compute.ts';
import { listFailoverHosts } from './failover.ts';
import { listMigrations } from './history.ts';
import { listNetworkAgents, listPorts } from './network.ts';
import type { Placement } from './placement.ts';
import { listGroups } from './server-groups.ts';
import { listTraffic } from './traffic.ts';
import { listVolumes } from './volumes.ts';

interface Services {
  readonly client: Client;
  readonly compute: Compute;
  readonly placement: Placement;
}

/**
 * Reads all of it at once. A service that the cloud does not have, or that does not answer us, takes nothing from the
 * others.
 *
 * @throws Failure `cancelled`
 */
export async function readSurroundings(
  { client, compute, placement }: Services,
  question: SurroundingsQuestion,
  signal?: AbortSignal,
): Promise<Surroundings> {
  const { serverId, sourceHost, destinationHost, volumeIds, destinationProvider, destinationZone } = question;
  const hosts = [sourceHost, destinationHost];
  const [groups, records, traffic, { ports, volumes }, networkAgents, failover, aggregates, offers] =
    await Promise.all([
      answered((stop) => listGroups(compute, serverId, destinationHost, stop), signal),
      answered((stop) => listMigrations(compute, serverId, stop), signal),
      answered((stop) => listTraffic(compute, hosts, serverId, stop), signal),
      readAttached(client, { id: serverId, volumeIds }, signal),
      answered((stop) => listNetworkAgents(client, hosts, stop), signal),
      answered((stop) => listFailoverHosts(client, hosts, stop), signal),
      answered((stop) => listAggregates(compute, destinationHost, stop), signal),
      destinationProvider === undefined
        ? unasked('Nova does not tell the id of its resource provider')
        : answered((stop) => placement.offers(destinationProvider, stop), signal),
    ]);
  return {
    destinationZone,
    groups,
    records,
    traffic,
    ports,
    networkAgents,
    volumes,
    failover,
    aggregates,
    offers,
  };
}

/** What Neutron and Cinder have of a server. @throws Failure `cancelled` */
export async function readAttached(
  client: Client,
  { id, volumeIds }: Pick<Server, 'id' | 'volumeIds'>,
  signal?: AbortSignal,
): Promise<Pick<Surroundings, 'ports' | 'volumes'>> {
  const [ports, volumes] = await Promise.all([
    answered((stop) => listPorts(client, id, stop), signal),
    answered((stop) => listVolumes(client, volumeIds, stop), signal),
  ]);
  return { ports, volumes };
}
