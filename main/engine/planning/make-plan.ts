import { randomUUID } from 'node:crypto';
import { planBases, planDisk } from '../../domain/disk-plan.ts';
import { Failure } from '../../domain/failure.ts';
import type { CloudTimes } from '../../domain/experience.ts';
import type { Fact } from '../../domain/facts.ts';
import { guestProcesses } from '../../domain/guest-process.ts';
import type { DiskFile, FileState, HostFacts, InstanceOnHost } from '../../domain/host.ts';
import { fileName } from '../../domain/naming.ts';
import {
  liveDisks,
  type DiskPlan,
  type Plan,
  type PlanHost,
  type PlanOptions,
  type Route,
} from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import type { DigestAlgorithm } from '../../domain/digest.ts';
import type { MoveEvidence, MoveHostEvidence } from '../../domain/preflight/evidence.ts';
import { blocks } from '../../domain/preflight/finding.ts';
import { judgeMove } from '../../domain/preflight/judge.ts';
import { compareBases } from './bases.ts';
import { chooseDigest } from './choose-digest.ts';
import { listCommands } from './commands.ts';
import { flattenWhere } from './flatten-where.ts';
import { gather } from './gather.ts';
import { measure } from './measure.ts';
import { offerLive } from './offer-live.ts';

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
 * Looks at everything, changes nothing, and decides.
 *
 * @param tell - Gets one short sentence for each thing that may take a while.
 */
export async function makePlan(
  ports: Ports<Fact>,
  request: PlanRequest,
  tell: (message: string) => void,
  signal: AbortSignal,
  experience: (cloud: string) => Promise<CloudTimes>,
): Promise<Plan> {
  const id = randomUUID();
  const gathered = await gather(ports, request, tell, signal);
  const { server, source, destination, cloud, imageBaseName } = gathered;
  const algorithm = chooseDigest(request.digest, [source, destination]);
  const bases = await compareBases(ports, source.instance, destination.instance, algorithm, tell, signal);
  const context = {
    instancesPath: source.facts.nova.instancesPath,
    imageBaseName,
    basesAtDestination: bases.atDestination,
    baseSizes: bases.sizes,
    basesCompared: bases.compared,
  };
  const diskFiles = source.instance.directory?.disks ?? [];
  const diskPlans = diskFiles.map((disk: DiskFile) => planDisk(disk, context));
  const basePlans = planBases(diskFiles, diskPlans, context);
  const { route, routeReason } = chooseRoute(request, source.facts);
  const asPlanned = [...diskPlans, ...metadataFiles(source.instance)];
  const { disks, tunnel } = await flattenWhere(
    ports,
    request.options,
    { ...gathered, route, disks: asPlanned },
    tell,
    signal,
  );

  const evidence: MoveEvidence = {
    ...gathered,
    disks,
    bases: basePlans,
    route,
    reserveBytes: request.options.reserveBytes,
    live: request.options.live === true,
    tunnel,
    measured: undefined,
    own: undefined,
  };
  const findings = judgeMove(evidence);

  const draft: Plan = withBytes({
    id,
    madeAtMs: ports.clock.nowMs(),
    cloud: cloud.identity.cloud,
    server: {
      id: server.id,
      name: server.name,
      projectId: server.projectId,
      imageId: server.imageId,
      volumes: server.volumeIds.length,
      running: server.status === 'ACTIVE',
    },
    source: planHost(source),
    destination: planHost(destination),
    destinationAddress: gathered.destinationAddress,
    hostKey: gathered.novaReaches.acceptsAnyKey ? 'any' : 'known',
    route,
    routeReason,
    disks,
    bases: basePlans,
    algorithm,
    findings,
    bytesToMove: 0,
    bytesToStage: 0,
    speed: undefined,
    downtime: undefined,
    downtimeByNova: undefined,
    commands: [],
    options: request.options,
  });
  if (blocks(findings).length > 0) return { ...draft, commands: listCommands(draft, ports) };
  const times = await experience(draft.cloud);
  const guest = guestProcesses(source.instance);
  const mayStream = tunnel?.ok === true && request.options.flatten === undefined;
  const { way, forPlan } = await measure(ports, draft, { guest, mayStream }, times, tell, signal);
  const measured = { ...evidence, disks: forPlan.disks, measured: { ...way, ...forPlan } };
  const plan = offerLive({ ...draft, ...forPlan }, measured, request.route);
  return { ...plan, findings: judgeMove(measured), commands: listCommands(plan, ports) };
}

/** What is copied while it runs is not moved while it is off. */
function withBytes(plan: Plan): Plan {
  const live = liveDisks(plan);
  const sum = (disks: readonly DiskPlan[]): number =>
    disks.reduce((bytes, disk) => bytes + disk.bytesToMove, 0);
  const staged = plan.bases
    .filter((base) => base.action === 'stage')
    .reduce((bytes, base) => bytes + base.sizeBytes, 0);
  return {
    ...plan,
    bytesToMove: sum(plan.disks.filter((disk) => !live.includes(disk))),
    bytesToStage: staged + sum(live),
  };
}

function planHost({ name, facts, root }: MoveHostEvidence): PlanHost {
  return {
    name,
    instancesMode: root?.mode ?? 0o755,
    instancesPath: facts.nova.instancesPath,
    novaUser: facts.novaUser.name,
    rsyncVersion: facts.tools.rsync ?? '',
    cpuHasAes: facts.cpuHasAes,
    confirmWindowSeconds: facts.nova.resizeConfirmWindowSeconds,
  };
}

function chooseRoute(
  { route: asked, options }: PlanRequest,
  source: HostFacts,
): { readonly route: Route; readonly routeReason: string } {
  if (options.live === true) {
    if (asked !== undefined && asked !== 'thin') {
      throw new Failure('bad-request', `by route ${asked} nothing can be copied while the instance runs`, {
        hint: 'Leave the route away, or ask for thin.',
      });
    }
    return { route: 'thin', routeReason: 'its disks are to be copied while it runs' };
  }
  if (options.flatten === 'stream') {
    if (asked !== undefined && asked !== 'thin') {
      throw new Failure('bad-request', `by route ${asked} nothing can be flattened on its way`, {
        hint: 'Leave the route away, or ask for thin.',
      });
    }
    return { route: 'thin', routeReason: 'what has to be flattened is to be flattened on its way' };
  }
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
