/** Real jobs on this machine. Runs as root, as the scripts do on a compute host. */
import { execa } from 'execa';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import type { JobEnd } from '../../main/services/jobs/job-state.ts';
import { createJobs, type JobCommand, type Jobs } from '../../main/services/jobs/jobs.ts';
import { createLocalHosts } from '../support/local-shell.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const HOST = 'compute-a';
const KEY = { migrationId: '7c1f', name: 'copy-disk' };

let directory: string;
let jobs: Jobs;
let broken: Failure | undefined;
const { log, lines } = keepLog();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-jobs-'));
  broken = undefined;
  jobs = makeJobs();
});

afterEach(async () => {
  await jobs.forget(HOST, KEY.migrationId);
  await rm(directory, { recursive: true });
});

function makeJobs(): Jobs {
  const hosts = createLocalHosts({
    [HOST]: {
      before: () => {
        if (broken !== undefined) throw broken;
      },
    },
  });
  return createJobs({
    hosts,
    clock: realClock,
    log,
    directory: join(directory, 'jobs'),
    pollMs: 20,
    graceSeconds: 1,
  });
}

/** A job that writes a line, waits for a word on a pipe, and writes the word. */
async function waitingJob(
  user = 'root',
): Promise<{ command: JobCommand; release: (word: string) => Promise<void> }> {
  const pipe = join(directory, 'pipe');
  await rm(pipe, { force: true });
  await execa('mkfifo', [pipe]);
  const script = 'echo "begun $$"; read -r word <"$1"; echo "$word"; echo complaint >&2; exit 3';
  return {
    command: { argv: ['sh', '-c', script, 'job', pipe], user },
    release: (word) => writeFile(pipe, `${word}\n`),
  };
}

async function collect(following: AsyncGenerator<string, JobEnd, undefined>): Promise<[string, JobEnd]> {
  let text = '';
  for (;;) {
    const next = await following.next();
    if (next.done === true) return [text, next.value];
    text += next.value;
  }
}

/** What the job wrote first. */
async function firstWords(following: AsyncGenerator<string, JobEnd, undefined>): Promise<string> {
  const next = await following.next();
  if (next.done === true) throw new Error('the job ended without a word');
  return next.value;
}

const anySignal = (): AbortSignal => AbortSignal.timeout(60_000);

async function processOf(name = KEY.name): Promise<number> {
  return Number(await readFile(join(directory, 'jobs', KEY.migrationId, name, 'pid'), 'utf8'));
}

/** An ended process may stay as a zombie until pid 1 takes notice. */
async function isRunning(pid: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid.toString()}/stat`, 'utf8').catch(() => undefined);
  return line !== undefined && !line.includes(') Z ');
}

test('a job is followed to its end, with its output, complaint and status', async () => {
  const { command, release } = await waitingJob();
  const begun = await jobs.startOrFind(HOST, KEY, command);
  expect(begun).toMatchObject({ found: false, state: { kind: 'running' } });
  const following = jobs.follow(HOST, KEY, anySignal());
  const first = await firstWords(following);
  await release('grüße');
  const [text, end] = await collect(following);
  expect(`${first}${text}`).toMatch(/^begun \d+\ngrüße\n$/);
  expect(end).toMatchObject({ code: 3, stderr: 'complaint\n' });
});

test('arguments arrive as they were given', async () => {
  const awkward = `it's $HOME; "x" \\ *\nnext $(id) `;
  await jobs.startOrFind(HOST, KEY, { argv: ['printf', '%s', awkward], user: 'root' });
  const [text] = await collect(jobs.follow(HOST, KEY, anySignal()));
  expect(text).toBe(awkward);
});

test('output larger than one look, in characters of several bytes, arrives whole', async () => {
  const script = 'i=0; while [ $i -lt 60000 ]; do echo "Größe→$i"; i=$((i + 1)); done';
  await jobs.startOrFind(HOST, KEY, { argv: ['sh', '-c', script], user: 'root' });
  const [text] = await collect(jobs.follow(HOST, KEY, anySignal()));
  expect(text).toBe(Array.from({ length: 60_000 }, (_, index) => `Größe→${index.toString()}\n`).join(''));
});

test('runs as the user, with that home, at low priority, in a session of its own', async () => {
  const script = 'id -un; echo "$HOME"; id -G; nice; umask; cut -d" " -f6 /proc/self/stat; pwd';
  await jobs.startOrFind(HOST, KEY, { argv: ['sh', '-c', script], user: 'daemon' });
  const [text] = await collect(jobs.follow(HOST, KEY, anySignal()));
  const groups = (await execa('id', ['-G', 'daemon'])).stdout;
  expect(text.split('\n')).toEqual([
    'daemon',
    '/usr/sbin',
    groups,
    '10',
    '0022',
    (await processOf()).toString(),
    '/',
    '',
  ]);
});

