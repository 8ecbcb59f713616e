import type { GoodCopy } from '../../domain/facts.ts';
import type { InstanceOnHost } from '../../domain/host.ts';
import type { Sight } from '../../domain/interlocks.ts';
import type { Migration } from '../../domain/migration.ts';
import { instanceDirectory, resizeDirectory, showCommand } from '../../domain/naming.ts';
import { copiedByUs, lasting, layered, layerPaths, travelling } from '../../domain/plan.ts';
import { describe } from '../context.ts';

/** Where the good copy is, told by inodes, digests and times, never by the status alone. */
export function whereItIs(
  state: Migration,
  { server, source, destination }: Sight,
): { readonly goodCopy: GoodCopy; readonly said: string } {
  const { plan } = state;
  const root = state.frozen?.find((file) =>
    plan.disks.some((disk) => disk.name === file.name && disk.role === 'root'),
  );
  const held = [source.directory, source.resizeDirectory].find((directory) =>
    directory?.disks.some((disk) => disk.inode === root?.inode),
  );
  const there = copyAt(state, destination);
  // What nobody compared is no good copy, however new it is.
  const used = there === 'newer' && isCompared(state) ? 'destination' : 'unknown';
  const nova = `Nova says ${describe(server)}.`;
  const B = plan.destination.name;
  const newer = `the guest ran on ${B} since, and its disks there are newer`;
  if (held === undefined) {
    const looked = `${instanceDirectory(plan.source.instancesPath, server.id)} and ${resizeDirectory(plan.source.instancesPath, server.id)}`;
    const words = { equal: `; a proven copy is on ${B}`, newer: `; ${newer}`, unknown: '' }[there];
    return {
      goodCopy: there === 'equal' ? 'destination' : used,
      said: `${nova} The source files were not found in ${looked} on ${plan.source.name}${words}. Touch nothing before that is understood.`,
    };
  }
  const layers = layered(plan).flatMap((disk) => layerPaths(plan, disk.name));
  const below = layers.length === 0 ? '' : `, on ${layers.join(' and ')}, which must stay`;
  const whole = `${nova} The source disks are whole in ${held.path} on ${plan.source.name}${below}`;
  if (there === 'newer')
    return {
      goodCopy: used,
      said: `${whole}, as they were when the instance had stopped, but ${newer}. Keep both, and touch nothing before that is understood.`,
    };
  return {
    goodCopy: there === 'equal' ? 'source and destination' : 'source',
    said: `${whole}${there === 'equal' ? `, and an equal copy is on ${B}` : ''}. Coldhaul touched nothing more. What leads out of it: ${showCommand(['coldhaul', 'diagnose', server.id])}`,
  };
}

/** `equal`: as it was proven, and not written to since. `newer`: a guest has used it. `unknown`: nothing is claimed. */
function copyAt(state: Migration, there: InstanceOnHost): 'equal' | 'newer' | 'unknown' {
  const { plan, frozen = [] } = state;
  if (there.domain === 'running' || there.domain === 'paused') return 'newer';
  const directory = there.directory ?? there.stage;
  // Of an overlay neither time nor size tells anything: Nova copies it anew.
  if (!isCompared(state) || directory === undefined || layered(plan).length > 0) return 'unknown';
  const pairs = lasting(plan).map(({ name }) => ({
    was: frozen.find((file) => file.name === name),
    now: directory.disks.find((file) => file.name === name),
  }));
  if (
    pairs.some(
      ({ was, now }) => was !== undefined && now !== undefined && now.mtimeSeconds > was.mtimeSeconds,
    )
  )
    return 'newer';
  const equal = pairs.every(
    ({ was, now }) =>
      was !== undefined && was.sizeBytes === now?.sizeBytes && was.mtimeSeconds === now.mtimeSeconds,
  );
  return equal && there.domain !== 'unknown' ? 'equal' : 'unknown';
}

function isCompared({ plan, verified }: Migration): boolean {
  const files = plan.route === 'nova' ? travelling(plan) : copiedByUs(plan);
  return files.every((disk) => verified[disk.name] !== undefined);
}
