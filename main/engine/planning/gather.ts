import type { Hypervisor, Server } from '../../domain/cloud.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { baseDirectory } from '../../domain/naming.ts';
import type { Ports } from '../../domain/ports.ts';
import type { MoveEvidence, MoveHostEvidence } from '../../domain/preflight/evidence.ts';
import type { SurroundingsQuestion } from '../../domain/surroundings.ts';
import { imageBaseName } from '../image-base-name.ts';
import { baseElsewhere, hasBase } from './base-elsewhere.ts';
import { statesOf } from './file-states.ts';
import { findHost, findServer, type FoundHost } from './find.ts';

/** What is known of a move before anything is planned. */
export type Gathered = Pick<
  MoveEvidence,
  | 'cloud'
  | 'server'
  | 'source'
  | 'destination'
  | 'destinationAddress'
  | 'novaReaches'
  | 'image'
  | 'imageBaseName'
  | 'imageBaseAtDestination'
  | 'imageBaseElsewhere'
  | 'room'
  | 'surroundings'
>;

/**
 * Reads everything that the checks of a move look at, in parallel and in few round trips. Changes nothing.
 *
 * @param tell - Gets one short sentence for each thing that may take a while.
 * @throws Failure `destination.unknown`, also if the instance is there already; `server.not-found`; what a host or the
 * cloud fails with.
 */
export async function gather(
  ports: Ports<Fact>,
  wanted: { readonly server: string; readonly destination: string },
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<Gathered> {
  const { cloud, hypervisors, clock } = ports;
  tell('Asking the cloud for the instance and its hosts');
  const [server, known, services, rooms] = await Promise.all([
    findServer(cloud, wanted.server, signal),
    cloud.hypervisors(signal),
    cloud.computeServices(signal),
    cloud.room(signal),
  ]);
  // Known by now without asking, and of the login that the cloud has just accepted.
  const identity = await cloud.identity(signal);
  const destination = findHost(wanted.destination, known, services);
  const source = findHost(sourceName(server), known, services);
  if (source.name === destination.name) {
    throw new Failure('destination.unknown', `the instance is on ${source.name} already`, {
      hint: 'Choose another host.',
    });
  }

  tell(
    `Reading the disks on ${source.name} and the room on ${destination.name}, and trying the way between them as Nova goes it`,
  );
  const readHost = async ({ name, service }: FoundHost): Promise<MoveHostEvidence> => {
    const [told, instance] = await Promise.all([
      hypervisors.facts(name, signal).then((facts) => ({ facts, nowMs: clock.nowMs() })),
      hypervisors.examine(name, server, signal),
    ]);
    return { name, service, ...told, instance, root: instance.close?.root };
  };
  const { hostIp, hypervisorHostname }: Hypervisor = destination.hypervisor;
  const [atSource, atDestination, novaReaches, image, surroundings] = await Promise.all([
    readHost(source),
    readHost(destination),
    hypervisors.novaReaches(source.name, hostIp, signal),
    server.imageId === undefined ? undefined : cloud.image(server.imageId, signal),
    cloud.surroundings(around(server, source, destination), signal),
  ]);
  const baseName = imageBaseName(server.imageId);
  const destinationPath = atDestination.facts.nova.instancesPath;
  const imageBase = baseName === undefined ? [] : [`${baseDirectory(destinationPath)}/${baseName}`];
  const [baseThere] = await statesOf(ports, atDestination.instance, imageBase, signal);
  const isNowhere =
    baseName !== undefined &&
    image === undefined &&
    baseThere === undefined &&
    !hasBase(atSource.instance, baseName);
  const [imageBasePath] = imageBase;
  const imageBaseElsewhere =
    isNowhere && imageBasePath !== undefined
      ? await baseElsewhere(ports, imageBasePath, [source.name, destination.name], known, tell, signal)
      : undefined;
  return {
    cloud: { identity, nowMs: clock.nowMs() },
    server,
    source: atSource,
    destination: atDestination,
    destinationAddress: hostIp,
    novaReaches,
    image,
    imageBaseName: baseName,
    imageBaseAtDestination: baseThere !== undefined,
    imageBaseElsewhere,
    surroundings,
    room: rooms.find((room) => room.hypervisorHostname === hypervisorHostname),
  };
}

function around(server: Server, source: FoundHost, destination: FoundHost): SurroundingsQuestion {
  const { id } = destination.hypervisor;
  return {
    serverId: server.id,
    volumeIds: server.volumeIds,
    sourceHost: source.name,
    destinationHost: destination.name,
    // A number below compute 2.53, which Placement does not know.
    destinationProvider: id.includes('-') ? id : undefined,
    destinationZone: destination.service?.zone,
  };
}

function sourceName(server: Server): string {
  if (server.host !== undefined) return server.host;
  throw new Failure('plan.blocked', `Nova does not tell which host has ${server.id} (${server.status})`, {
    hint: 'A login with the admin role sees it; a server that was never scheduled has none.',
  });
}
