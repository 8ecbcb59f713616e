import type { DiskFile, InstanceOnHost } from '../../domain/host.ts';
import type { Refusals } from '../../domain/interlocks.ts';
import { chainAfterMerge, layerPaths, type DiskPlan, type Plan } from '../../domain/plan.ts';

/** What is sure to be left of the end of a process's words (services/hypervisor/instance.ts cuts them in the middle). */
const TOLD_CHARACTERS = 60;

export function fileOf({ directory }: InstanceOnHost, { name }: DiskPlan): DiskFile | undefined {
  return directory?.disks.find((file) => file.name === name);
}

/** Paths of what the disk stands on, nearest first. */
export function chainOf(here: InstanceOnHost, disk: DiskPlan): readonly string[] {
  return (fileOf(here, disk)?.chain ?? []).slice(1).map(({ path }) => path);
}

/** True if the disk stands on what the plan has for it, and on nothing else. */
export function isMerged(plan: Plan, here: InstanceOnHost, disk: DiskPlan): boolean {
  const file = fileOf(here, disk);
  if (file === undefined || file.problem !== undefined || file.chain.length === 0) return false;
  return equal(chainOf(here, disk), chainAfterMerge(plan, disk, here.host));
}

/** True if the disk is an overlay on a layer of its own, whatever lies below that. */
export function standsOnLayer(plan: Plan, here: InstanceOnHost, disk: DiskPlan): boolean {
  return ownLayers(plan, here, disk).length > 0;
}

/** Those of the disk's layers that it stands on at once, nearest first. */
export function ownLayers(plan: Plan, here: InstanceOnHost, disk: DiskPlan): readonly string[] {
  const own = layerPaths(plan, disk.name);
  const below = chainOf(here, disk);
  const other = below.findIndex((path) => !own.includes(path));
  return other < 0 ? below : below.slice(0, other);
}

/**
 * Why the disk is not what a layered one must be: overlay, its layers, and what the plan has below them.
 *
 * @param layers - Which layers; left out, all that it has at the hand-over.
 */
export function notOnLayer(
  plan: Plan,
  here: InstanceOnHost,
  disk: DiskPlan,
  layers: readonly string[] = layerPaths(plan, disk.name),
): Refusals {
  const file = fileOf(here, disk);
  if (file === undefined) return [`${disk.name} is not on ${here.host} (G7)`];
  if (file.problem !== undefined) return [`${disk.name} on ${here.host}: ${file.problem}`];
  const below = chainOf(here, disk);
  const [overlay, ...rest] = file.chain;
  const own = rest.slice(0, layers.length);
  if (layers.length === 0 || !equal(below, [...layers, ...chainAfterMerge(plan, disk, here.host)]))
    return [
      `${disk.name} on ${here.host} stands on ${below.join(', ') || 'nothing'}, not on ${layers.length > 1 ? 'its layers' : 'its layer'} (G7)`,
    ];
  if (own.some((layer) => layer.virtualBytes !== overlay?.virtualBytes))
    return [`${disk.name} on ${here.host} has another size than its layer (G7)`];
  return own.some((layer, index) => below.length > index + 1 && layer.backingFormat === undefined)
    ? [`the layer of ${disk.name} on ${here.host} does not record the format of its base (F24)`]
    : [];
}

/** True if our own job, of before a restart, is at it. */
export function isMerging(here: InstanceOnHost, disk: DiskPlan): boolean {
  return here.openBy.some((process) => isOurMerge(process, disk));
}

/** The host without that job. */
export function withoutOurMerge(here: InstanceOnHost, disk: DiskPlan): InstanceOnHost {
  const others = (process: string): boolean => !isOurMerge(process, disk);
  return { ...here, openBy: here.openBy.filter(others), copyProcesses: here.copyProcesses.filter(others) };
}

/** A long command is told by its beginning and its end; the disk stands last. */
function isOurMerge(process: string, { path }: DiskPlan): boolean {
  return (
    /^\d+ \S*qemu-img (?:commit|compare) /.test(process) && process.endsWith(path.slice(-TOLD_CHARACTERS))
  );
}

function equal(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((path, index) => path === other[index]);
}
