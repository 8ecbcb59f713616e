/** Jobs on a host that the real systemd has booted, over its own sshd. */
import { execa } from 'execa';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Hosts } from '../../main/domain/ports.ts';
import { createJobs, type JobCommand, type Jobs } from '../../main/services/jobs/jobs.ts';
import { STATE_FUNCTIONS } from '../../main/services/jobs/scripts/state.ts';
import { UNIT_FUNCTIONS } from '../../main/services/jobs/scripts/unit.ts';
import { keepLog, realClock } from '../support/real-clock.ts';
import { makeSshUser, type SshUser } from '../support/ssh-user.ts';
import { ADMIN } from '../support/systemd-files.ts';
import { reasonWithoutSystemd, startSystemdHost, type SystemdHost } from '../support/systemd-host.ts';

const HOST = 'compute-a';
const KEY = { migrationId: '7c1f', name: 'copy-disk.eph0' };
const reason = reasonWithoutSystemd();
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`;
const withSystemd = test.skipIf(reason !== undefined);

let root: string;
let host: SystemdHost;
let user: SshUser;
let hosts: Hosts;
let jobs: Jobs;
const { log, lines } = keepLog();

beforeAll(async () => {
  if (reason !== undefined) return;
  root = await mkdtemp(join(tmpdir(), 'coldhaul-units-'));
  await chmod(root, 0o755);
  host = await startSystemdHost();
  user = await makeSshUser({ acceptHostKey: () => Promise.resolve(true) });
  await mkdir(join(user.home, '.ssh'), { mode: 0o700 });
  hosts = loginTo(host, 'root');
});
beforeEach(() => {
  lines.length = 0;
  if (reason === undefined) jobs = makeJobs(hosts);
});
afterEach(async () => {
  if (reason === undefined) await jobs.forget(HOST, KEY.migrationId);
});
afterAll(async () => {
  if (reason !== undefined) return;
  await hosts.close();
  await user.remove();
  await host.stop();
  await rm(root, { recursive: true });
});

function loginTo({ port, userKey: identityFile }: SystemdHost, name: string): Hosts {
  return user.hosts({ target: { address: '127.0.0.1', port, identityFile, user: name } });
}

function makeJobs(over: Hosts): Jobs {
  const directory = join(root, 'jobs');
  return createJobs({ hosts: over, clock: realClock, log, directory, pollMs: 50, graceSeconds: 1 });
}

/** What the record of the job says of where it runs. */
const place = (): Promise<string> => readFile(join(root, 'jobs', KEY.migrationId, KEY.name, 'place'), 'utf8');

async function unit(): Promise<string> {
  const [kind, name] = (await place()).split(' ');
  expect([kind, name]).toEqual([
    'unit',
    expect.stringMatching(/^coldhaul-7c1f-copy-disk\.eph0-[0-9a-f]{12}\.scope$/),
  ]);
  return name ?? '';
}

const units = (): Promise<string> => host.run("systemctl list-units --all --plain --no-legend 'coldhaul-*'");
const isRunning = (pid: string, on = host): Promise<string> =>
  on.run('grep -q "^State:.[^Z]" "/proc/$1/status" 2>/dev/null && echo yes || echo no', pid);

type Following = ReturnType<Jobs['follow']>;
const follow = (through = jobs): Following => through.follow(HOST, KEY, AbortSignal.timeout(60_000));

/** What the job writes next. */
async function words(following: Following): Promise<string> {
  const next = await following.next();
  if (next.done === true) throw new Error('the job ended without a word');
  return next.value;
}

/** What a long command was before: a process in a session of its own. */
async function sleepOn(over: Hosts): Promise<string> {
  const script = 'setsid sleep 600 >/dev/null 2>&1 & echo $!';
  const result = await over.shell(HOST).run(['sh', '-c', script], {});
  return result.kind === 'exited' ? result.stdout.trim() : '';
}

/** A job that tells its pid, waits for a word on a pipe, and writes the word. */
async function waitingJob(): Promise<{ command: JobCommand; release: (word: string) => Promise<void> }> {
  const pipe = join(root, 'pipe');
  await rm(pipe, { force: true });
  await execa('mkfifo', [pipe]);
  const argv = ['sh', '-c', 'echo $$; read -r word <"$1"; echo "$word"; exit 3', 'job', pipe];
  return { command: { argv, user: 'daemon' }, release: (word) => writeFile(pipe, `${word}\n`) };
}

withSystemd(
  `a job goes on in its unit when sshd is restarted and takes every session of its own with it${skipped}`,
  async () => {
    const { command, release } = await waitingJob();
    const sleeper = await sleepOn(hosts);
    const { state } = await jobs.startOrFind(HOST, KEY, command);
    const following = follow();
    const worker = (await words(following)).trim();
    const name = await unit();
    const properties = ['ControlGroup', 'CPUWeight', 'IOWeight', 'KillMode', 'CollectMode', 'RuntimeMaxUSec'];
    const shown = await host.run(
      `systemctl show "$1" ${properties.map((one) => `-p ${one}`).join(' ')}`,
      name,
    );
    expect(Object.fromEntries(shown.split('\n').map((line) => line.split('=')))).toEqual({
      ControlGroup: `/system.slice/${name}`,
      CPUWeight: '25',
      IOWeight: '25',
      KillMode: 'control-group',
      CollectMode: 'inactive-or-failed',
      RuntimeMaxUSec: 'infinity',
    });
    const members = await host.run('cat "/sys/fs/cgroup/system.slice/$1/cgroup.procs"', name);
    expect(members.split('\n')).toContain(worker);
    expect([await isRunning(sleeper), await isRunning(worker)]).toEqual(['yes', 'yes']);

    await host.restartSshd();
    expect([await isRunning(sleeper), await isRunning(worker)]).toEqual(['no', 'yes']);
    expect(await jobs.startOrFind(HOST, KEY, command)).toEqual({ found: true, state });
    await release('after the restart');
    expect(await following.next()).toEqual({ done: false, value: 'after the restart\n' });
    expect(await following.next()).toMatchObject({ done: true, value: { code: 3 } });
    await expect.poll(units).toBe('');
  },
);

withSystemd.each([
  ['shut its descriptors', 'exec 8>&- >/dev/null 2>&1'],
  ['holds the lock of the job', ':'],
])(
  `stop ends also what left the process group, hears no request and %s; no unit is left${skipped}`,
  async (_, first) => {
    const stray = `trap "" TERM; echo $$; ${first}; while :; do sleep 1; done`;
    const script = 'setsid sh -c "$1" & exec sleep 600';
    await jobs.startOrFind(HOST, KEY, { argv: ['sh', '-c', script, 'job', stray], user: 'root' });
    const pid = (await words(follow())).trim();
    expect([await isRunning(pid), await units()]).toEqual(['yes', expect.stringContaining(await unit())]);
    await jobs.stop(HOST, KEY);
    expect([await isRunning(pid), await units()]).toEqual(['no', '']);
    expect(await jobs.status(HOST, KEY)).toEqual({ kind: 'absent' });
  },
);

withSystemd(
  `a job in a unit is found without its leader, and lost without any process of it${skipped}`,
  async () => {
    const { command } = await waitingJob();
    await jobs.startOrFind(HOST, KEY, command);
    const worker = (await words(follow())).trim();
    const first = await unit();
    await host.run('kill -KILL "$(cat "$1")"', join(root, 'jobs', KEY.migrationId, KEY.name, 'pid'));
    expect(await jobs.startOrFind(HOST, KEY, command)).toMatchObject({
      found: true,
      state: { kind: 'running' },
    });
    await host.run('kill -KILL "$1"', worker);
    await expect.poll(() => jobs.status(HOST, KEY)).toMatchObject({ kind: 'lost' });
    expect(await jobs.startOrFind(HOST, KEY, command)).toMatchObject({
      found: false,
      state: { kind: 'running' },
    });
    await expect.poll(units).not.toContain(first);
    expect(await units()).toContain(await unit());
  },
);

withSystemd(
  `many starts at once make one unit, and words with a meaning arrive as they are${skipped}`,
  async () => {
    const awkward = `$HOME \${PATH} $$ %n %% "x" \\ *\n`;
    const argv = ['sh', '-c', 'printf "%s" "$1"; exec sleep 600', 'job', awkward];
    const begun = await Promise.all(
      Array.from({ length: 4 }, () => makeJobs(hosts).startOrFind(HOST, KEY, { argv, user: 'root' })),
    );
    expect(begun.filter(({ found }) => !found)).toHaveLength(1);
    expect((await units()).split('\n')).toEqual([expect.stringContaining(await unit())]);
    const following = follow();
    expect(await following.next()).toEqual({ done: false, value: awkward });
  },
);

withSystemd(
  `a systemd that cannot be asked leaves the job a session of its own, and it is told${skipped}`,
  async () => {
    await host.run('mv /run/systemd/private /run/systemd/away');
    const { command, release } = await waitingJob();
    try {
      await jobs.startOrFind(HOST, KEY, command);
    } finally {
      await host.run('mv /run/systemd/away /run/systemd/private');
    }
    const why = /^session: (Failed to connect to bus.*)$/.exec((await place()).trim())?.[1];
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', expect.stringContaining(String(why))],
    ]);
    expect(await units()).toBe('');
    await release('done');
    const following = follow();
    expect(await words(following)).toMatch(/done\n$/);
  },
);

withSystemd(
  `a systemd that calls itself 219 is asked for shares, which a real one grants${skipped}`,
  async () => {
    const standIn = [
      '#!/bin/sh',
      '[ "$1" != --version ] || exec echo "systemd 219"',
      'exec /run/real "$@"',
      '',
    ];
    await writeFile(join(root, 'stand-in'), standIn.join('\n'), { mode: 0o755 });
    await host.run(
      'cp "$(command -v systemd-run)" /run/real && mount --bind "$1" "$(command -v systemd-run)"',
      join(root, 'stand-in'),
    );
    try {
      await jobs.startOrFind(HOST, KEY, { argv: ['sleep', '600'], user: 'root' });
    } finally {
      await host.run('umount "$(command -v systemd-run)"');
    }
    const shown = await host.run(
      'systemctl show "$1" -p CPUShares -p BlockIOWeight -p CollectMode',
      await unit(),
    );
    expect(shown.split('\n').sort()).toEqual(['BlockIOWeight=125', 'CPUShares=256', 'CollectMode=inactive']);
    await jobs.stop(HOST, KEY);
    expect(await units()).toBe('');
  },
);

withSystemd(
  `a container that only sees the /run of its host does not ask systemd there${skipped}`,
  async () => {
    const ask = `${STATE_FUNCTIONS}${UNIT_FUNCTIONS}manager_version || echo none`;
    expect(await host.run(ask)).toMatch(/^\d+$/);
    expect(await host.run('unshare --pid --fork --mount-proc sh -c "$1"', ask)).toBe('none');
  },
);

withSystemd(
  `a job started through sudo goes on when logind ends all that a login leaves behind${skipped}`,
  async () => {
    const other = await startSystemdHost({ logind: true });
    const { command, release } = await waitingJob();
    const [first, second] = [loginTo(other, ADMIN), loginTo(other, ADMIN)];
    try {
      const sleeper = await sleepOn(first);
      await makeJobs(first).startOrFind(HOST, KEY, command);
      const worker = (await words(follow(makeJobs(first)))).trim();
      const cgroup = await other.run('cat "/proc/$1/cgroup" "/proc/$2/cgroup"', sleeper, worker);
      expect(cgroup).toMatch(/:\/user\.slice\/user-\d+\.slice\/session-\w+\.scope\n/);
      expect(cgroup).toContain(`:/system.slice/${await unit()}`);

      await first.close();
      await expect.poll(() => isRunning(sleeper, other)).toBe('no');
      expect(await isRunning(worker, other)).toBe('yes');
      await release('after the login');
      const following = follow(makeJobs(second));
      expect(await words(following)).toMatch(/\nafter the login\n$/);
      expect(await following.next()).toMatchObject({ done: true, value: { code: 3 } });
      await makeJobs(second).forget(HOST, KEY.migrationId);
    } finally {
      await second.close();
      await other.stop();
    }
  },
);
