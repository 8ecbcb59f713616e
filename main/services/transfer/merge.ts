import { Failure } from '../../domain/failure.ts';
import type { MergeOrder, Transfer } from '../../domain/transfer.ts';
import { checkPath, checkServerId, jobName } from '../jobs/ids.ts';
import type { JobEnd } from '../jobs/job-state.ts';
import type { JobCommand, Jobs } from '../jobs/jobs.ts';
import { HOST_PRELUDE, lastWords } from '../jobs/run-script.ts';
import { explainJob } from './explain.ts';
import { readShares } from './progress.ts';
import { runJob } from './run-job.ts';
import { COMMIT_SCRIPT, MERGE_CODES, PULL_SCRIPT } from './scripts/merge.ts';

/** Makes `Transfer.merge`. A merge that ended before this call is not believed: it is asked for again, and then has nothing to do. */
export function createMerge({ jobs }: { readonly jobs: Jobs }): Transfer['merge'] {
  return async function merge(order, onShare, signal) {
    const { host } = order;
    const key = { migrationId: order.migrationId, name: jobName('merge', order.disk) };
    const command = commandOf(order);
    const read = async (chunks: AsyncIterable<string>): Promise<void> => {
      for await (const share of readShares(chunks)) onShare(share);
    };
    let end = await runJob(jobs, host, key, command, read, signal);
    while (end.found) {
      await jobs.discard(host, key, signal);
      end = await runJob(jobs, host, key, command, read, signal);
    }
    if (end.code !== 0) throw failed(order, end);
    await jobs.discard(host, key, signal);
    return { seconds: end.seconds };
  };
}

/** As root: where the guest has run, libvirt may have left the layer to QEMU's user (docs/handbook/nova.md). */
function commandOf({ running, path, layer, basePath, serverId }: MergeOrder): JobCommand {
  if (running) {
    const below = basePath === undefined ? '' : checkPath(basePath);
    const script = HOST_PRELUDE + PULL_SCRIPT;
    const argv = ['sh', '-c', script, 'coldhaul', checkServerId(serverId), checkPath(path), below];
    return { argv, user: 'root' };
  }
  const script = HOST_PRELUDE + COMMIT_SCRIPT;
  return { argv: ['sh', '-c', script, 'coldhaul', checkPath(path), checkPath(layer)], user: 'root' };
}

function failed({ disk, host, serverId }: MergeOrder, { code, stderr }: JobEnd): Failure {
  const what = `Merging the layer of ${disk} on ${host}`;
  const nothingLost = 'The disk is whole and stands on its layer; the merge can be done again.';
  switch (code) {
    case MERGE_CODES.differs:
      return new Failure(
        'migration.copy-differs',
        `${what}: the layer does not hold what the guest sees through both files`,
        { hint: `${nothingLost} Check memory and disk of ${host} first.` },
      );
    case MERGE_CODES.notRunning:
      // It was switched off, or is about to start: what is right now is decided anew.
      return new Failure('job.failed', `${what} was cut, for the guest is not running any more.`, {
        hint: nothingLost,
        passing: true,
      });
    case MERGE_CODES.noDisk:
    case MERGE_CODES.otherJob:
    case MERGE_CODES.refused:
      return new Failure('job.failed', `${what} was not begun: ${lastWords(stderr)}`, {
        hint: `${nothingLost} On ${host}: virsh domblklist ${serverId} --details, and virsh blockjob ${serverId} TARGET`,
      });
    default:
      return explainJob(what, code, stderr);
  }
}