test('many starts at once make one writer', async () => {
  const file = join(directory, 'starts');
  const pipe = join(directory, 'pipe');
  await execa('mkfifo', [pipe]);
  const script = 'echo $$ >>"$1"; read -r word <"$2"';
  const command = { argv: ['sh', '-c', script, 'job', file, pipe], user: 'root' };
  const begun = await Promise.all(
    Array.from({ length: 6 }, () => makeJobs().startOrFind(HOST, KEY, command)),
  );
  expect(begun.filter(({ found }) => !found)).toHaveLength(1);
  await writeFile(pipe, 'go\n');
  await collect(jobs.follow(HOST, KEY, anySignal()));
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(1);
});

test('a job that ended well is found; one that failed is started again', async () => {
  const good = { argv: ['true'], user: 'root' };
  await jobs.startOrFind(HOST, KEY, good);
  await collect(jobs.follow(HOST, KEY, anySignal()));
  expect(await jobs.startOrFind(HOST, KEY, good)).toMatchObject({
    found: true,
    state: { kind: 'ended', code: 0 },
  });

  const bad = { argv: ['false'], user: 'root' };
  const other = { ...KEY, name: 'bad' };
  await jobs.startOrFind(HOST, other, bad);
  expect((await collect(jobs.follow(HOST, other, anySignal())))[1].code).toBe(1);
  expect(await jobs.startOrFind(HOST, other, bad)).toMatchObject({ found: false });
});

test('a result that was taken is not found again', async () => {
  const command = { argv: ['true'], user: 'root' };
  await jobs.startOrFind(HOST, KEY, command);
  await collect(jobs.follow(HOST, KEY, anySignal()));
  await jobs.discard(HOST, KEY);
  expect(await jobs.startOrFind(HOST, KEY, command)).toMatchObject({ found: false });
});

test('a running job with another command is stopped and replaced', async () => {
  const { command } = await waitingJob();
  await jobs.startOrFind(HOST, KEY, command);
  const first = await processOf();
  expect(await jobs.startOrFind(HOST, KEY, { argv: ['echo', 'new'], user: 'root' })).toMatchObject({
    found: false,
  });
  expect((await collect(jobs.follow(HOST, KEY, anySignal())))[0]).toBe('new\n');
  expect(await isRunning(first)).toBe(false);
});

test('a broken line does not end the following, nor lose output', async () => {
  const { command, release } = await waitingJob();
  await jobs.startOrFind(HOST, KEY, command);
  const following = jobs.follow(HOST, KEY, anySignal());
  const first = await firstWords(following);
  broken = new Failure('host.disconnected', 'The line broke.');
  const next = collect(following);
  await expect.poll(() => lines.some(({ message }) => message.includes('The line broke.'))).toBe(true);
  await release('after');
  broken = undefined;
  const [text, end] = await next;
  expect([`${first}${text}`.split('\n')[1], end.code]).toEqual(['after', 3]);
});

test('another process finds the job that the first one left behind', async () => {
  const { command, release } = await waitingJob();
  const leaving = new AbortController();
  await jobs.startOrFind(HOST, KEY, command);
  const following = jobs.follow(HOST, KEY, leaving.signal);
  await following.next();
  leaving.abort();
  await expect(following.next()).rejects.toMatchObject({ code: 'cancelled' });
  const later = makeJobs();
  expect(await later.startOrFind(HOST, KEY, command)).toMatchObject({ found: true });
  await release('still here');
  const [text] = await collect(later.follow(HOST, KEY, anySignal()));
  expect(text).toMatch(/^begun \d+\nstill here\n$/);
});

test('a job whose every process is killed is lost, and may be started again', async () => {
  const { command } = await waitingJob();
  await jobs.startOrFind(HOST, KEY, command);
  const following = jobs.follow(HOST, KEY, anySignal());
  await following.next();
  process.kill(-(await processOf()), 'SIGKILL');
  await expect(collect(following)).rejects.toMatchObject({ code: 'job.lost', passing: true });
  expect(await jobs.status(HOST, KEY)).toMatchObject({ kind: 'lost' });
  expect(await jobs.startOrFind(HOST, KEY, command)).toMatchObject({
    found: false,
    state: { kind: 'running' },
  });
});

