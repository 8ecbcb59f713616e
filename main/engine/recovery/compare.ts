import { randomUUID } from 'node:crypto';
import type { DiskFile } from '../../domain/host.ts';
import { Failure } from '../../domain/failure.ts';
import type { Fact } from '../../domain/facts.ts';
import { fileName } from '../../domain/naming.ts';
import type { FileMark } from '../../domain/plan.ts';
import type { Ports } from '../../domain/ports.ts';
import { sharedDigests, type DigestAlgorithm } from '../../domain/digest.ts';
import { openCase, type CaseFile, type Seen } from '../../domain/recovery/case-file.ts';
import type { Evidence } from '../../domain/recovery/evidence.ts';
import { forgetJobs } from './forget-jobs.ts';
import type { MadeComparison } from './gather.ts';

/**
 * Reads every disk of both hosts to the end, with the bases below it, and compares. Two overlays are equal only if what
 * they lie on is equal too, name by name.
 *
 * @throws Failure `migration.changed` if there is nothing to compare; what a job on a host fails with; `cancelled`.
 */
export async function compareDisks(
  ports: Ports<Fact>,
  evidence: Evidence,
  signal: AbortSignal,
): Promise<readonly MadeComparison[]> {
  const file = openCase(evidence);
  const { source, destination } = file;
  const from = source?.instance.resizeDirectory ?? source?.instance.directory;
  const to = destination?.instance.directory;
  if (source === undefined || destination === undefined || from === undefined || to === undefined)
    throw new Failure('migration.changed', 'there are no two sets of disks to compare');
  const algorithm = algorithmOf(file);
  const id = randomUUID();
  const digest = (seen: Seen, side: string, path: string, isShared: boolean): Promise<string> =>
    ports.transfer
      .digest(
        {
          migrationId: id,
          name: `${fileName(path)}.${side}`,
          host: seen.name,
          path,
          algorithm,
          written: true,
          shared: isShared,
        },
        signal,
      )
      .then((made) => made.digest);
  const chainDigests = async (seen: Seen, side: string, disk: DiskFile): Promise<readonly string[]> => {
    const paths = disk.chain.length === 0 ? [disk.path] : disk.chain.map(({ path }) => path);
    const digests: string[] = [];
    for (const [index, path] of paths.entries())
      digests.push(`${index === 0 ? '' : fileName(path)} ${await digest(seen, side, path, index > 0)}`);
    return digests;
  };
  try {
    const made: MadeComparison[] = [];
    for (const disk of from.disks.filter(({ role }) => role !== 'swap')) {
      const twin = to.disks.find(({ name }) => name === disk.name);
      if (twin === undefined) continue;
      const [ours, theirs] = await Promise.all([
        chainDigests(source, 'source', disk),
        chainDigests(destination, 'destination', twin),
      ]);
      const equal = ours.length === theirs.length && ours.every((each, index) => each === theirs[index]);
      ports.log({
        level: 'info',
        message: `${disk.name} is ${equal ? 'equal on' : 'different on'} ${source.name} and ${destination.name}`,
      });
      made.push({
        sourceHost: source.name,
        destinationHost: destination.name,
        sourceMark: markOf(disk),
        destinationMark: markOf(twin),
        sourcePath: disk.path,
        destinationPath: twin.path,
        equal,
        atMs: ports.clock.nowMs(),
      });
    }
    return made;
  } finally {
    await forgetJobs(ports, [source.name, destination.name], id);
  }
}

/** As it was read before the digests: what is written meanwhile makes the comparison void. */
function markOf({ inode, sizeBytes, mtimeSeconds }: DiskFile): FileMark {
  return { inode, sizeBytes, mtimeSeconds };
}

/** The fastest that every host which was read has. */
function algorithmOf({ evidence }: CaseFile): DigestAlgorithm {
  const known = evidence.sides.flatMap(({ told }) => (told.known ? [told.value.facts] : []));
  return sharedDigests(known)[0] ?? 'sha256sum';
}
