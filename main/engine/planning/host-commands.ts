import { pinnedName, printable, showCommand, stagedBaseName, stageDirectory } from '../../domain/naming.ts';
import {
  chainAfterMerge,
  layered,
  layerPaths,
  liveDisks,
  type DiskPlan,
  type Plan,
  type PlannedCommand,
} from '../../domain/plan.ts';
import { basesOf } from '../steps/bases.ts';
import { stagedPath, waysOf } from '../steps/copying.ts';
import { layerPath } from '../steps/layer-path.ts';

/** What is done with files on the hosts beside the copies, as one would type it. services/hypervisor/scripts do the same, safe to repeat. */

const LOCKS = '/run/coldhaul/locks';
const JOBS = '/run/coldhaul/jobs';

/** Commands that belong together, the next only if the one before succeeded. */
export function chain(...commands: readonly (readonly string[])[]): string {
  return commands.map(showCommand).join(' && ');
}

/** A directory as Nova makes its own: with owner and mode. */
function ownDirectory(path: string, user: string, mode: string): readonly (readonly string[])[] {
  return [
    ['mkdir', '-p', path],
    ['chown', `${user}:`, path],
    ['chmod', mode, path],
  ];
}

/** Against a second Coldhaul; the file says who has it. */
export function takeLock(plan: Plan): string {
  const lock = `${LOCKS}/${plan.server.id}`;
  return chain(['mkdir', '-p', LOCKS], ['ln', '-T', `${LOCKS}/.new`, lock]);
}

/** Where copies wait, and where names are kept; only nova may look into it. */
export function makeStage({ server, source, destination }: Plan, host: string): string {
  const { instancesPath, novaUser } = host === source.name ? source : destination;
  return chain(
    ...ownDirectory(`${instancesPath}/_coldhaul`, novaUser, '0755'),
    ...ownDirectory(stageDirectory(instancesPath, server.id), novaUser, '0711'),
  );
}

/** A second name for a base, so that the image cache cannot take it away. */
export function pin({ source, server }: Plan, path: string): string {
  const pinned = `${stageDirectory(source.instancesPath, server.id)}/${pinnedName(path)}`;
  return chain(['touch', '-c', path], ['ln', '-T', path, pinned]);
}

/** Gives a proven base its name, never over another file. */
export function publish(plan: Plan, path: string): string {
  const staged = stagedPath(plan, stagedBaseName(path));
  const { novaUser } = plan.destination;
  return chain(
    ...ownDirectory(path.slice(0, path.lastIndexOf('/')), novaUser, '0755'),
    ['chown', `${novaUser}:`, staged],
    ['chmod', '0644', staged],
    ['touch', staged],
    ['ln', '-T', staged, path],
    ['rm', '-f', staged],
  );
}

/** One file of a chain, compared with it. */
function flattened(path: string, format: string, flat: string): readonly string[] {
  const part = `${flat}.part`;
  return [
    chain(['qemu-img', 'convert', '-p', '-t', 'writeback', '-f', format, '-O', 'qcow2', path, part]),
    chain(['qemu-img', 'compare', '-p', '-f', format, '-F', 'qcow2', path, part]),
    chain(['mv', '-f', '-T', part, flat]),
  ];
}

/** The same of a layer that was frozen live: it travels in place of the layer. */
export function flattenLayer(plan: Plan, disk: DiskPlan): readonly string[] {
  return flattened(layerPath(plan, disk.name), disk.format, waysOf(plan, disk).from);
}

/** One file of a chain, compared with it, in its place; the original keeps a name. */
export function flatten({ source, server }: Plan, disk: DiskPlan): readonly string[] {
  const stage = stageDirectory(source.instancesPath, server.id);
  const [flat, kept] = [`${stage}/${disk.name}.flat`, `${stage}/${disk.name}.before-flatten`];
  return [
    ...flattened(disk.path, disk.format, flat),
    chain(['ln', '-T', disk.path, kept]),
    chain(
      ['chown', `--reference=${kept}`, flat],
      ['chmod', `--reference=${kept}`, flat],
      ['mv', '-f', '-T', flat, disk.path],
    ),
  ];
}

/** The disk gets a second name as the frozen layer, and an empty overlay takes its first one by a single rename. */
export function layer(plan: Plan, disk: DiskPlan): readonly string[] {
  const stage = stageDirectory(plan.source.instancesPath, plan.server.id);
  const [frozen = ''] = layerPaths(plan, disk.name);
  const overlay = `${stage}/.coldhaul-overlay.${disk.name}`;
  // What was frozen while it ran has that name already.
  return [
    ...(isLive(plan, disk) ? [] : [chain(['ln', '-T', disk.path, frozen])]),
    chain(
      ['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', frozen, overlay],
      ['chown', `--reference=${disk.path}`, overlay],
      ['chmod', `--reference=${disk.path}`, overlay],
      ['sync', overlay, frozen, stage],
      ['mv', '-f', '-T', overlay, disk.path],
    ),
  ];
}

