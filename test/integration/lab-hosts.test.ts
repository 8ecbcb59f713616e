import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTANCES_PATH } from '../lab/types.ts';
import { startHost } from '../lab/hosts/start-host.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { makeLabDirectory, processesOf, type LabDirectory } from '../support/lab-directory.ts';

// Real namespaces, sshd, ssh, rsync and sudo. Runs as root and as a user who may make user namespaces.

/** A bound against hanging on a busy machine. */
const PATIENT = { timeout: 20_000 };

let directory: LabDirectory;
let first: RunningHost;
let second: RunningHost;

beforeAll(async () => {
  directory = await makeLabDirectory();
  const lab = { directory: directory.path };
  [first, second] = await Promise.all([
    startHost({ ...lab, name: 'compute-a', address: '127.0.0.11' }),
    startHost({ ...lab, name: 'compute-b', address: '127.0.0.12', instancesMib: 32 }),
  ]);
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  await directory.remove();
});

/** What the workstation does: the ssh of this machine, with the files that the lab wrote for it. */
async function ssh(login: string, ...words: readonly string[]): Promise<{ code: number; said: string }> {
  const options = ['-F', `${directory.path}/ssh_config`, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'];
  const result = await execa('ssh', [...options, login, ...words], { reject: false, all: true });
  return { code: result.exitCode ?? -1, said: result.all };
}

async function must(host: RunningHost, argv: readonly string[], user = 'root'): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv, { user });
  expect(stderr.trim() + (code === 0 ? '' : ` (exit ${code})`)).toBe('');
  return stdout.trim();
}

describe('a host of its own', () => {
  test('the same path holds other files on each host', async () => {
    await must(first, ['touch', `${INSTANCES_PATH}/only-here`], 'nova');
    expect(await must(first, ['ls', INSTANCES_PATH])).toBe('_base\nonly-here');
    expect(await must(second, ['ls', INSTANCES_PATH])).toBe('_base');
    expect(await must(first, ['stat', '-c', '%U:%G %u', INSTANCES_PATH])).toBe('nova:nova 64060');
  });

  test('each has a name, a boot id and processes of its own', async () => {
    expect([await must(first, ['hostname']), await must(second, ['hostname'])]).toEqual([
      'compute-a',
      'compute-b',
    ]);
    const bootIds = [first, second].map((host) => must(host, ['cat', '/proc/sys/kernel/random/boot_id']));
    expect(new Set(await Promise.all(bootIds)).size).toBe(2);
    expect(await must(first, ['cat', '/proc/1/comm'])).toBe('sh');
    expect(await must(first, ['sh', '-c', 'ls -d /proc/[0-9]* | wc -l'])).not.toMatch(/\d{3,}/);
  });

  test('programs of this machine cannot be changed from inside', async () => {
    const { code } = await first.exec(['touch', '/usr/bin/written-by-the-lab']);
    expect(code).toBe(1);
  });

  test('a process without a parent is buried, as by any init', async () => {
    await must(first, ['sh', '-c', 'sh -c "exit 0" & exec true']);
    await expect
      .poll(
        () => must(first, ['sh', '-c', 'grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null || true']),
        PATIENT,
      )
      .toBe('');
  });

  test('a small file system runs full, and can be changed in size', async () => {
    const filling = ['dd', 'if=/dev/zero', `of=${INSTANCES_PATH}/filler`, 'bs=1M', 'count=64', 'status=none'];
    const full = await second.exec(filling, { user: 'nova' });
    expect(full).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No space left on device') as string,
    });
    await second.resizeInstances(128);
    await must(second, filling, 'nova');
    await must(second, ['rm', `${INSTANCES_PATH}/filler`]);
  });

  test('nova.conf is there for nova, and can be changed', async () => {
    await first.configureNova({ transport: 'ssh', resizeConfirmWindowSeconds: 60 });
    const text = await must(first, ['cat', '/etc/nova/nova.conf'], 'nova');
    expect(text).toContain('my_ip = 127.0.0.11');
    expect(text).toContain('remote_filesystem_transport = ssh');
    expect(text).toContain('resize_confirm_window = 60');
    expect((await first.exec(['cat', '/etc/nova/nova.conf'], { user: 'nosudo' })).code).toBe(1);
  });
});

describe('exec', () => {
  test('gives status, output and input as they are', async () => {
    const awkward = `it's $HOME; "x" \\ *\nnext`;
    expect(await first.exec(['printf', '%s', awkward])).toEqual({ code: 0, stdout: awkward, stderr: '' });
    expect(await first.exec(['sh', '-c', 'cat; echo bad >&2; exit 7'], { stdin: 'in' })).toEqual({
      code: 7,
      stdout: 'in',
      stderr: 'bad\n',
    });
    expect((await first.exec(['sh', '-c', 'kill -9 $$'])).code).toBe(137);
  });

  test('has the environment of the user and nothing of ours', async () => {
    const environment = await must(first, ['env'], 'nova');
    expect(environment.split('\n').map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['HOME', 'USER', 'PATH']),
    );
    expect(environment).toContain('HOME=/var/lib/nova');
    expect(environment).not.toContain('VITEST');
  });

  test('an aborted program is gone', async () => {
    const controller = new AbortController();
    const running = first.exec(['sh', '-c', 'echo $$ >/tmp/waiting; exec tail -f /dev/null'], {
      signal: controller.signal,
    });
    await expect.poll(() => first.exec(['cat', '/tmp/waiting']), PATIENT).toMatchObject({ code: 0 });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect
      .poll(() => first.exec(['sh', '-c', 'kill -0 $(cat /tmp/waiting)']), PATIENT)
      .toMatchObject({ code: 1 });
  });
});

