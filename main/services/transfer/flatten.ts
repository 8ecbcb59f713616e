import { Failure } from '../../domain/failure.ts';
import type { Hosts } from '../../domain/ports.ts';
import type { Transfer } from '../../domain/transfer.ts';
import { checkPath, checkUser, jobName } from '../jobs/ids.ts';
import type { JobEnd } from '../jobs/job-state.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { HOST_PRELUDE, lastWords, runScript } from '../jobs/run-script.ts';
import { checkFormat } from './check-order.ts';
import { explainJob } from './explain.ts';
import { readFlattened } from './progress.ts';
import { runJob } from './run-job.ts';
import { FLATTEN_CODES, FLATTEN_SCRIPT } from './scripts/flatten.ts';
import { WRITERS_SCRIPT } from './scripts/look.ts';

/** Makes `Transfer.flatten`. An image that was not compared by a job of this very call is never believed. */
export function createFlatten({
  hosts,
  jobs,
}: {
  readonly hosts: Hosts;
  readonly jobs: Jobs;
}): Transfer['flatten'] {
  return async function flatten(order, onShare, signal) {
    const { host } = order;
    const paths = [checkPath(order.fromPath), checkPath(order.toPath)] as const;
    const key = { migrationId: order.migrationId, name: jobName('flatten', order.disk) };
    const argv = [
      'sh',
      '-c',
      HOST_PRELUDE + FLATTEN_SCRIPT,
      'coldhaul',
      paths[0],
      checkFormat(order.fromFormat),
      paths[1],
    ];
    const command = { argv, user: checkUser(order.user) };
    const read = async (chunks: AsyncIterable<string>): Promise<void> => {
      for await (const share of readFlattened(chunks)) onShare(share);
    };
    let end = await runJob(jobs, host, key, command, read, signal);
    // One that was there before may be of an older state of the chain: the guest may have run since. Done again, it
    // compares what is there, and converts only if that differs.
    while (end.found) {
      await jobs.discard(host, key, signal);
      end = await runJob(jobs, host, key, command, read, signal);
    }
    if (end.code !== 0) throw failed(`Flattening ${order.disk} on ${host}`, host, end);
    const size = await runScript(hosts.shell(host), 'look at the file', WRITERS_SCRIPT, [paths[1]], {
      signal,
    });
    await jobs.discard(host, key, signal);
    const bytes = size.split('\0')[0] ?? '';
    if (bytes === '') {
      throw new Failure('job.failed', `${paths[1]} on ${host} is gone after it was made.`, { passing: true });
    }
    onShare(1);
    return { bytes: Number(bytes), seconds: end.seconds };
  };
}

function failed(what: string, host: string, { code, stderr }: JobEnd): Failure {
  switch (code) {
    case FLATTEN_CODES.differs:
      return new Failure(
        'migration.copy-differs',
        `${what}: the new image does not hold what the chain holds. ${lastWords(stderr)}`.trim(),
        { hint: 'Check memory and disk of that host. The original was not touched.' },
      );
    case FLATTEN_CODES.noCompare:
      return new Failure('host.tool-missing', `${what} needs a qemu-img with \`compare\` (1.4 or newer).`, {
        hint: `Install qemu-img on ${host}.`,
      });
    default:
      return explainJob(what, code, stderr);
  }
}
