import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hosts, Shell } from '../../main/domain/ports.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';
import { makeSshUser, type SshUser } from '../support/ssh-user.ts';

let sshd: Sshd;
let user: SshUser;
const opened: Hosts[] = [];

const NAMES = ['root', 'operator', 'clerk', 'limited', 'guest', 'sshd'];

beforeAll(async () => {
  sshd = await startSshd({
    files: {
      '/etc/passwd': NAMES.map(
        (name, number) => `${name}:x:${String(number)}:${String(number)}::/tmp:/bin/sh\n`,
      ).join(''),
      '/etc/group': NAMES.map((name, number) => `${name}:x:${String(number)}:\n`).join(''),
      '/etc/shadow': NAMES.map((name) => `${name}:*:20000:0:99999:7:::\n`).join(''),
      '/etc/sudoers': 'operator ALL=(ALL:ALL) NOPASSWD: ALL\nlimited ALL=(ALL:ALL) ALL\n',
    },
  });
  // The daemon reads authorized_keys as the user who logs in.
  await chmod(sshd.directory, 0o755);
  user = await makeSshUser({ acceptHostKey: () => Promise.resolve(true) });
});
afterAll(async () => {
  for (const hosts of opened) await hosts.close();
  await sshd.stop();
  await user.remove();
});

function loginAs(name: string, becomeRoot: 'sudo' | 'never' = 'sudo'): Shell {
  const target = {
    address: '127.0.0.1',
    port: sshd.port,
    identityFile: sshd.userKey,
    user: name,
    becomeRoot,
  };
  const hosts = user.hosts({ target });
  opened.push(hosts);
  return hosts.shell('compute-1');
}

const WHO = ['id', '-un'];

test.each([
  ['root', 'login', 'root'],
  ['root', 'root', 'root'],
  ['root', { user: 'guest' }, 'guest'],
  ['operator', 'login', 'operator'],
  ['operator', 'root', 'root'],
  ['operator', { user: 'guest' }, 'guest'],
  ['clerk', { user: 'clerk' }, 'clerk'],
] as const)('a login of %s runs as %o when asked', async (name, as, expected) => {
  expect(await loginAs(name).run(WHO, { as })).toMatchObject({ code: 0, stdout: `${expected}\n` });
});

test('arguments, input and exit code pass through sudo', async () => {
  const script = 'cat; printf %s "$1" >&2; exit 4';
  const result = await loginAs('operator').run(['sh', '-c', script, 'sh', "it's $HOME"], {
    as: 'root',
    stdin: 'in',
  });
  expect(result).toEqual({ kind: 'exited', code: 4, stdout: 'in', stderr: "it's $HOME" });
});

test.each(['clerk', 'limited'])('sudo that says no to %s is told with the line that helps', async (name) => {
  await expect(loginAs(name).run(WHO, { as: 'root' })).rejects.toMatchObject({
    code: 'host.no-sudo',
    message: expect.stringContaining('a password is required') as string,
    hint: expect.stringContaining(`${name} ALL=(ALL:ALL) NOPASSWD: ALL`) as string,
  });
});

test('a program of ours that fails under sudo is not taken for a refusal', async () => {
  const result = await loginAs('operator').run(['sh', '-c', 'echo no sudo here >&2; exit 1'], { as: 'root' });
  expect(result).toMatchObject({ kind: 'exited', code: 1 });
});

test('settings that forbid sudo are obeyed, unless no sudo is needed', async () => {
  await expect(loginAs('operator', 'never').run(WHO, { as: 'root' })).rejects.toMatchObject({
    code: 'host.no-sudo',
  });
  expect(await loginAs('root', 'never').run(WHO, { as: 'root' })).toMatchObject({ stdout: 'root\n' });
});
