import type { BaseAtDestination } from '../../domain/disk-plan.ts';
import type { Fact } from '../../domain/facts.ts';
import type { FileState, InstanceOnHost } from '../../domain/host.ts';
import { fileName } from '../../domain/naming.ts';
import type { BasePlan, FileMark } from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import type { DigestAlgorithm } from '../../domain/digest.ts';
import { formatBytes } from '../../domain/units.ts';
import { statesOf } from './file-states.ts';

export interface BasesSeen {
  readonly atDestination: ReadonlyMap<string, BaseAtDestination>;
  readonly sizes: ReadonlyMap<string, number>;
  /** Of those that both hosts have. */
  readonly compared: ReadonlyMap<string, NonNullable<BasePlan['compared']>>;
}

interface Pair {
  readonly path: string;
  readonly ours: FileState;
  readonly theirs: FileState;
}

/**
 * Compares every base of the instance with what the destination has under the same path: by size, then by digest, in one
 * command on each host.
 */
export async function compareBases(
  ports: Ports<Fact>,
  source: InstanceOnHost,
  destination: InstanceOnHost,
  algorithm: DigestAlgorithm,
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<BasesSeen> {
  const disks = source.directory?.disks.filter((disk) => disk.role !== 'swap') ?? [];
  const paths = [...new Set(disks.flatMap((disk) => disk.chain.slice(1).map((link) => link.path)))];
  const [here, there] = await Promise.all([
    statesOf(ports, source, paths, signal),
    statesOf(ports, destination, paths, signal),
  ]);
  const pairs = paths.flatMap((path, index): readonly Pair[] => {
    const [ours, theirs] = [here[index], there[index]];
    return ours === undefined || theirs === undefined ? [] : [{ path, ours, theirs }];
  });
  const equal = await equalOnes(
    ports,
    source.host,
    destination.host,
    pairs.filter(
      ({ path, ours, theirs }) =>
        ours.sizeBytes === theirs.sizeBytes && !beginOtherwise(path, source, destination),
    ),
    algorithm,
    tell,
    signal,
  );
  const verdict = (path: string, index: number): BaseAtDestination => {
    if (there[index] === undefined) return 'absent';
    return equal.has(path) ? 'equal' : 'differs';
  };
  return {
    atDestination: new Map(paths.map((path, index) => [path, verdict(path, index)])),
    sizes: new Map(here.flatMap((state) => (state === undefined ? [] : [[state.path, state.sizeBytes]]))),
    compared: new Map(
      pairs.map(({ path, ours, theirs }) => [path, { source: markOf(ours), destination: markOf(theirs) }]),
    ),
  };
}

async function equalOnes(
  ports: Ports<Fact>,
  source: string,
  destination: string,
  pairs: readonly Pair[],
  algorithm: DigestAlgorithm,
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (pairs.length === 0) return new Set();
  const paths = pairs.map(({ path }) => path);
  const bytes = pairs.reduce((sum, { ours }) => sum + ours.sizeBytes, 0);
  const names = paths.map(fileName).join(', ');
  tell(
    `Comparing ${paths.length === 1 ? 'the base' : 'the bases'} ${names} on both hosts (${formatBytes(bytes)})`,
  );
  for (const path of paths)
    ports.log({ level: 'info', message: `comparing base ${path} on both hosts`, host: source });
  const digests = (host: string): Promise<readonly string[]> =>
    ports.transfer.digestBases({ host, paths, algorithm }, signal);
  const [left, right] = await Promise.all([digests(source), digests(destination)]);
  // What has no digest is equal to nothing.
  return new Set(paths.filter((_, index) => left[index] !== undefined && left[index] === right[index]));
}

/** Told apart by their first bytes, a file system of many GiB need not be read. */
function beginOtherwise(path: string, source: InstanceOnHost, destination: InstanceOnHost): boolean {
  const [here, there] = [source, destination].map(({ close }) => close?.baseHeads.get(path));
  return here !== undefined && there !== undefined && here !== there;
}

function markOf({ inode, sizeBytes, mtimeSeconds }: FileState): FileMark {
  return { inode, sizeBytes, mtimeSeconds };
}
