import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import type { Clock, Hosts, Log, LogLine } from '../../domain/ports.ts';
import { createFollow } from './follow.ts';
import { checkId, type JobKey, unitName } from './ids.ts';
import { type JobEnd, type JobState, readJobState } from './job-state.ts';
import { runScript } from './run-script.ts';
import { FOLLOW_SCRIPT } from './scripts/follow.ts';
import { START_SCRIPT } from './scripts/start.ts';
import { STATE_FUNCTIONS } from './scripts/state.ts';
import { DISCARD_SCRIPT, FORGET_SCRIPT, STOP_SCRIPT } from './scripts/stop.ts';
import { WRAPPER_SCRIPT } from './scripts/wrapper.ts';
import { HOST_PRELUDE } from './run-script.ts';

/** On a tmpfs that a boot empties; root's alone. */
export const JOBS_DIRECTORY = '/run/coldhaul/jobs';
const GRACE_SECONDS = 10;
const START_ATTEMPTS = 3;

export interface JobCommand {
  readonly argv: readonly string[];
  /** User of the host that runs it. */
  readonly user: string;
  /** What makes it the same order as one found running; the command itself if left out. */
  readonly order?: readonly string[];
  /** Awaited between the end of a job with another command and the start of this one. */
  readonly beforeReplace?: () => Promise<unknown>;
}

/**
 * Long commands that outlive our connection: in a transient unit of systemd where that is to be had, else in a session of
 * their own. Each method names a host by its hypervisor name. */
export interface Jobs {
  /**
   * Finds the job if it runs, or has ended well; else starts it. A lost one, a failed one, and one of another command are
   * set aside; the last is stopped first. Two callers at once get one job. A start that is under way is waited for, even if
   * the signal fires meanwhile: the host would finish it all the same, and who stops the jobs afterwards would miss it.
   *
   * @returns `found` if it was there before.
   * @throws Failure `cancelled` if the signal fires before the host was asked.
   */
  startOrFind(
    host: string,
    key: JobKey,
    command: JobCommand,
    signal?: AbortSignal,
  ): Promise<{ readonly found: boolean; readonly state: JobState }>;
  status(host: string, key: JobKey, signal?: AbortSignal): Promise<JobState>;
  /**
   * Yields what the job writes to its output, from its beginning, until it ends. Goes on by itself after the connection
   * broke. The signal ends the following, never the job. With `startedAtMs`, only the job that was started then.
   *
   * @throws Failure `job.lost`, or `cancelled` if the signal fires first.
   */
  follow(
    host: string,
    key: JobKey,
    signal: AbortSignal,
    startedAtMs?: number,
  ): AsyncGenerator<string, JobEnd, undefined>;
  /** Asks the job to end, makes it after ten seconds, and sets its record aside. Nothing to stop is fine. */
  stop(host: string, key: JobKey, signal?: AbortSignal): Promise<void>;
  /** Sets the record of an ended job aside: its result has been taken. A running one is left alone. */
  discard(host: string, key: JobKey, signal?: AbortSignal): Promise<void>;
  /** Stops every job of the migration on this host and removes their records. */
  forget(host: string, migrationId: string, signal?: AbortSignal): Promise<void>;
}

export interface JobsOptions {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the jobs' records lie on the host; for tests. */
  readonly directory?: string;
  /** Time between two looks at a job; for tests. */
  readonly pollMs?: number;
  /** Whole seconds that a job gets to end by itself; for tests. */
  readonly graceSeconds?: number;
}

export function createJobs(options: JobsOptions): Jobs {
  const { hosts, log, directory = JOBS_DIRECTORY, graceSeconds = GRACE_SECONDS } = options;
  const grace = graceSeconds.toString();

  async function ask(
    host: string,
    what: string,
    script: string,
    args: readonly string[],
    signal?: AbortSignal,
  ): Promise<string[]> {
    const stdout = await runScript(hosts.shell(host), what, STATE_FUNCTIONS + script, [directory, ...args], {
      ...(signal !== undefined && { signal }),
    });
    return stdout.split('\0');
  }

  const jobs: Jobs = {
    async startOrFind(host, key, command, signal) {
      const order = [...names(key), fingerprint(command), command.user];
      for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
        if (signal?.aborted === true) throw new Failure('cancelled', `did not start the job ${key.name}`);
        const args = [...order, unitName(key), WRAPPER, ...command.argv];
        const [begun, refused, ...state] = await ask(host, `start the job ${key.name}`, START_SCRIPT, args);
        if (refused !== undefined && refused !== '') log(noUnit(host, key, refused));
        if (begun !== 'other') return { found: begun === 'found', state: readJobState(state) };
        await jobs.stop(host, key, signal);
        await command.beforeReplace?.();
      }
      throw new Failure(
        'job.failed',
        `The job ${key.name} on ${host} is started by others again and again.`,
        {
          hint: 'Look who else works on this instance.',
        },
      );
    },
    async status(host, key, signal) {
      return readJobState(
        await ask(host, `look at the job ${key.name}`, FOLLOW_SCRIPT, [...names(key), '0', '0', '0'], signal),
      );
    },
    follow: createFollow(options, (host, key, offset, limit, seconds, signal) =>
      ask(
        host,
        `follow the job ${key.name}`,
        FOLLOW_SCRIPT,
        [...names(key), offset.toString(), limit.toString(), seconds.toString()],
        signal,
      ),
    ),
    async stop(host, key, signal) {
      await ask(host, `stop the job ${key.name}`, STOP_SCRIPT, [...names(key), grace], signal);
    },
    async discard(host, key, signal) {
      await ask(host, `set aside the job ${key.name}`, DISCARD_SCRIPT, names(key), signal);
    },
    async forget(host, migrationId, signal) {
      await ask(host, 'remove the records of the jobs', FORGET_SCRIPT, [checkId(migrationId), grace], signal);
    },
  };
  return jobs;
}

const WRAPPER = HOST_PRELUDE + STATE_FUNCTIONS + WRAPPER_SCRIPT;

/** The job runs all the same; but what ends the login may end it, too. */
function noUnit(host: string, key: JobKey, reason: string): LogLine {
  const message = `systemd on ${host} gave the job ${key.name} no unit of its own; it runs in a session of its own. It said: ${reason}`;
  return { level: 'warn', host, message };
}

function names(key: JobKey): [migration: string, name: string] {
  return [checkId(key.migrationId), checkId(key.name)];
}

function fingerprint(command: JobCommand): string {
  const order = [command.user, ...(command.order ?? command.argv)];
  return createHash('sha256').update(JSON.stringify(order)).digest('hex');
}
