import { createHash, randomUUID } from 'node:crypto';
import type { Server } from '../../domain/cloud.ts';
import { planBases, planDisk } from '../../domain/disk-plan.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { DiskFile, FileState, HostFacts, InstanceOnHost } from '../../domain/host.ts';
import { baseDirectory, fileName } from '../../domain/naming.ts';
import type { DiskPlan, Plan, PlanHost, PlanOptions, Route } from '../../domain/plan.ts';
import type { DigestAlgorithm, Ports } from '../../domain/ports.ts';
import { checkPlan } from '../../domain/preflight/checks.ts';
import { blocks } from '../../domain/preflight/finding.ts';
import { compareBases } from './bases.ts';
import { chooseDigest } from './choose-digest.ts';
import { listCommands } from './commands.ts';
import { findHost, findServer } from './find.ts';
import { measure } from './measure.ts';

export interface PlanRequest {
  readonly server: string;
  readonly destination: string;
  /** `undefined`: the best that the hosts allow. */
  readonly route: Route | undefined;
  /** `undefined`: the fastest that both hosts have. */
  readonly digest: DigestAlgorithm | undefined;
  readonly options: PlanOptions;
}

/**
 * Looks at everything, changes nothing but an empty directory of ours at the destination, and decides.
 *
 * @param tell - Gets one short sentence for each thing that may take a while.
 */
