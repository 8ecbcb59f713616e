import PQueue from 'p-queue';
import type { HostView, InstanceView, InventoryView } from '../contract/views.ts';
import type { Server } from '../domain/cloud.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import type { HostFacts, InstanceOnHost } from '../domain/host.ts';
import { fileName } from '../domain/naming.ts';
import type { Ports } from '../domain/ports.ts';
import { imageBaseName } from './image-base-name.ts';
import { stuckWarning } from './stuck.ts';

/** Hosts that are read at the same time. */
const HOSTS_AT_ONCE = 8;

interface OnHost {
  readonly facts: HostFacts;
  readonly instances: ReadonlyMap<string, InstanceOnHost>;
}

/** Hosts with room, and instances of all projects; with the truth of the disks if it is asked for. */
export async function readInventory(
  ports: Ports<Fact>,
  input: { readonly host?: string | undefined; readonly onHosts: boolean },
  signal: AbortSignal,
): Promise<InventoryView> {
  const { cloud } = ports;
  const [identity, servers, services, hypervisors, rooms, projects] = await Promise.all([
    cloud.identity(signal),
    cloud.servers(input.host === undefined ? {} : { host: input.host }, signal),
    cloud.computeServices(signal),
    cloud.hypervisors(signal),
    cloud.room(signal),
    projectNames(ports, signal),
  ]);
  const wanted = hypervisors.filter(
    (hypervisor) => input.host === undefined || hypervisor.host === input.host,
  );
  if (wanted.length === 0 && input.host !== undefined) {
    throw new Failure('destination.unknown', `Nova knows no compute host ${input.host}`, {
      hint: 'coldhaul inventory lists them.',
    });
  }
  const seen = new Map<string, OnHost | Failure>();
  if (input.onHosts) {
    const queue = new PQueue({ concurrency: HOSTS_AT_ONCE });
    await queue.addAll(
      wanted.map(({ host }) => async () => {
        seen.set(host, await readHost(ports, host, signal));
      }),
    );
  }
  const hosts = wanted.map((hypervisor): HostView => {
    const service = services.find((candidate) => candidate.host === hypervisor.host);
    const room = rooms.find((candidate) => candidate.hypervisorHostname === hypervisor.hypervisorHostname);
    const on = seen.get(hypervisor.host);
    return {
      name: hypervisor.host,
      state: service?.state ?? hypervisor.state,
      status: service?.status ?? hypervisor.status,
      ...(service?.disabledReason !== undefined && { disabledReason: service.disabledReason }),
      address: hypervisor.hostIp,
      instances: servers.filter((server) => server.host === hypervisor.host).length,
      ...(room !== undefined && { diskGib: room.diskGib, ramMib: room.ramMib, vcpus: room.vcpus }),
      ...(on instanceof Failure && { problem: on.message }),
      ...(on !== undefined &&
        !(on instanceof Failure) && {
          onHost: {
            freeBytes: on.facts.instancesFileSystem.freeBytes,
            totalBytes: on.facts.instancesFileSystem.totalBytes,
            transport: on.facts.nova.transport,
          },
        }),
    };
  });
  const readAtMs = ports.clock.nowMs();
  return {
    cloud: identity.cloud,
    readAtMs,
    hosts,
    instances: servers.map((server) => ({
      ...instanceView(server, server.host === undefined ? undefined : seen.get(server.host), readAtMs),
      projectName: projects.get(server.projectId),
    })),
  };
}

/** Ids alone are no reason to show nothing: not every admin of Nova is one of Keystone. */
async function projectNames(ports: Ports<Fact>, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  try {
    return await ports.cloud.projectNames(signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'cancelled') throw error;
    ports.log({ level: 'debug', message: `projects are shown by their ids: ${error.message}` });
    return new Map();
  }
}

async function readHost(ports: Ports<Fact>, host: string, signal: AbortSignal): Promise<OnHost | Failure> {
  try {
    const [facts, instances] = await Promise.all([
      ports.hypervisors.facts(host, signal),
      ports.hypervisors.instances(host, signal),
    ]);
    return { facts, instances };
  } catch (error) {
    // One host that cannot be read is told in its row; the others are still worth seeing.
    if (error instanceof Failure && error.code !== 'cancelled') return error;
    throw error;
  }
}

function instanceView(server: Server, on: OnHost | Failure | undefined, nowMs: number): InstanceView {
  const warning = stuckWarning(server, nowMs);
  const held = on === undefined || on instanceof Failure ? undefined : on.instances.get(server.id);
  const imageBase = imageBaseName(server.imageId);
  return {
    id: server.id,
    name: server.name,
    projectId: server.projectId,
    status: server.status,
    ...(server.taskState !== undefined && { taskState: server.taskState }),
    ...(server.host !== undefined && { host: server.host }),
    ...(server.locked !== undefined && { locked: server.locked }),
    volumes: server.volumeIds.length,
    configDrive: server.configDrive,
    updatedAt: server.updatedAt,
    ...(server.flavor !== undefined && { flavorDiskGib: server.flavor.rootGib + server.flavor.ephemeralGib }),
    ...(warning !== undefined && { warning }),
    ...(held !== undefined && {
      domain: held.domain,
      ...(held.firmware !== undefined && { firmware: held.firmware }),
      leftovers: [
        ...held.leftovers,
        ...(held.resizeDirectory === undefined ? [] : [held.resizeDirectory.path]),
      ],
      disks: (held.directory?.disks ?? []).map((disk) => {
        const base = disk.chain[1];
        return {
          name: disk.name,
          role: disk.role,
          format: disk.chain[0]?.format ?? 'unknown',
          virtualBytes: disk.chain[0]?.virtualBytes ?? disk.sizeBytes,
          allocatedBytes: disk.allocatedBytes,
          chain: disk.chain.slice(1).map((link) => link.path),
          ...(disk.role === 'root' &&
            base !== undefined &&
            imageBase !== undefined && { baseIsImage: fileName(base.path).startsWith(imageBase) }),
          ...(disk.problem !== undefined && { problem: disk.problem }),
        };
      }),
    }),
  };
}