describe('who may come in', () => {
  test.each(['operator', 'root', 'nosudo'])('%s by the workstation key', async (user) => {
    expect(await ssh(`${user}@compute-a`, 'id', '-un')).toEqual({ code: 0, said: user });
    expect(await ssh(`${user}@127.0.0.12`, 'hostname')).toEqual({ code: 0, said: 'compute-b' });
  });

  test('nova only from the other hosts, both ways, by name and address', async () => {
    expect((await ssh('nova@compute-a', 'true')).code).toBe(255);
    const question = ['ssh', '-o', 'BatchMode=yes'];
    expect(await must(first, [...question, '127.0.0.12', 'hostname; id -un'], 'nova')).toBe(
      'compute-b\nnova',
    );
    expect(await must(second, [...question, 'compute-a', 'hostname; id -un'], 'nova')).toBe(
      'compute-a\nnova',
    );
  });

  test('rsync and scp as Nova calls them', async () => {
    await must(first, ['sh', '-c', 'echo content >/var/lib/nova/file'], 'nova');
    await must(
      first,
      ['rsync', '-r', '--sparse', '/var/lib/nova/file', '127.0.0.12:/var/lib/nova/by-rsync'],
      'nova',
    );
    await must(first, ['scp', '-r', '/var/lib/nova/file', '127.0.0.12:/var/lib/nova/by-scp'], 'nova');
    expect(await must(second, ['cat', '/var/lib/nova/by-rsync', '/var/lib/nova/by-scp'])).toBe(
      'content\ncontent',
    );
  });

  test('operator becomes root by sudo, nosudo does not', async () => {
    const asOperator = await ssh('operator@compute-a', 'sudo -n id -u; sudo -n -u nova id -un');
    if (first.capabilities.sudo) expect(asOperator).toEqual({ code: 0, said: '0\nnova' });
    else expect(asOperator.code).not.toBe(0);
    expect(await ssh('nosudo@compute-a', 'sudo -n true')).toEqual({
      code: 1,
      said: 'sudo: a password is required',
    });
  });

  test('sshd can be away for a while, and comes back with the same key', async () => {
    await first.stopSshd();
    expect((await ssh('operator@compute-a', 'true')).code).toBe(255);
    await first.startSshd();
    await first.restartSshd();
    expect((await ssh('operator@compute-a', 'true')).code).toBe(0);
  });

  test('a cut link ends the sessions and not the host', async () => {
    const session = ssh('operator@compute-a', 'touch /tmp/in-session; exec tail -f /dev/null');
    await expect
      .poll(() => first.exec(['test', '-e', '/tmp/in-session']), PATIENT)
      .toMatchObject({ code: 0 });
    await first.dropSessions();
    expect((await session).code).toBe(255);
    expect((await ssh('operator@compute-a', 'true')).code).toBe(0);
  });
});

test('stop leaves no process, a new start has the files, the port and the key, and nothing of /run and /tmp', async () => {
  const options = { directory: directory.path, name: 'compute-c', address: '127.0.0.13' };
  const before = await startHost(options);
  await must(before, ['touch', '/var/lib/nova/stays', '/run/goes', '/tmp/goes']);
  await must(before, [
    'setsid',
    '--fork',
    'sh',
    '-c',
    'trap "" TERM HUP; exec tail -f /dev/null >/dev/null 2>&1',
  ]);
  const bootId = await must(before, ['cat', '/proc/sys/kernel/random/boot_id']);
  const processes = await processesOf(before.pid);
  expect(processes.length).toBeGreaterThanOrEqual(3);
  await before.stop();
  await before.stop();
  expect(await processesOf(before.pid)).toEqual([]);
  const left = await execa('ps', ['--no-headers', '-o', 'pid,args', '-p', processes.join(',')], {
    reject: false,
  });
  expect(left.stdout).toBe('');

  const after = await startHost(options);
  try {
    expect(after.sshPort).toBe(before.sshPort);
    expect(
      await ssh('root@compute-c', 'ls /var/lib/nova/stays /run/goes /tmp/goes 2>/dev/null'),
    ).toMatchObject({
      said: '/var/lib/nova/stays',
    });
    expect(await must(after, ['cat', '/proc/sys/kernel/random/boot_id'])).not.toBe(bootId);
  } finally {
    await after.stop();
  }
});

test('a name or an address that cannot be a lab host is refused', async () => {
  const lab = { directory: directory.path };
  await expect(startHost({ ...lab, name: '../up', address: '127.0.0.14' })).rejects.toThrow(
    'not a host name',
  );
  await expect(startHost({ ...lab, name: 'outside', address: '10.0.0.1' })).rejects.toThrow('not a loopback');
});
