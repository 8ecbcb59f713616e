import type { Fact } from '../../domain/facts.ts';
import {
  fileName,
  instanceDirectory,
  resizeDirectory,
  showCommand,
  stagedBaseName,
  stageDirectory,
} from '../../domain/naming.ts';
import { travelling, type Plan, type PlannedCommand } from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import { baseOrder, diskOrder, stagedPath } from '../steps/copying.ts';
import { lockReason } from '../steps/lock.ts';

/** Everything that a run of this plan would do, in order, to read before it is done. */
export function listCommands(plan: Plan, ports: Ports<Fact>): readonly PlannedCommand[] {
  const { server, source, destination } = plan;
  const limit = plan.options.limitKibPerSecond;
  const cloud = (phase: string, command: string): PlannedCommand => ({ phase, where: 'cloud', command });
  const on = (phase: string, where: string, argv: readonly string[]): PlannedCommand => ({
    phase,
    where,
    command: showCommand(argv),
  });
  const directory = instanceDirectory(destination.instancesPath, server.id);
  const digests = (phase: string, left: string, right: string): PlannedCommand[] => [
    on(phase, source.name, [plan.algorithm, left]),
    on(phase, destination.name, [plan.algorithm, right]),
  ];
  const staging = plan.bases
    .filter((base) => base.action === 'stage')
    .flatMap((base) => {
      const staged = stagedPath(plan, stagedBaseName(base.path));
      return [
        {
          phase: 'staging',
          where: source.name,
          command: ports.transfer.describeCopy(baseOrder(plan, base.path, limit)),
        },
        ...digests('staging', base.path, staged),
        on('staging', destination.name, ['ln', staged, base.path]),
      ];
    });
  const flatten = plan.disks
    .filter((disk) => disk.strategy === 'flatten')
    .flatMap((disk) => {
      const flat = `${stageDirectory(source.instancesPath, server.id)}/${disk.name}.flat`;
      return [
        on('preparing', source.name, ['qemu-img', 'convert', '-p', '-O', 'qcow2', disk.path, flat]),
        on('preparing', source.name, ['qemu-img', 'compare', disk.path, flat]),
        on('preparing', source.name, ['mv', flat, disk.path]),
      ];
    });
  const seeded = travelling(plan).flatMap((disk) => [
    {
      phase: 'copying',
      where: source.name,
      command: ports.transfer.describeCopy(diskOrder(plan, disk, limit)),
    },
    ...digests('verifying', disk.path, stagedPath(plan, disk.name)),
    on('handing-over', destination.name, ['ln', stagedPath(plan, disk.name), `${directory}/${disk.name}`]),
  ]);
  const proof = travelling(plan).flatMap((disk) =>
    digests(
      'verifying',
      `${resizeDirectory(source.instancesPath, server.id)}/${disk.name}`,
      `${directory}/${fileName(disk.path)}`,
    ),
  );
  const seed = plan.route === 'seed';
  return [
    cloud(
      'planned',
      showCommand(['openstack', 'server', 'lock', '--reason', lockReason(plan.id), server.id]),
    ),
    ...staging,
    ...(server.running ? [cloud('stopping', `openstack server stop ${server.id}`)] : []),
    ...flatten,
    ...(seed
      ? [...inPhase(seeded, 'copying'), ...inPhase(seeded, 'verifying'), ...inPhase(seeded, 'handing-over')]
      : []),
    ...(seed && server.running
      ? [cloud('handing-over', `openstack server set --state active ${server.id}`)]
      : []),
    cloud('handing-over', `openstack server migrate --host ${destination.name} ${server.id}`),
    ...(seed ? [] : proof),
    cloud('confirming', `openstack server migration confirm ${server.id}`),
    ...(!seed && server.running ? [cloud('confirming', `openstack server start ${server.id}`)] : []),
    cloud('confirming', `openstack server unlock ${server.id}`),
  ];
}

function inPhase(commands: readonly PlannedCommand[], phase: string): readonly PlannedCommand[] {
  return commands.filter((command) => command.phase === phase);
}
