import type { NewFact } from '../../domain/facts.ts';
import { notRunningOn, nothingHasItOpen, type Refusals } from '../../domain/interlocks.ts';
import { liveName } from '../../domain/naming.ts';
import { liveDisks, type Plan } from '../../domain/plan.ts';
import { refuse, say, type StepContext } from '../context.ts';
import { layerFile, layerPath } from './layer-path.ts';
import { isMarked } from './marks.ts';

/**
 * Makes the disk an empty overlay on a frozen layer of what it was. One after the other, so that none is in the way of the next.
 *
 * @param name - Of the disk; or of what it wrote after a live freeze, which becomes a second layer.
 */
export async function layer(context: StepContext, name: string): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { source, server } = state.plan;
  const here = await ports.hypervisors.instance(source.name, server.id, signal);
  refuse('the freeze', [...notRunningOn(here), ...nothingHasItOpen(here)]);
  const disk = diskBelow(state.plan, name);
  if (disk !== name) await ports.hypervisors.nameDisksAgain(source.name, server.id);
  // Not cut off by a cancel: what goes on by itself could take the disk from under a guest that runs again.
  const mark = await ports.hypervisors.layer(source.name, server.id, disk, layerFile(state.plan, name));
  say(
    context,
    `${disk} is frozen as ${layerPath(state.plan, name)}; the instance has an empty overlay on it`,
    {
      host: source.name,
      disk,
    },
  );
  return { type: 'disk-layered', disk: name, layer: mark };
}

/** The disk of the instance that a layer belongs to. */
function diskBelow(plan: Plan, name: string): string {
  return liveDisks(plan).find((disk) => liveName(disk.name) === name)?.name ?? name;
}

/** The layers of the source are the files that were frozen. */
export async function changedLayers(context: StepContext): Promise<Refusals> {
  const { ports, state, signal } = context;
  const { plan, layers } = state;
  const marks = Object.entries(layers);
  const paths = marks.map(([disk]) => layerPath(plan, disk));
  const now = await ports.hypervisors.stat(plan.source.name, paths, signal);
  return marks.flatMap(([disk, mark], index) =>
    isMarked(now[index], mark) ? [] : [`the layer of ${disk} changed on ${plan.source.name} (G7)`],
  );
}

/** The layers at the destination are the files that were proven. */
export async function changedLayersThere(context: StepContext): Promise<Refusals> {
  const { ports, state, signal } = context;
  const { plan, layers, verified } = state;
  const disks = Object.keys(layers);
  const paths = disks.map((disk) => layerPath(plan, disk));
  const now = await ports.hypervisors.stat(plan.destination.name, paths, signal);
  return disks.flatMap((disk, index) =>
    isMarked(now[index], verified[disk]?.destinationMark)
      ? []
      : [`the layer of ${disk} at ${plan.destination.name} is not the file that was proven (G7)`],
  );
}
