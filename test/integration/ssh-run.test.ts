import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Hosts, Shell } from '../../main/domain/ports.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';
import { makeSshUser, type SshUser } from '../support/ssh-user.ts';

let sshd: Sshd;
let user: SshUser;
let hosts: Hosts;
let shell: Shell;

beforeAll(async () => {
  sshd = await startSshd({ config: ['MaxSessions 3'] });
  user = await makeSshUser({ acceptHostKey: () => Promise.resolve(true) });
  hosts = user.hosts({ target: { address: '127.0.0.1', port: sshd.port, identityFile: sshd.userKey } });
  shell = hosts.shell('compute-1');
});
afterAll(async () => {
  await hosts.close();
  await sshd.stop();
  await user.remove();
});

const sh = (script: string): readonly string[] => ['sh', '-c', script];

test('a non-zero exit is a result, with both streams', async () => {
  const result = await shell.run(sh('echo out; echo err >&2; exit 3'));
  expect(result).toEqual({ kind: 'exited', code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('small packets do not wait for the acknowledgement of the one before', async () => {
  const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
  const target = { address: '127.0.0.1', port: sshd.port, identityFile: sshd.userKey };
  const fresh = user.hosts({ target });
  try {
    await fresh.shell('compute-1').run(['true']);
    expect(setNoDelay).toHaveBeenCalledWith(true);
  } finally {
    setNoDelay.mockRestore();
    await fresh.close();
  }
});

test('arguments arrive as they were given', async () => {
  const awkward = `it's $HOME; "x" \\ *\nnext — ünïcode 🖥`;
  expect(await shell.run(['printf', '%s', awkward, '-n'])).toMatchObject({
    stdout: `${awkward}-n`,
  });
});

test('a program that dies by a signal says which', async () => {
  expect(await shell.run(sh('echo last >&2; kill -KILL $$'))).toEqual({
    kind: 'killed',
    by: 'SIGKILL',
    stderr: 'last\n',
  });
});

test('standard input is given whole, and its end is seen', async () => {
  const stdin = 'ä'.repeat(3_000_000);
  expect(await shell.run(['wc', '-c'], { stdin })).toMatchObject({ stdout: '6000000\n' });
  expect(await shell.run(['cat'])).toMatchObject({ code: 0, stdout: '' });
});

test('a program that does not read its input ends all the same', async () => {
  expect(await shell.run(['true'], { stdin: 'x'.repeat(10_000_000) })).toMatchObject({ code: 0 });
});

test('a character cut by a packet is put together', async () => {
  const result = await shell.run(sh(`i=0; while [ $i -lt 40000 ]; do printf 'x€🖥'; i=$((i+1)); done`));
  expect(result).toMatchObject({ stdout: 'x€🖥'.repeat(40_000) });
});

test('forty at once all come back, although the host allows three sessions', async () => {
  const results = await Promise.all(
    Array.from({ length: 40 }, async (_, number) => await shell.run(['echo', String(number)])),
  );
  expect(results.map((result) => result.kind === 'exited' && result.stdout)).toEqual(
    Array.from({ length: 40 }, (_, number) => `${String(number)}\n`),
  );
});

test('too much output is a failure, not a full memory', async () => {
  const small = user.hosts({
    maxOutputBytes: 1000,
    target: { address: '127.0.0.1', port: sshd.port, identityFile: sshd.userKey },
  });
  await expect(small.shell('compute-1').run(['yes'])).rejects.toMatchObject({ code: 'host.command-failed' });
  await small.close();
});

describe('a signal', () => {
  test('ends the wait, and the connection goes on', async () => {
    const controller = new AbortController();
    const marker = `${sshd.directory}/begun`;
    const waiting = shell.run([...sh('touch "$1"; exec sleep 1000'), 'sh', marker], {
      signal: controller.signal,
    });
    const cancelled = expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => existsSync(marker), { timeout: 20_000 }).toBe(true);
    controller.abort();
    await cancelled;
    expect(await shell.run(['echo', 'on'])).toMatchObject({ stdout: 'on\n' });
  });

  test('that has fired already starts nothing', async () => {
    const marker = `${sshd.directory}/started`;
    await expect(shell.run(['touch', marker], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await shell.run(['test', '-e', marker])).toMatchObject({ code: 1 });
  });
});

describe('when the connection breaks', () => {
  test('who waits hears of it, and the next command connects again', async () => {
    const marker = `${sshd.directory}/running`;
    const waiting = shell.run([...sh('touch "$1"; exec sleep 1000'), 'sh', marker]);
    const broken = expect(waiting).rejects.toMatchObject({ code: 'host.disconnected', passing: true });
    await expect.poll(() => existsSync(marker), { timeout: 20_000 }).toBe(true);
    await sshd.dropSessions();
    await broken;
    expect(await shell.run(['echo', 'again'])).toMatchObject({ stdout: 'again\n' });
  });

  test('a server that was restarted meanwhile is reached again without a question', async () => {
    const before = user.asked.length;
    await shell.run(['true']);
    await sshd.restart();
    expect(await shell.run(['echo', 'back'])).toMatchObject({ stdout: 'back\n' });
    expect(user.asked.length).toBe(before);
  });
});

test('after close nothing is started any more', async () => {
  const own = user.hosts({ target: { address: '127.0.0.1', port: sshd.port, identityFile: sshd.userKey } });
  await own.shell('compute-1').run(['true']);
  await own.close();
  await expect(own.shell('compute-1').run(['true'])).rejects.toMatchObject({ code: 'cancelled' });
});
