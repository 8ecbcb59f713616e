import { Failure } from '../../domain/failure.ts';
import { showCommand } from '../../domain/naming.ts';
import type { Clock, Hosts } from '../../domain/ports.ts';
import type { CopyOrder, Transfer } from '../../domain/transfer.ts';
import { jobName } from '../jobs/ids.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { checkOrder } from './check-order.ts';
import { createCopyFlattened } from './copy-flattened.ts';
import { explainJob } from './explain.ts';
import { readCopied } from './progress.ts';
import { rsyncCommand } from './rsync-options.ts';
import { runJob } from './run-job.ts';
import { describeStream, mayStream, streamCommand } from './stream.ts';
import { describeFlattened } from './tunnel.ts';
import { createWriters } from './writers.ts';

export interface CopyTools {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly jobs: Jobs;
}

/**
 * Makes `Transfer.copy`: one job on the source, straight to the destination. The whole goes as plain bytes, what is left of it by
 * rsync (docs/adr/0016).
 */
export function createCopy(tools: CopyTools): Transfer['copy'] {
  const { jobs } = tools;
  const writers = createWriters(tools);
  const flattened = createCopyFlattened(jobs, writers);
  return async function copy(order, onBytes, signal, reorder) {
    checkOrder(order);
    if (order.flatten !== undefined)
      return flattened({ ...order, flatten: order.flatten }, onBytes, signal, reorder);
    const key = { migrationId: order.migrationId, name: jobName('copy', order.disk) };
    const what = `The copy of ${order.disk} from ${order.sourceHost} to ${order.destHost}`;
    const [state, first] = await Promise.all([
      jobs.status(order.sourceHost, key, signal),
      writers.look(order.destHost, order.toPath, signal),
    ]);
    const alone = state.kind === 'running' ? { there: true } : await writers.wait(order, signal, first);

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
          beforeReplace: () => writers.wait(order, signal),
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
    if (streams && end.code !== 0 && !(await writers.wait(order, signal)).there)
      end = await run(rsyncCommand(order, false));
    if (end.code !== 0) throw explainJob(what, end.code, end.stderr);
    const [source, dest] = await Promise.all([
      writers.look(order.sourceHost, order.fromPath, signal),
      writers.look(order.destHost, order.toPath, signal),
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
}

export function describeCopy(order: CopyOrder): string {
  if (order.flatten !== undefined) return describeFlattened(order);
  return mayStream(order, false) ? describeStream(order) : showCommand(rsyncCommand(order, false));
}

function told(bytes: number | undefined): string {
  return bytes === undefined ? 'no such file' : `${bytes.toString()} bytes`;
}
