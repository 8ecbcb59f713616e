import { Failure } from '../../domain/failure.ts';
import type { Hosts } from '../../domain/ports.ts';
import type { Transfer } from '../../domain/transfer.ts';
import { jobName } from '../jobs/ids.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { runScript } from '../jobs/run-script.ts';
import { checkOrder } from './check-order.ts';
import { explainTunnel } from './explain-tunnel.ts';
import { readLines, shareIn } from './progress.ts';
import { runJob } from './run-job.ts';
import { IDENTITY_SCRIPT } from './scripts/look.ts';
import { allEqual } from './settled.ts';
import { tunnelCommand } from './tunnel.ts';

/** Before and after, and once more now. */
const LOOKS = 3;

/** Makes `Transfer.compareFlattened`. A comparison with an image that has changed since is never believed. */
export function createCompareFlattened({
  hosts,
  jobs,
}: {
  readonly hosts: Hosts;
  readonly jobs: Jobs;
}): Transfer['compareFlattened'] {
  return async function compareFlattened(order, onShare, signal, reorder) {
    checkOrder(order);
    const key = { migrationId: order.migrationId, name: jobName('compare', order.disk) };
    const what = `Comparing ${order.disk} at ${order.destHost} with its chain on ${order.sourceHost}`;
    const command = { argv: tunnelCommand('compare', order), user: order.user };
    for (;;) {
      const looks: string[] = [];
      const read = async (chunks: AsyncIterable<string>): Promise<void> => {
        for await (const line of readLines(chunks)) {
          const share = shareIn(line);
          if (share !== undefined) onShare(share);
          else if (line.startsWith('file ')) looks.push(line.slice('file '.length));
        }
      };
      const end = await runJob(jobs, order.sourceHost, key, command, read, signal, reorder);
      if (end.code !== 0) throw explainTunnel(what, order, end);
      const shell = hosts.shell(order.destHost);
      const now = await runScript(shell, 'look at the file', IDENTITY_SCRIPT, [order.toPath], { signal });
      await jobs.discard(order.sourceHost, key, signal);
      const all = [...looks, now.trimEnd()];
      if (all.length === LOOKS && allEqual(all)) return { seconds: end.seconds };
      // One that was there before may be of an older image; our own may not.
      if (!end.found)
        throw new Failure(
          'migration.changed',
          `${order.toPath} on ${order.destHost} changed while it was compared.`,
          {
            hint: `Look who writes to it: fuser -v on ${order.destHost}.`,
          },
        );
    }
  };
}