function isLive(plan: Plan, { name }: DiskPlan): boolean {
  return liveDisks(plan).some((disk) => disk.name === name);
}

/** While it runs: overlays are made, one snapshot has QEMU write to them, and then they take the names of the disks. */
export function freezeLive(plan: Plan, disks: readonly DiskPlan[]): readonly string[] {
  const specs = disks.flatMap(({ name }) => {
    const [live = ''] = layerPaths(plan, name);
    return ['--diskspec', `<target of ${name}>,file=${live},snapshot=external`];
  });
  const words = ['--disk-only', '--atomic', '--no-metadata', '--reuse-external', '--quiesce', ...specs];
  const others = '# with snapshot=no for every other disk; without --quiesce if there is no agent';
  return [
    ...disks.map((disk) => {
      const [live = '', frozen = ''] = layerPaths(plan, disk.name);
      return chain(
        ['ln', '-T', disk.path, frozen],
        [
          'qemu-img',
          'create',
          '-q',
          '-u',
          '-f',
          'qcow2',
          '-F',
          'qcow2',
          '-b',
          frozen,
          live,
          String(disk.virtualBytes),
        ],
      );
    }),
    `${showCommand(['virsh', 'snapshot-create-as', plan.server.id, ...words])}  ${others}`,
    ...disks.map((disk) => {
      const [live = ''] = layerPaths(plan, disk.name);
      return chain(['ln', '-T', live, `${live}.name`], ['mv', '-f', '-T', `${live}.name`, disk.path]);
    }),
  ];
}

/** libvirt has written the names in the stage into its definition; Nova copies by what it finds there. */
export function nameDisksAgain(plan: Plan): string {
  return `${showCommand(['virsh', 'edit', plan.server.id])}  # its disks get their usual paths again`;
}

/** The layer goes back into its disk, by QEMU if it runs; if it was off all along, by its name. */
export function merge(plan: Plan, disk: DiskPlan): string {
  const [base] = chainAfterMerge(plan, disk, plan.destination.name);
  if (!plan.server.running) return chain(['mv', '-f', '-T', layerPath(plan, disk.name), disk.path]);
  const onto = base === undefined ? [] : ['--base', base];
  const pull = chain(['virsh', 'blockpull', plan.server.id, disk.path, ...onto, '--wait']);
  const off = chain(
    ...layerPaths(plan, disk.name).flatMap((layer) => [
      ['qemu-img', 'commit', '-d', '-f', 'qcow2', '-b', layer, disk.path],
      ['qemu-img', 'compare', layer, disk.path],
      ['mv', '-f', '-T', layer, disk.path],
    ]),
  );
  // A line end in a name would end the comment, too.
  return `${pull}  # if it is off by then: ${printable(off)}`;
}

/** The proven files under the names where Nova looks for them, in a directory like Nova's own. */
export function place(plan: Plan, directory: string, disks: readonly DiskPlan[]): readonly string[] {
  return [
    chain(...ownDirectory(directory, plan.destination.novaUser, '0755')),
    ...disks.map(({ name }) => chain(['ln', '-T', stagedPath(plan, name), `${directory}/${name}`])),
  ];
}

/** Everything is given back; a file that has no other name stays, with its directory, under a name that tells of it. */
export function tidy(plan: Plan, where: string): readonly PlannedCommand[] {
  const { server, source, disks, id } = plan;
  const stage = stageDirectory(source.instancesPath, server.id);
  const flattened = disks.some((disk) => disk.strategy === 'flatten');
  const here = where === source.name;
  const bases = here ? basesOf(plan) : plan.bases.map((base) => base.path);
  const pins = bases.map((path) => `${stage}/${pinnedName(path)}`);
  // What is merged by its name leaves no layer there.
  const frozen = layered(plan).length > 0 && (here || plan.server.running);
  const stays = (here && flattened) || frozen;
  const made = !here || stays || pins.length > 0;
  const copies = here || plan.route !== 'seed' ? [] : disks.filter((disk) => disk.strategy !== 'remake');
  const names = [...pins, ...copies.map((disk) => stagedPath(plan, disk.name))];
  const commands = [
    chain(['rm', '-rf', `${JOBS}/${id}`]),
    ...(made && names.length > 0 ? [chain(['rm', '-f', ...names])] : []),
    ...(stays
      ? [`mv -n -T ${showCommand([stage])} ${showCommand([stage])}.kept-$(date -u +%Y%m%dT%H%M%SZ)`]
      : []),
    ...(made && !stays ? [chain(['rmdir', stage])] : []),
    chain(['rm', '-f', `${LOCKS}/${server.id}`]),
  ];
  return commands.map((command) => ({ phase: 'confirming', where, command }));
}
