import type { BaseAtDestination } from '../../domain/disk-plan.ts';
import type { Fact } from '../../domain/facts.ts';
import type { FileState, InstanceOnHost } from '../../domain/host.ts';
import { fileName } from '../../domain/naming.ts';
import type { BasePlan, FileMark } from '../../domain/plan.ts';
import type { DigestAlgorithm, Ports } from '../../domain/ports.ts';
import { formatBytes } from '../../domain/units.ts';

export interface BasesSeen {
  readonly atDestination: ReadonlyMap<string, BaseAtDestination>;
  readonly sizes: ReadonlyMap<string, number>;
  /** Of those that both hosts have. */
  readonly compared: ReadonlyMap<string, NonNullable<BasePlan['compared']>>;
}

/** Compares every base of the instance with what the destination has under the same path: by size, then by digest. */
export async function compareBases(
  ports: Ports<Fact>,
  planId: string,
  source: InstanceOnHost,
  destinationHost: string,
  algorithm: DigestAlgorithm,
  tell: (message: string) => void,
  signal: AbortSignal,
): Promise<BasesSeen> {
  const disks = source.directory?.disks.filter((disk) => disk.role !== 'swap') ?? [];
  const paths = [...new Set(disks.flatMap((disk) => disk.chain.slice(1).map((link) => link.path)))];
  const [here, there] = await Promise.all([
    ports.hypervisors.stat(source.host, paths, signal),
    ports.hypervisors.stat(destinationHost, paths, signal),
  ]);
  const compare = async (path: string, index: number): Promise<BaseAtDestination> => {
    const [ours, theirs] = [here[index], there[index]];
    if (theirs === undefined) return 'absent';
    if (ours?.sizeBytes !== theirs.sizeBytes) return 'differs';
    const order = { migrationId: planId, path, algorithm, written: false, shared: true };
    tell(`Comparing the base ${fileName(path)} on both hosts (${formatBytes(ours.sizeBytes)})`);
    ports.log({ level: 'info', message: `comparing base ${path} on both hosts`, host: source.host });
    const [left, right] = await Promise.all([
      ports.transfer.digest({ ...order, name: `base-${String(index)}.source`, host: source.host }, signal),
      ports.transfer.digest(
        { ...order, name: `base-${String(index)}.destination`, host: destinationHost },
        signal,
      ),
    ]);
    return left.digest === right.digest ? 'equal' : 'differs';
  };
  try {
    const verdicts = await Promise.all(paths.map(compare));
    return {
      atDestination: new Map(paths.map((path, index) => [path, verdicts[index] ?? 'differs'])),
      sizes: new Map(
        paths.flatMap((path, index) =>
          here[index] === undefined ? [] : [[path, here[index].sizeBytes] as const],
        ),
      ),
      compared: new Map(
        paths.flatMap((path, index) => {
          const [source, destination] = [here[index], there[index]];
          if (source === undefined || destination === undefined) return [];
          return [[path, { source: markOf(source), destination: markOf(destination) }] as const];
        }),
      ),
    };
  } finally {
    await Promise.all([source.host, destinationHost].map((host) => ports.transfer.forget(host, planId)));
  }
}

function markOf({ inode, sizeBytes, mtimeSeconds }: FileState): FileMark {
  return { inode, sizeBytes, mtimeSeconds };
}
