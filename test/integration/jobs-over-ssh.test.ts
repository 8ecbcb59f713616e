/** Jobs and a host's instances over a real SSH connection that breaks. Runs as root, as the scripts do on a compute host. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hosts } from '../../main/domain/ports.ts';
import { createHypervisors } from '../../main/services/hypervisor/hypervisors.ts';
import { createJobs } from '../../main/services/jobs/jobs.ts';
import { keepLog, realClock } from '../support/real-clock.ts';
import { makeSshUser, type SshUser } from '../support/ssh-user.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

const HOST = 'compute-a';
const ID = '0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f';

let root: string;
let sshd: Sshd;
let user: SshUser;
let hosts: Hosts;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldhaul-over-ssh-'));
  sshd = await startSshd();
  user = await makeSshUser({ acceptHostKey: () => Promise.resolve(true) });
  await mkdir(join(user.home, '.ssh'), { mode: 0o700 });
  const target = { address: '127.0.0.1', port: sshd.port, identityFile: sshd.userKey, user: 'root' };
  hosts = user.hosts({ target });
});

afterAll(async () => {
  await hosts.close();
  await sshd.stop();
  await user.remove();
  await rm(root, { recursive: true });
});

test('a job outlives the connection, and is followed to its end over the next one', async () => {
  const { log } = keepLog();
  const jobs = createJobs({ hosts, clock: realClock, log, directory: join(root, 'jobs'), pollMs: 50 });
  const key = { migrationId: 'm1', name: 'long' };
  const pipe = join(root, 'pipe');
  await execa('mkfifo', [pipe]);
  const argv = ['sh', '-c', 'echo "begun: größe"; read -r word <"$1"; echo "$word"', 'job', pipe];
  await jobs.startOrFind(HOST, key, { argv, user: 'root' });
  const following = jobs.follow(HOST, key, AbortSignal.timeout(60_000));
  expect(await following.next()).toEqual({ done: false, value: 'begun: größe\n' });

  const next = following.next();
  await sshd.dropSessions();
  await writeFile(pipe, 'it\'s "still" $HERE\n');
  expect(await next).toEqual({ done: false, value: 'it\'s "still" $HERE\n' });
  expect(await following.next()).toMatchObject({ done: true, value: { code: 0 } });
  await jobs.forget(HOST, 'm1');
});

test('a start that is under way when it is given up is waited for, so that who forgets the jobs finds it', async () => {
  const jobs = createJobs({ hosts, clock: realClock, log: keepLog().log, directory: join(root, 'late') });
  const key = { migrationId: 'm2', name: 'late' };
  const lock = join(root, 'late', '.lock');
  await mkdir(join(root, 'late'));
  await writeFile(lock, '');
  // Another start has its turn.
  const other = execa('flock', [lock, 'sh', '-c', 'echo held; read -r word'], { stdin: 'pipe' });
  await once(other.stdout, 'data');
  const { ino } = await stat(lock);
  const waiting = async (): Promise<boolean> =>
    (await readFile('/proc/locks', 'utf8'))
      .split('\n')
      .some((line) => line.includes('->') && line.includes(`:${ino} `));

  const leaving = new AbortController();
  const argv = ['sh', '-c', 'echo >"$1"; exec tail -f "$1"', 'job', join(root, 'written')];
  const starting = jobs.startOrFind(HOST, key, { argv, user: 'root' }, leaving.signal);
  await expect.poll(waiting, { timeout: 30_000 }).toBe(true);
  leaving.abort();
  const forgotten = starting.catch(() => undefined).then(() => jobs.forget(HOST, 'm2'));
  other.stdin.end('go on\n');
  await Promise.all([other, forgotten]);

  expect(await starting).toMatchObject({ found: false, state: { kind: 'running' } });
  expect(await jobs.status(HOST, key)).toEqual({ kind: 'absent' });
  const left = await execa('pgrep', ['-f', `tail -f ${join(root, 'written')}`], { reject: false });
  expect(left.stdout).toBe('');
  await expect(jobs.startOrFind(HOST, key, { argv, user: 'root' }, leaving.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('names that would break a careless script come back over the wire as they are', async () => {
  const directory = join(root, 'instances', ID);
  await mkdir(directory, { recursive: true });
  const names = ['-rf', "it's", '"$(touch hacked)"', 'two\nlines', 'größe→', 'x'.repeat(255)];
  await Promise.all(names.map((name) => writeFile(join(directory, name), name)));
  const settings = { novaUser: 'daemon', instancesPath: join(root, 'instances') };
  const hypervisors = createHypervisors({ hosts, clock: realClock, log: keepLog().log, settings });
  const all = await hypervisors.instances(HOST);
  const found = all.get(ID)?.directory?.others.map(({ path }) => path.slice(directory.length + 1));
  expect(found?.sort()).toEqual([...names].sort());
});
