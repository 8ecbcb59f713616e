import type { JobKey } from '../jobs/ids.ts';
import type { JobEnd } from '../jobs/job-state.ts';
import type { JobCommand, Jobs } from '../jobs/jobs.ts';

/**
 * Starts or finds a job and reads its output to its end, whatever that is.
 *
 * @param reorder - Ends the reading only, never the starting.
 */
export async function runJob(
  jobs: Jobs,
  host: string,
  key: JobKey,
  command: JobCommand,
  read: (chunks: AsyncIterable<string>) => Promise<void>,
  signal: AbortSignal,
  reorder?: AbortSignal,
): Promise<JobEnd & { readonly found: boolean }> {
  const { found, state } = await jobs.startOrFind(host, key, command, signal);
  const ends: JobEnd[] = [];
  const startedAtMs = state.kind === 'absent' ? undefined : state.startedAtMs;
  const following = reorder === undefined ? signal : AbortSignal.any([signal, reorder]);
  await read(keepEnd(jobs.follow(host, key, following, startedAtMs), ends));
  const [end] = ends;
  if (end === undefined) throw new TypeError('the output of the job was not read to its end');
  return { ...end, found };
}

/** The chunks alone; what the generator returns at its end is kept aside. */
async function* keepEnd(
  following: AsyncGenerator<string, JobEnd, undefined>,
  ends: JobEnd[],
): AsyncGenerator<string, void> {
  ends.push(yield* following);
}
