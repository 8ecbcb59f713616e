import { layerName, stageDirectory } from '../../domain/naming.ts';
import { tails, type Plan } from '../../domain/plan.ts';

/** Name in the stage of the layer that is known by this name: that of a disk, or that of what it wrote after a live freeze. */
export function layerFile(plan: Plan, name: string): string {
  return tails(plan).some((tail) => tail.name === name) ? name : layerName(name);
}

/** Path of the frozen layer: the same on both hosts, for the overlay names it. */
export function layerPath(plan: Plan, name: string): string {
  return `${stageDirectory(plan.source.instancesPath, plan.server.id)}/${layerFile(plan, name)}`;
}
