import type { DiskFile, InstanceOnHost } from '../../domain/host.ts';
import type { Refusals } from '../../domain/interlocks.ts';
import { chainAfterMerge, type DiskPlan, type Plan } from '../../domain/plan.ts';
import { layerPath } from './layer-path.ts';

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
export function isMerged(here: InstanceOnHost, disk: DiskPlan): boolean {
  const file = fileOf(here, disk);
  if (file === undefined || file.problem !== undefined || file.chain.length === 0) return false;
  return equal(chainOf(here, disk), chainAfterMerge(disk));
}

/** True if the disk is an overlay on its layer, whatever lies below that. */
export function standsOnLayer(plan: Plan, here: InstanceOnHost, disk: DiskPlan): boolean {
  return chainOf(here, disk)[0] === layerPath(plan, disk.name);
}

/** Why the disk is not what a layered one must be: overlay, layer, and what the plan has below it. */
export function notOnLayer(plan: Plan, here: InstanceOnHost, disk: DiskPlan): Refusals {
  const file = fileOf(here, disk);
  if (file === undefined) return [`${disk.name} is not on ${here.host} (G7)`];
  if (file.problem !== undefined) return [`${disk.name} on ${here.host}: ${file.problem}`];
  const below = chainOf(here, disk);
  const [overlay, layer] = file.chain;
  if (!equal(below, [layerPath(plan, disk.name), ...chainAfterMerge(disk)]))
    return [`${disk.name} on ${here.host} stands on ${below.join(', ') || 'nothing'}, not on its layer (G7)`];
  if (overlay?.virtualBytes !== layer?.virtualBytes)
    return [`${disk.name} on ${here.host} has another size than its layer (G7)`];
  return below.length > 1 && layer?.backingFormat === undefined
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
