import type { DiskFile, InstanceDirectory } from '../host.ts';
import type { Action } from './action.ts';
import { rootOf, type CaseFile } from './case-file.ts';
import type { Evidence } from './evidence.ts';

/** What a comparison said; `unknown` if none was made. */
export type Compared = 'equal' | 'differs' | 'unknown';

/** What the newest comparison of two files said. */
export function isCompared(
  { comparisons }: Pick<Evidence, 'comparisons'>,
  sourcePath: string,
  destinationPath: string,
): Compared {
  const made = comparisons
    .filter((each) => each.sourcePath === sourcePath && each.destinationPath === destinationPath)
    .sort((left, right) => right.atMs - left.atMs)[0];
  if (made === undefined) return 'unknown';
  return made.equal ? 'equal' : 'differs';
}

/** Where Nova has put the source's disks, or still has them. */
export function originOf({ source }: CaseFile): InstanceDirectory | undefined {
  return source?.instance.resizeDirectory ?? source?.instance.directory;
}

/** Nova makes the swap anew at the destination, so it is never equal, and nobody misses it. */
function travelling(from: InstanceDirectory | undefined): readonly DiskFile[] {
  return (from?.disks ?? []).filter(({ role }) => role !== 'swap');
}

/** Of all disks of the source together: one that differs is enough, and one that was not compared, too. */
export function comparedOf(file: CaseFile): Compared {
  const [from, to] = [originOf(file), file.destination?.instance.directory];
  const said = travelling(from).map((disk): Compared => {
    const there = to?.disks.find(({ name }) => name === disk.name);
    return there === undefined ? 'unknown' : isCompared(file.evidence, disk.path, there.path);
  });
  if (said.includes('differs')) return 'differs';
  return said.length === 0 || said.includes('unknown') ? 'unknown' : 'equal';
}

/**
 * True if every disk of the destination was compared with the source's and is equal; or Coldhaul proved the copy of the
 * migration that is undecided, before anything ran on it.
 */
export function isProvenBefore(file: CaseFile): boolean {
  const { evidence, destination, record } = file;
  const [own] = evidence.own;
  if (
    own !== undefined &&
    own.isProven &&
    own.isOpen &&
    record !== undefined &&
    own.source === record.sourceCompute &&
    own.destination === record.destCompute
  )
    return true;
  const hasBoth =
    rootOf(originOf(file)) !== undefined && rootOf(destination?.instance.directory) !== undefined;
  return hasBoth && comparedOf(file) === 'equal';
}

/** Reasons why reading both sides would tell nothing, but for what goes on there just now. */
export function incomparable(file: CaseFile): readonly string[] {
  const [from, to] = [originOf(file), file.destination?.instance.directory];
  if (rootOf(from) === undefined || rootOf(to) === undefined)
    return ['there are no two root disks to compare'];
  return travelling(from).flatMap(({ name, chain }) => {
    const there = to?.disks.find((disk) => disk.name === name);
    if (there === undefined) return [`the destination has no ${name} to compare with`];
    if (chain.length === 0 || there.chain.length === 0) return [];
    return chain.length === there.chain.length
      ? []
      : [
          `${name} lies on another number of layers there, so its bytes differ even where the guest’s data do not`,
        ];
  });
}

/** Reading both sides, where that was not done yet and can tell something. */
export function compareOnce(file: CaseFile): readonly Action[] {
  return comparedOf(file) === 'unknown' && incomparable(file).length === 0 ? [{ kind: 'compare' }] : [];
}

/** A copy that holds under this part of what the other holds was hardly given it all. */
const TOO_LITTLE = 1 / 4;
/** Below this, sizes tell nothing. */
const TELLING_BYTES = 8 * 1024 ** 2;

/** True if a disk takes up so much less than the other that it can hold nothing but the image. */
export function isFarSmaller(disk: DiskFile, other: DiskFile): boolean {
  return other.allocatedBytes >= TELLING_BYTES && disk.allocatedBytes < other.allocatedBytes * TOO_LITTLE;
}
