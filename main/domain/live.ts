import type { DiskFile, InstanceOnHost } from './host.ts';
import { layerPaths, liveDisks, type Plan } from './plan.ts';

/**
 * The instance at its source as it was before its disks were frozen while it ran: without our layers between a disk and what
 * it stands on, and with the usual names where its domain has those of the stage. So that one can ask whether anything else
 * has changed.
 */
export function asBeforeTheFreeze(plan: Plan, here: InstanceOnHost): InstanceOnHost {
  const disks = liveDisks(plan);
  if (disks.length === 0) return here;
  const { secondNames, ...rest } = here;
  const { directory, domainFiles } = rest;
  const usual = new Map(
    disks.flatMap((disk) => layerPaths(plan, disk.name).map((path) => [path, disk.path] as const)),
  );
  const others = (secondNames ?? []).filter((path) => !usual.has(path));
  const without = (file: DiskFile): DiskFile => ({
    ...file,
    chain: file.chain.filter(({ path }, index) => index === 0 || !usual.has(path)),
  });
  return {
    ...rest,
    ...(directory !== undefined && { directory: { ...directory, disks: directory.disks.map(without) } }),
    ...(others.length > 0 && { secondNames: others }),
    ...(domainFiles !== undefined && {
      domainFiles: [...new Set(domainFiles.map((path) => usual.get(path) ?? path))],
    }),
  };
}
