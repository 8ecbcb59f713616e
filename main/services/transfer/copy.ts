import { Failure } from '../../domain/failure.ts';
import { showCommand } from '../../domain/naming.ts';
import type { Clock, Hosts } from '../../domain/ports.ts';
import type { CopyOrder, Transfer } from '../../domain/transfer.ts';
import { checkAddress, checkPath, checkUser, jobName } from '../jobs/ids.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { runScript } from '../jobs/run-script.ts';
import { explainJob } from './explain.ts';
import { readCopied } from './progress.ts';
import { rsyncCommand } from './rsync-options.ts';
import { runJob } from './run-job.ts';
import { WRITERS_SCRIPT } from './scripts/look.ts';
import { describeStream, mayStream, streamCommand } from './stream.ts';

/** How long the far end of an earlier copy gets to notice that its line is gone. */
const WRITER_LOOKS = 90;
const WRITER_LOOK_MS = 1_000;

/** A file at one end of a copy; without `bytes` it is not there. */
interface Look {
  readonly bytes: number | undefined;
  readonly writers: readonly string[];
}

export interface CopyTools {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly jobs: Jobs;
}

/**
 * Makes `Transfer.copy`: one job on the source, straight to the destination. The whole goes as plain bytes, what is left of it by
 * rsync (docs/adr/0016).
 */
export function createCopy({ hosts, clock, jobs }: CopyTools): Transfer['copy'] {
  return async function copy(order, onBytes, signal, reorder) {
    check(order);
    const key = { migrationId: order.migrationId, name: jobName('copy', order.disk) };
    const what = `The copy of ${order.disk} from ${order.sourceHost} to ${order.destHost}`;
    const [state, first] = await Promise.all([
      jobs.status(order.sourceHost, key, signal),
      look(order.destHost, order.toPath, signal),
    ]);
    const alone = state.kind === 'running' ? { there: true } : await waitForWriters(order, signal, first);

    const run = (argv: readonly string[]): ReturnType<typeof runJob> =>
      runJob(
        jobs,
        order.sourceHost,
        key,
        {
          argv,
          user: order.user,
          // Neither what the destination has already nor how the bytes go is part of what was ordered.
          order: rsyncCommand(order, false),
          beforeReplace: () => waitForWriters(order, signal),
        },
        async (chunks) => {
          for await (const bytes of readCopied(chunks)) onBytes(bytes);
        },
        signal,
        reorder,
      );
    const streams = mayStream(order, alone.there);
    let end = await run(streams ? streamCommand(order) : rsyncCommand(order, alone.there));
    // An old dd, or a login that may do nothing but rsync: nothing has come of it.
    if (streams && end.code !== 0 && !(await waitForWriters(order, signal)).there)
      end = await run(rsyncCommand(order, false));
    if (end.code !== 0) throw explainJob(what, end.code, end.stderr);
    const [source, dest] = await Promise.all([
      look(order.sourceHost, order.fromPath, signal),
      look(order.destHost, order.toPath, signal),
      // Taken: were the record found again, files that changed since would pass for copied.
      jobs.discard(order.sourceHost, key, signal),
    ]);
    if (source.bytes === undefined || source.bytes !== dest.bytes) {
      throw new Failure(
        'job.failed',
        `${what} ended well, but the source has ${told(source.bytes)} and the destination has ${told(dest.bytes)}.`,
        { hint: 'Look who else changes these files, then start again.', passing: end.found },
      );
    }
    onBytes(source.bytes);
    return { bytes: source.bytes, seconds: end.seconds };
  };

  /** A second writer on the same file would spoil it, even one that is only about to notice that it is alone. */
  async function waitForWriters(
    order: CopyOrder,
    signal: AbortSignal,
    first?: Look,
  ): Promise<{ readonly there: boolean }> {
    for (let looks = 1, seen = first; ; looks += 1, seen = undefined) {
      const { bytes, writers } = seen ?? (await look(order.destHost, order.toPath, signal));
      if (writers.length === 0) return { there: bytes !== undefined };
      if (looks === WRITER_LOOKS) {
        throw new Failure(
          'job.failed',
          `${order.toPath} on ${order.destHost} is being written by another process (${writers.join(', ')}).`,
          { hint: `On ${order.destHost}: ps -fp ${writers.join(',')}`, passing: true },
        );
      }
      await clock.wait(WRITER_LOOK_MS, signal);
    }
  }

  async function look(host: string, path: string, signal: AbortSignal): Promise<Look> {
    const said = await runScript(hosts.shell(host), 'look at the file', WRITERS_SCRIPT, [path], { signal });
    const [bytes = '', ...writers] = said.split('\0');
    return { bytes: bytes === '' ? undefined : Number(bytes), writers: writers.filter((pid) => pid !== '') };
  }
}

export function describeCopy(order: CopyOrder): string {
  return mayStream(order, false) ? describeStream(order) : showCommand(rsyncCommand(order, false));
}

function check(order: CopyOrder): void {
  checkPath(order.fromPath);
  checkPath(order.toPath);
  checkAddress(order.destAddress);
  checkUser(order.user);
  const limit = order.limitKibPerSecond;
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new Failure('bad-request', `${String(limit)} is no bandwidth limit in whole KiB a second.`);
  }
}

function told(bytes: number | undefined): string {
  return bytes === undefined ? 'no such file' : `${bytes.toString()} bytes`;
}
