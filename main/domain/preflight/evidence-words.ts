import type { Room } from '../cloud.ts';
import { printable, showCommand } from '../naming.ts';
import { formatBytes } from '../units.ts';
import type { PlanEvidence } from './evidence.ts';

type Words = (evidence: PlanEvidence) => readonly string[];

/** What a check looked at, by its id: the numbers as they were read, and how to look oneself. */
const WORDS: Readonly<Record<string, Words>> = {
  'server.state': ofServer,
  'server.task': ofServer,
  'server.lock': ofServer,
  'server.volumes': ({ server }) => [
    `Volumes: ${server.volumeIds.join(', ') || 'none'}`,
    look('the workstation', ['openstack', 'server', 'volume', 'list', server.id]),
  ],
  'cloud.host-choice': ({ identity: { compute } }) => [
    `Compute API: ${compute.used} in use; the cloud has ${compute.min} to ${compute.max}`,
  ],
  'source.service': (evidence) => ofService(evidence.source.name, evidence.sourceService),
  'destination.service': (evidence) => ofService(evidence.destination.name, evidence.destinationService),
  'destination.capacity': ofCapacity,
  'source.transport': ({ source }) => ofNova(source, `transport ${source.facts.nova.transport}`),
  'destination.confirm-window': ({ destination }) =>
    ofNova(
      destination,
      `resize_confirm_window ${String(destination.facts.nova.resizeConfirmWindowSeconds)} s`,
    ),
  'destination.cow': ({ destination }) =>
    ofNova(destination, `use_cow_images ${String(destination.facts.nova.useCowImages)}`),
  'hosts.service-token': ({ source, destination }) =>
    [source, destination].flatMap((host) =>
      ofNova(host, `send_service_user_token ${String(host.facts.nova.sendsServiceToken)}`),
    ),
  'hosts.instances-path': ({ source, destination }) => [
    ...ofNova(source, `instances_path ${source.facts.nova.instancesPath}`),
    ...ofNova(destination, `instances_path ${destination.facts.nova.instancesPath}`),
  ],
  'hosts.ssh': ({ source, destination, destinationAddress, novaReaches }) => [
    `${destinationAddress} answered: ${printable(novaReaches.said) || 'nothing'}; boot id ${novaReaches.bootId ?? 'not told'}, that of ${destination.name} is ${destination.facts.bootId}`,
    look(source.name, ['sudo', '-u', source.facts.novaUser.name, 'ssh', destinationAddress, 'hostname']),
  ],
  'hosts.domains': ({ source, destination }) => [
    ...[source, destination].map(({ name, instance }) => `Domain on ${name}: ${instance.domain}`),
    look('both hosts', ['virsh', 'list', '--all', '--uuid', '--name']),
  ],
  'source.disks': ({ source }) =>
    (source.instance.directory?.disks ?? []).map(
      ({ name, sizeBytes, allocatedBytes, chain }) =>
        `${name}: ${formatBytes(sizeBytes)}, ${formatBytes(allocatedBytes)} allocated; ${chain.map(({ path, format }) => `${path} (${format})`).join(' on ')}`,
    ),
  'source.owner': ({ source: { instance, facts } }) =>
    instance.directory === undefined
      ? []
      : [
          `${instance.directory.path}: uid ${String(instance.directory.uid)}; ${facts.novaUser.name} is uid ${String(facts.novaUser.uid)}`,
        ],
  'source.room': ({ source, reserveBytes }) => ofRoom(source, reserveBytes),
  'destination.room': ({ destination, reserveBytes }) => ofRoom(destination, reserveBytes),
  'destination.instances-directory': ({ destination, destinationMode }) => [
    `Mode ${destinationMode?.toString(8) ?? 'not read'}`,
    look(destination.name, ['stat', '-c', '%a %U', destination.facts.nova.instancesPath]),
  ],
  image: ({ server, image, imageBaseName }) => [
    `Image ${server.imageId ?? 'none'}: ${image === undefined ? 'not in Glance' : image.status}; base ${imageBaseName ?? 'none'}`,
  ],
  'source.nvram': ({ source, server }) => [look(source.name, ['virsh', 'dumpxml', server.id])],
  'source.other-files': ({ source }) => [
    look(source.name, ['ls', '-la', source.instance.directory?.path ?? source.facts.nova.instancesPath]),
  ],
};

/** Nothing for a check that says all in its sentence. */
export function evidenceWords(id: string, evidence: PlanEvidence): readonly string[] {
  const words = WORDS[id];
  if (words !== undefined) return words(evidence);
  const host = [evidence.source, evidence.destination].find(({ name }) => id === `tools.${name}`);
  if (host === undefined) return [];
  return Object.entries(host.facts.tools).map(([tool, version]) => `${tool}: ${printable(version)}`);
}

function look(where: string, argv: readonly string[]): string {
  return `To look yourself, on ${where}: ${showCommand(argv)}`;
}

function ofServer({ server }: PlanEvidence): readonly string[] {
  const { status, vmState, taskState, host, locked, updatedAt } = server;
  return [
    `Nova: ${status}, vm_state ${vmState ?? 'not told'}, task_state ${taskState ?? 'none'}, on ${host ?? 'no host'}, locked: ${locked === undefined ? 'not told' : String(locked)}, changed ${updatedAt}`,
    look('the workstation', ['openstack', 'server', 'show', server.id]),
  ];
}

function ofService(name: string, service: PlanEvidence['sourceService']): readonly string[] {
  const said =
    service === undefined
      ? 'no record'
      : `${service.state}, ${service.status}, forced down: ${String(service.forcedDown)}`;
  return [
    `nova-compute on ${name}: ${said}`,
    look('the workstation', ['openstack', 'compute', 'service', 'list', '--host', name]),
  ];
}

function ofCapacity({ room, server: { flavor } }: PlanEvidence): readonly string[] {
  const of = (what: string, { used, capacity }: Room['vcpus']): string =>
    `${what} ${String(used)} of ${String(capacity)} used`;
  const wants =
    flavor === undefined
      ? []
      : [
          `Flavor: ${String(flavor.vcpus)} vCPU, ${String(flavor.ramMib)} MiB of RAM, ${String(flavor.rootGib)} + ${String(flavor.ephemeralGib)} GiB of disk`,
        ];
  if (room === undefined) return wants;
  return [
    ...wants,
    `Placement, over-commit included: ${of('vCPU', room.vcpus)}, ${of('MiB of RAM', room.ramMib)}, ${of('GiB of disk', room.diskGib)}`,
  ];
}

function ofNova({ name, facts }: PlanEvidence['source'], what: string): readonly string[] {
  const { files } = facts.nova;
  return [
    `${name}: ${what}, ${files.length === 0 ? 'Nova’s default; no nova.conf was found' : `from ${files.join(', ')}`}`,
  ];
}

function ofRoom({ name, facts }: PlanEvidence['source'], reserveBytes: number): readonly string[] {
  const { freeBytes, totalBytes, device, type } = facts.instancesFileSystem;
  return [
    `${name}: ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free on ${device} (${type}), ${formatBytes(reserveBytes)} in reserve`,
    look(name, ['df', '-h', facts.nova.instancesPath]),
  ];
}
