import { rootOf, type CaseFile } from './case-file.ts';
import type { Evidence } from './evidence.ts';

/** What the newest comparison of two files said. */
export function isCompared(
  { comparisons }: Pick<Evidence, 'comparisons'>,
  sourcePath: string,
  destinationPath: string,
): 'equal' | 'differs' | 'unknown' {
  const made = comparisons
    .filter((each) => each.sourcePath === sourcePath && each.destinationPath === destinationPath)
    .sort((left, right) => right.atMs - left.atMs)[0];
  if (made === undefined) return 'unknown';
  return made.equal ? 'equal' : 'differs';
}

/**
 * True if every disk of the destination was compared with the source's and is equal; or Coldhaul proved the copy of the
 * migration that is undecided, before anything ran on it.
 */
export function isProvenBefore(file: CaseFile): boolean {
  const { evidence, source, destination, record } = file;
  const from = source?.instance.resizeDirectory ?? source?.instance.directory;
  const to = destination?.instance.directory;
  const [own] = evidence.own;
  if (
    own !== undefined &&
    own.isProven &&
    own.source === record?.sourceCompute &&
    own.destination === record.destCompute &&
    own.isOpen
  )
    return true;
  if (from === undefined || rootOf(to) === undefined || from.disks.length === 0) return false;
  return from.disks
    .filter(({ role }) => role !== 'swap')
    .every((disk) => {
      const there = to?.disks.find(({ name }) => name === disk.name);
      return there !== undefined && isCompared(evidence, disk.path, there.path) === 'equal';
    });
}