export async function makePlan(
  ports: Ports<Fact>,
  request: PlanRequest,
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<Plan> {
  const { cloud, hypervisors } = ports;
  const id = randomUUID();
  tell('Asking the cloud for the instance and its hosts');
  const [identity, server, known, services, rooms] = await Promise.all([
    cloud.identity(signal),
    findServer(cloud, request.server, signal),
    cloud.hypervisors(signal),
    cloud.computeServices(signal),
    cloud.room(signal),
  ]);
  const destination = findHost(request.destination, known, services);
  const source = findHost(sourceName(server), known, services);
  if (source.name === destination.name) {
    throw new Failure('destination.unknown', `the instance is on ${source.name} already`, {
      hint: 'Choose another host.',
    });
  }

  tell(`Reading the disks on ${source.name} and the room on ${destination.name}`);
  const [sourceFacts, destinationFacts, onSource, onDestination, image] = await Promise.all([
    hypervisors.facts(source.name, signal),
    hypervisors.facts(destination.name, signal),
    hypervisors.instance(source.name, server.id, signal),
    hypervisors.instance(destination.name, server.id, signal),
    server.imageId === undefined ? undefined : cloud.image(server.imageId, signal),
  ]);
  const imageBaseName =
    server.imageId === undefined ? undefined : createHash('sha1').update(server.imageId).digest('hex');
  const destinationPath = destinationFacts.nova.instancesPath;
  const imageBase = imageBaseName === undefined ? [] : [`${baseDirectory(destinationPath)}/${imageBaseName}`];
  const [[sourceRoot], [destinationRoot, baseThere]] = await Promise.all([
    hypervisors.stat(source.name, [sourceFacts.nova.instancesPath], signal),
    hypervisors.stat(destination.name, [destinationPath, ...imageBase], signal),
  ]);
  const destinationAddress = destination.hypervisor.hostIp;
  tell(`Trying the way from ${source.name} to ${destination.name} as Nova goes it`);
  const novaReaches = await hypervisors.novaReaches(source.name, destinationAddress, signal);
  const algorithm = chooseDigest(request.digest, [
    { name: source.name, facts: sourceFacts },
    { name: destination.name, facts: destinationFacts },
  ]);
  const bases = await compareBases(ports, id, onSource, destination.name, algorithm, tell, signal);
  const context = {
    instancesPath: sourceFacts.nova.instancesPath,
    imageBaseName,
    basesAtDestination: bases.atDestination,
    baseSizes: bases.sizes,
    basesCompared: bases.compared,
  };
  const diskFiles = onSource.directory?.disks ?? [];
  const diskPlans = diskFiles.map((disk: DiskFile) => planDisk(disk, context));
  const basePlans = planBases(diskFiles, diskPlans, context);
  const { route, routeReason } = chooseRoute(request.route, sourceFacts);
  const disks = [...diskPlans, ...metadataFiles(onSource)];

  const findings = checkPlan({
    identity,
    server,
    sourceService: source.service,
    destinationService: destination.service,
    source: { name: source.name, facts: sourceFacts, instance: onSource },
    destination: { name: destination.name, facts: destinationFacts, instance: onDestination },
    destinationMode: destinationRoot?.mode,
    destinationAddress,
    novaReaches,
    image,
    imageBaseName,
    imageBaseAtDestination: baseThere !== undefined,
    room: rooms.find((room) => room.hypervisorHostname === destination.hypervisor.hypervisorHostname),
    disks,
    bases: basePlans,
    route,
    reserveBytes: request.options.reserveBytes,
  });

  const draft: Plan = {
    id,
    madeAtMs: ports.clock.nowMs(),
    cloud: identity.cloud,
    server: {
      id: server.id,
      name: server.name,
      projectId: server.projectId,
      imageId: server.imageId,
      volumes: server.volumeIds.length,
      running: server.status === 'ACTIVE',
    },
    source: planHost(source.name, sourceFacts, sourceRoot),
    destination: planHost(destination.name, destinationFacts, destinationRoot),
    destinationAddress,
    route,
    routeReason,
    disks,
    bases: basePlans,
    algorithm,
    findings,
    bytesToMove: disks.reduce((bytes, disk) => bytes + disk.bytesToMove, 0),
    bytesToStage: basePlans
      .filter((base) => base.action === 'stage')
      .reduce((bytes, base) => bytes + base.sizeBytes, 0),
    speed: undefined,
    downtime: undefined,
    downtimeByNova: undefined,
    commands: [],
    options: request.options,
  };
  const measured =
    blocks(findings).length > 0 ? draft : { ...draft, ...(await measure(ports, draft, tell, signal)) };
  return { ...measured, commands: listCommands(measured, ports) };
}

function sourceName(server: Server): string {
  if (server.host !== undefined) return server.host;
  throw new Failure('plan.blocked', `Nova does not tell which host has ${server.id} (${server.status})`, {
    hint: 'A login with the admin role sees it; a server that was never scheduled has none.',
  });
}

function planHost(name: string, facts: HostFacts, directory: FileState | undefined): PlanHost {
  return {
    name,
    instancesMode: directory?.mode ?? 0o755,
    instancesPath: facts.nova.instancesPath,
    novaUser: facts.novaUser.name,
    rsyncVersion: facts.tools.rsync ?? '',
    cpuHasAes: facts.cpuHasAes,
    confirmWindowSeconds: facts.nova.resizeConfirmWindowSeconds,
  };
}

function chooseRoute(
  asked: Route | undefined,
  source: HostFacts,
): { readonly route: Route; readonly routeReason: string } {
  if (asked !== undefined) return { route: asked, routeReason: 'asked for' };
  return source.nova.transport === 'rsync'
    ? { route: 'seed', routeReason: 'Nova on the source copies by rsync, which leaves an equal copy alone' }
    : { route: 'nova', routeReason: 'Nova on the source copies by scp, which always copies everything' };
}

/** `disk.info` tells Nova each disk's format and travels with them (nova/virt/libvirt/driver.py:12825). */
function metadataFiles(onSource: InstanceOnHost): readonly DiskPlan[] {
  return (onSource.directory?.others ?? [])
    .filter((file: FileState) => fileName(file.path) === 'disk.info')
    .map((file) => ({
      name: fileName(file.path),
      role: 'other' as const,
      strategy: 'whole' as const,
      reason: 'Nova’s own record of the disks’ formats',
      path: file.path,
      format: 'json',
      virtualBytes: file.sizeBytes,
      allocatedBytes: file.allocatedBytes,
      bytesToMove: file.sizeBytes,
      chain: [],
    }));
}
