import { Failure } from '../../domain/failure.ts';
import { type Hosts } from '../../domain/ports.ts';
import { DIGEST_ALGORITHMS } from '../../domain/digest.ts';
import type { Transfer } from '../../domain/transfer.ts';
import { checkPath, jobName } from '../jobs/ids.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { HOST_PRELUDE, runScript } from '../jobs/run-script.ts';
import { explainJob } from './explain.ts';
import { runJob } from './run-job.ts';
import { DIGEST_SCRIPT } from './scripts/digest.ts';
import { IDENTITY_SCRIPT } from './scripts/look.ts';
import { allEqual, isDigest, withoutTime } from './settled.ts';

/** Makes `Transfer.digest`. A digest of a file that has changed since is never believed. */
export function createDigest({
  hosts,
  jobs,
}: {
  readonly hosts: Hosts;
  readonly jobs: Jobs;
}): Transfer['digest'] {
  return async function digest(order, signal) {
    const { host } = order;
    const path = checkPath(order.path);
    const algorithm = DIGEST_ALGORITHMS.find((known) => known === order.algorithm);
    if (algorithm === undefined) throw new Failure('bad-request', 'No such digest is known.');
    const key = { migrationId: order.migrationId, name: jobName('digest', order.name) };
    const written = order.written ? 'yes' : 'no';
    const argv = ['sh', '-c', HOST_PRELUDE + DIGEST_SCRIPT, 'coldhaul', path, algorithm, written];
    // What was read while a shared file only got a new time; believed as soon as a second reading says the same.
    let unsettled: string | undefined;
    for (;;) {
      let output = '';
      const read = async (chunks: AsyncIterable<string>): Promise<void> => {
        for await (const chunk of chunks) output += chunk;
      };
      const end = await runJob(jobs, host, key, { argv, user: 'root' }, read, signal);
      if (end.code !== 0) throw explainJob(`The digest of ${path} on ${host}`, end.code, end.stderr);
      const now = await runScript(hosts.shell(host), 'look at the file', IDENTITY_SCRIPT, [path], { signal });
      await jobs.discard(host, key, signal);
      const [before = '', sum = '', after = ''] = output.split('\n');
      const hex = sum.split(' ')[0] ?? '';
      const looks = [before, after, now.trimEnd()];
      const settled =
        allEqual(looks) || (order.shared && hex === unsettled && allEqual(looks.map(withoutTime)));
      if (settled && isDigest(hex)) return { digest: hex, seconds: end.seconds };
      const onlyTouched = order.shared && allEqual(looks.map(withoutTime)) && unsettled === undefined;
      // One that was there before may be of an older state of the file; our own may not.
      if (!end.found && !onlyTouched) throw changed(host, path);
      unsettled = onlyTouched ? hex : undefined;
    }
  };
}

function changed(host: string, path: string): Failure {
  return new Failure('migration.changed', `${path} on ${host} changed while its digest was made.`, {
    hint: `Look who writes to it: fuser -v on ${host}.`,
  });
}
