import type { Fact } from '../../domain/facts.ts';
import { instanceDirectory, resizeDirectory, stagedBaseName } from '../../domain/naming.ts';
import {
  copiedByUs,
  flattenedLive,
  layered,
  liveDisks,
  provenAfterwards,
  type DiskPlan,
  type Plan,
  type PlannedCommand,
} from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import { basesOf } from '../steps/bases.ts';
import { baseOrder, diskOrder, isStreamed, stagedPath, waysOf } from '../steps/copying.ts';
import { lockReason } from '../steps/lock.ts';
import * as host from './host-commands.ts';
import { atCloud, digests, on } from './command-lines.ts';

/** Everything that a run of this plan would do to its confirm, in order, to read before it is done. What only looks stays out. */
export function listCommands(plan: Plan, ports: Ports<Fact>): readonly PlannedCommand[] {
  const steps = [
    ...locking(plan),
    ...staging(plan, ports),
    ...freezingLive(plan, ports),
    ...stopping(plan),
    ...flattening(plan),
    ...freezing(plan),
    ...moving(plan, ports),
    ...placing(plan),
    ...handingOver(plan),
  ];
  return [...steps, ...proving(plan), ...confirming(plan)];
}

function locking(plan: Plan): readonly PlannedCommand[] {
  const [source, destination] = [plan.source.name, plan.destination.name];
  const own = basesOf(plan);
  const present = plan.bases.filter((base) => base.action === 'present');
  return [
    on('planned', source, host.takeLock(plan)),
    on('planned', destination, host.takeLock(plan)),
    atCloud('planned', 'lock', '--reason', lockReason(plan.id), plan.server.id),
    ...(own.length > 0 ? [on('planned', source, host.makeStage(plan, source))] : []),
    ...own.map((path) => on('planned', source, host.pin(plan, path))),
    on('planned', destination, host.makeStage(plan, destination)),
    ...present.map(({ path }) => on('planned', destination, host.pin(plan, path))),
  ];
}

function staging(plan: Plan, ports: Ports<Fact>): readonly PlannedCommand[] {
  const { source, destination, options } = plan;
  return plan.bases
    .filter((base) => base.action === 'stage')
    .flatMap(({ path }) => {
      const order = baseOrder(plan, path, options.limitKibPerSecond);
      return [
        on('staging', source.name, ports.transfer.describeCopy(order)),
        ...digests(plan, 'staging', path, stagedPath(plan, stagedBaseName(path))),
        on('staging', destination.name, host.publish(plan, path)),
        on('staging', destination.name, host.pin(plan, path)),
      ];
    });
}

/** While it runs: one snapshot for all of its disks, then copies and digests of what stands still below it. */
function freezingLive(plan: Plan, ports: Ports<Fact>): readonly PlannedCommand[] {
  const disks = liveDisks(plan);
  if (disks.length === 0) return [];
  const { name } = plan.source;
  const flat = flattenedLive(plan).flatMap((disk) => host.flattenLayer(plan, disk));
  const acts = [host.makeStage(plan, name), ...host.freezeLive(plan, disks), ...flat];
  return [...acts.map((command) => on('staging', name, command)), ...copies(plan, ports, disks, 'staging')];
}

function copies(
  plan: Plan,
  ports: Ports<Fact>,
  disks: readonly DiskPlan[],
  phase?: string,
): readonly PlannedCommand[] {
  const { source, options } = plan;
  return [
    ...disks.map((disk) => {
      const order = diskOrder(plan, disk, options.limitKibPerSecond);
      return on(phase ?? 'copying', source.name, ports.transfer.describeCopy(order));
    }),
    ...disks.flatMap((disk) => {
      const { from, to } = waysOf(plan, disk);
      if (isStreamed(plan, disk.name)) {
        const compare = ports.transfer.describeCompare(diskOrder(plan, disk, options.limitKibPerSecond));
        return [on(phase ?? 'verifying', source.name, compare)];
      }
      return digests(plan, phase ?? 'verifying', from, to);
    }),
  ];
}

function stopping({ server, source, options }: Plan): readonly PlannedCommand[] {
  if (!server.running) return [];
  const limit = String(options.stopTimeoutSeconds);
  return [
    atCloud('stopping', 'stop', server.id),
    on('stopping', source.name, `virsh destroy ${server.id}  # only if it is not off after ${limit} s`),
  ];
}

function flattening(plan: Plan): readonly PlannedCommand[] {
  const live = flattenedLive(plan);
  const { name } = plan.source;
  return plan.disks
    .filter((disk) => disk.strategy === 'flatten' && !live.includes(disk))
    .flatMap((disk) => [host.makeStage(plan, name), ...host.flatten(plan, disk)])
    .map((command) => on('preparing', name, command));
}

function freezing(plan: Plan): readonly PlannedCommand[] {
  const { name } = plan.source;
  const live = liveDisks(plan);
  const again = live.length > 0 ? [host.nameDisksAgain(plan)] : [];
  return [
    ...again,
    ...layered(plan).flatMap((disk) => [host.makeStage(plan, name), ...host.layer(plan, disk)]),
  ].map((command) => on('preparing', name, command));
}

function moving(plan: Plan, ports: Ports<Fact>): readonly PlannedCommand[] {
  const live = liveDisks(plan);
  return copies(
    plan,
    ports,
    copiedByUs(plan).filter((disk) => !live.includes(disk)),
  );
}

/** Only of what Nova is to find in its place. */
function placing(plan: Plan): readonly PlannedCommand[] {
  if (plan.route !== 'seed') return [];
  const { name, instancesPath } = plan.destination;
  const directory = instanceDirectory(instancesPath, plan.server.id);
  return host.place(plan, directory, copiedByUs(plan)).map((command) => on('handing-over', name, command));
}

function handingOver({ route, server, destination }: Plan): readonly PlannedCommand[] {
  return [
    ...(route !== 'nova' && server.running
      ? [atCloud('handing-over', 'set', '--state', 'active', server.id)]
      : []),
    atCloud('handing-over', 'migrate', '--host', destination.name, server.id),
  ];
}

function proving(plan: Plan): readonly PlannedCommand[] {
  const { server, source, destination } = plan;
  const [left, right] = [
    resizeDirectory(source.instancesPath, server.id),
    instanceDirectory(destination.instancesPath, server.id),
  ];
  return provenAfterwards(plan).flatMap(({ name }) =>
    digests(plan, 'verifying', `${left}/${name}`, `${right}/${name}`),
  );
}

function confirming(plan: Plan): readonly PlannedCommand[] {
  const { route, server, source, destination } = plan;
  return [
    atCloud('confirming', 'migration', 'confirm', server.id),
    ...(route === 'nova' && server.running ? [atCloud('confirming', 'start', server.id)] : []),
    ...layered(plan).map((disk) => on('confirming', destination.name, host.merge(plan, disk))),
    atCloud('confirming', 'unlock', server.id),
    ...[source.name, destination.name].flatMap((where) => host.tidy(plan, where)),
  ];
}
