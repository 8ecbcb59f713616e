import { unreachable } from './failure.ts';
import type { ChainLink, DiskFile } from './host.ts';
import { baseDirectory, fileName } from './naming.ts';
import type { BasePlan, DiskPlan } from './plan.ts';

/** What the destination has under the path of a base. */
export type BaseAtDestination = 'absent' | 'equal' | 'differs';

export interface DiskPlanContext {
  readonly instancesPath: string;
  /** `sha1(image id)`: the name that Nova gives the image's base (nova/virt/libvirt/imagecache.py:44-52). */
  readonly imageBaseName: string | undefined;
  /** By absolute path of the base. */
  readonly basesAtDestination: ReadonlyMap<string, BaseAtDestination>;
  /** Size of each base file on the source, by absolute path, in bytes. */
  readonly baseSizes: ReadonlyMap<string, number>;
  /** The files that were compared, by path. */
  readonly basesCompared?: ReadonlyMap<string, NonNullable<BasePlan['compared']>>;
}

/** Decides what is done with one disk file, and says why. */
export function planDisk(disk: DiskFile, context: DiskPlanContext): DiskPlan {
  const [top, base, ...deeper] = disk.chain;
  const common = {
    name: disk.name,
    role: disk.role,
    path: disk.path,
    format: top?.format ?? 'raw',
    virtualBytes: top?.virtualBytes ?? disk.sizeBytes,
    allocatedBytes: disk.allocatedBytes,
    chain: disk.chain.slice(1).map((link) => link.path),
  };
  const flatten = (reason: string): DiskPlan => ({
    ...common,
    strategy: 'flatten',
    reason,
    bytesToMove: flattenedBytes(disk.chain),
  });

  if (disk.role === 'swap') {
    return {
      ...common,
      strategy: 'remake',
      reason: 'swap holds nothing while the instance is off; Nova makes it new',
      bytesToMove: 0,
    };
  }
  if (base === undefined)
    return { ...common, strategy: 'whole', reason: 'has no backing file', bytesToMove: disk.sizeBytes };
  if (deeper.length > 0) return flatten(`its chain has ${String(disk.chain.length)} files, Nova's have two`);
  const odd = oddBase(disk, base, context);
  if (odd !== undefined) return flatten(odd);
  const overlay = { ...common, strategy: 'overlay' as const, bytesToMove: disk.sizeBytes };
  const there = context.basesAtDestination.get(base.path);
  switch (there) {
    case 'equal':
      return { ...overlay, reason: 'the destination has the same base, byte for byte' };
    case 'absent':
      return { ...overlay, reason: 'its base is copied first, before the instance is stopped' };
    case 'differs':
      return flatten(
        `the destination holds another file under the name of its base (${fileName(base.path)})`,
      );
    case undefined:
      return flatten('it is not known what the destination holds under the name of its base');
    default:
      return unreachable(there);
  }
}

/** Why a base cannot be trusted to be found again by Nova; `undefined` if it can. */
function oddBase(disk: DiskFile, base: ChainLink, context: DiskPlanContext): string | undefined {
  if (base.path !== `${baseDirectory(context.instancesPath)}/${fileName(base.path)}`) {
    return `its base lies outside Nova's image cache (${base.path})`;
  }
  if (disk.role !== 'root' || context.imageBaseName === undefined) return undefined;
  const name = fileName(base.path);
  // Old releases keep one resized base a flavor: <sha1>_<GiB> (nova/virt/libvirt/imagebackend.py:707-731).
  if (name === context.imageBaseName || name.startsWith(`${context.imageBaseName}_`)) return undefined;
  return `its base ${name} is not the one of the instance's image (lp#1732428)`;
}

/** At most everything that the chain holds; holes of the guest's data stay holes. */
function flattenedBytes(chain: readonly ChainLink[]): number {
  const sum = chain.reduce((bytes, link) => bytes + link.allocatedBytes, 0);
  return Math.min(sum, chain[0]?.virtualBytes ?? sum);
}

/** The bases that the overlays need at the destination, each once. */
export function planBases(
  disks: readonly DiskFile[],
  plans: readonly DiskPlan[],
  context: DiskPlanContext,
): readonly BasePlan[] {
  const wanted = new Map<string, ChainLink>();
  for (const disk of disks) {
    const plan = plans.find((candidate) => candidate.name === disk.name);
    const base = disk.chain.at(-1);
    if (base === undefined || disk.chain.length < 2 || plan?.strategy === 'remake') continue;
    // Nova wants the image's base also under a flattened disk (docs/handbook/nova.md, what travels), unless something has that name already.
    if (plan?.strategy === 'overlay' || context.basesAtDestination.get(base.path) === 'absent')
      wanted.set(base.path, base);
  }
  return [...wanted.values()]
    .filter((base) => base.path.startsWith(`${baseDirectory(context.instancesPath)}/`))
    .map((base) => {
      const present = context.basesAtDestination.get(base.path) === 'equal';
      const compared = present ? context.basesCompared?.get(base.path) : undefined;
      return {
        ...(compared !== undefined && { compared }),
        path: base.path,
        sizeBytes: context.baseSizes.get(base.path) ?? base.virtualBytes,
        allocatedBytes: base.allocatedBytes,
        format: base.format,
        action: present ? ('present' as const) : ('stage' as const),
        reason: present ? 'equal on both hosts' : 'missing at the destination',
      };
    });
}
