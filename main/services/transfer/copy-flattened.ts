import { Failure } from '../../domain/failure.ts';
import type { CopyOrder, FlattenOnTheWay } from '../../domain/transfer.ts';
import { jobName } from '../jobs/ids.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { explainTunnel } from './explain-tunnel.ts';
import { readShares } from './progress.ts';
import { runJob } from './run-job.ts';
import { tunnelCommand } from './tunnel.ts';
import type { Writers } from './writers.ts';

/** `Transfer.copy` of what is flattened on its way. What was cut is begun again: only what is proven afterwards is believed. */
export function createCopyFlattened(
  jobs: Jobs,
  writers: Writers,
): (
  order: CopyOrder & { readonly flatten: FlattenOnTheWay },
  onBytes: (bytesDone: number) => void,
  signal: AbortSignal,
  reorder?: AbortSignal,
) => Promise<{ readonly bytes: number; readonly seconds: number }> {
  return async function copyFlattened(order, onBytes, signal, reorder) {
    const key = { migrationId: order.migrationId, name: jobName('copy', order.disk) };
    const what = `Flattening ${order.disk} on its way from ${order.sourceHost} to ${order.destHost}`;
    const state = await jobs.status(order.sourceHost, key, signal);
    if (state.kind !== 'running') await writers.wait(order, signal);
    const end = await runJob(
      jobs,
      order.sourceHost,
      key,
      {
        argv: tunnelCommand('copy', order),
        user: order.user,
        beforeReplace: () => writers.wait(order, signal),
      },
      async (chunks) => {
        for await (const share of readShares(chunks)) onBytes(Math.round(share * order.flatten.bytes));
      },
      signal,
      reorder,
    );
    if (end.code !== 0) throw explainTunnel(what, order, end);
    const [there] = await Promise.all([
      writers.look(order.destHost, order.toPath, signal),
      jobs.discard(order.sourceHost, key, signal),
    ]);
    if (there.bytes === undefined)
      throw new Failure('job.failed', `${what} ended well, but ${order.toPath} is not there.`, {
        hint: 'Look who else changes these files, then start again.',
        passing: end.found,
      });
    onBytes(there.bytes);
    return { bytes: there.bytes, seconds: end.seconds };
  };
}