test('a job in whose place another has been started is lost to who follows it', async () => {
  const { command } = await waitingJob();
  const { state } = await jobs.startOrFind(HOST, KEY, command);
  const [seen, known] = [
    jobs.follow(HOST, KEY, anySignal()),
    state.kind === 'absent' ? 0 : state.startedAtMs,
  ];
  await seen.next();
  await jobs.startOrFind(HOST, KEY, { argv: ['echo', 'other'], user: 'root' });
  await expect(collect(seen)).rejects.toMatchObject({ code: 'job.lost' });
  await expect(collect(jobs.follow(HOST, KEY, anySignal(), known))).rejects.toMatchObject({
    code: 'job.lost',
  });
  expect((await collect(jobs.follow(HOST, KEY, anySignal())))[0]).toBe('other\n');
});

test('a job whose leader alone is killed still runs, and stop ends what is left of it', async () => {
  const { command } = await waitingJob();
  await jobs.startOrFind(HOST, KEY, command);
  const first = await firstWords(jobs.follow(HOST, KEY, anySignal()));
  const worker = Number(/begun (\d+)/.exec(first)?.[1]);
  process.kill(await processOf(), 'SIGKILL');
  expect(await jobs.startOrFind(HOST, KEY, command)).toMatchObject({
    found: true,
    state: { kind: 'running' },
  });
  await jobs.stop(HOST, KEY);
  expect(await isRunning(worker)).toBe(false);
  expect(await jobs.status(HOST, KEY)).toEqual({ kind: 'absent' });
});

test('a job from before a boot is lost, and its pid, now another process, is left alone', async () => {
  const record = join(directory, 'jobs', KEY.migrationId, KEY.name);
  await mkdir(record, { recursive: true });
  const bystander = execa('sleep', ['600']);
  const files = {
    pid: String(bystander.pid),
    start: '1',
    boot: 'another-boot',
    started: '1',
    alive: '',
    stdout: '',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(record, name), text)));
  expect(await jobs.status(HOST, KEY)).toEqual({ kind: 'lost', startedAtMs: 1 });
  await jobs.stop(HOST, KEY);
  expect(bystander.exitCode).toBeNull();
  expect(await jobs.status(HOST, KEY)).toEqual({ kind: 'absent' });
  bystander.kill();
  await expect(bystander).rejects.toMatchObject({ isTerminated: true });
});

test('stop makes a job end that ignores the request', async () => {
  const script = 'trap "" TERM; echo ready; while :; do sleep 1; done';
  await jobs.startOrFind(HOST, KEY, { argv: ['sh', '-c', script], user: 'root' });
  await jobs.follow(HOST, KEY, anySignal()).next();
  const leader = await processOf();
  await jobs.stop(HOST, KEY);
  expect(await isRunning(leader)).toBe(false);
});

test('stop ends also what left the process group of the job and hears no request', async () => {
  const stray = 'trap "" TERM; echo $$; while :; do sleep 1; done';
  const argv = ['sh', '-c', 'setsid sh -c "$1" & exec sleep 600', 'job', stray];
  await jobs.startOrFind(HOST, KEY, { argv, user: 'root' });
  const pid = Number(await firstWords(jobs.follow(HOST, KEY, anySignal())));
  await jobs.stop(HOST, KEY);
  expect(await isRunning(pid)).toBe(false);
  expect(await jobs.status(HOST, KEY)).toEqual({ kind: 'absent' });
});

test('forget ends all jobs of the migration and leaves nothing, repeatedly', async () => {
  const { command } = await waitingJob();
  await jobs.startOrFind(HOST, KEY, command);
  await jobs.startOrFind(HOST, { ...KEY, name: 'digest' }, { argv: ['true'], user: 'root' });
  const leader = await processOf();
  await jobs.forget(HOST, KEY.migrationId);
  await jobs.forget(HOST, KEY.migrationId);
  expect(await isRunning(leader)).toBe(false);
  expect(await readdir(join(directory, 'jobs'))).toEqual(['.lock']);
});

test('what cannot start says why', async () => {
  await expect(jobs.startOrFind(HOST, KEY, { argv: ['true'], user: 'no-such-user' })).rejects.toMatchObject({
    code: 'host.command-failed',
    message: expect.stringContaining('no-such-user') as string,
  });
  await jobs.startOrFind(HOST, KEY, { argv: ['/no/such/program'], user: 'root' });
  const [, end] = await collect(jobs.follow(HOST, KEY, anySignal()));
  expect(end).toMatchObject({ code: 127, stderr: expect.stringContaining('/no/such/program') as string });
});
