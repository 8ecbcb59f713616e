import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostTarget } from '../../main/domain/settings.ts';
import { startSshd, type KeyType, type Sshd } from '../support/sshd.ts';
import { makeSshUser, type SshUser } from '../support/ssh-user.ts';

let sshd: Sshd;
let user: SshUser;
let answer: boolean;

beforeEach(async () => {
  answer = true;
  sshd = await startSshd({ hostKeys: ['ed25519', 'rsa', 'ecdsa'] });
  user = await makeSshUser({ acceptHostKey: () => Promise.resolve(answer) });
  await mkdir(dirname(user.knownHosts), { mode: 0o700 });
});
afterEach(async () => {
  await sshd.stop();
  await user.remove();
});

async function sayHello(target: Partial<HostTarget> = {}): Promise<string> {
  const hosts = user.hosts({
    target: { address: '127.0.0.1', port: sshd.port, identityFile: sshd.userKey, ...target },
  });
  try {
    const result = await hosts.shell('compute-1').run(['echo', 'hello']);
    return result.kind === 'exited' ? result.stdout : result.by;
  } finally {
    await hosts.close();
  }
}

const knownAs = (): string => `[127.0.0.1]:${String(sshd.port)}`;

function fingerprintOf(type: KeyType): string {
  return (
    execFileSync('ssh-keygen', ['-lf', `${sshd.directory}/host_${type}.pub`])
      .toString()
      .split(' ')[1] ?? ''
  );
}

test('an unknown key is shown as OpenSSH shows it; a yes is written down once, for the user only', async () => {
  await expect(sayHello()).resolves.toBe('hello\n');
  await expect(sayHello()).resolves.toBe('hello\n');
  expect(user.asked).toEqual([`key compute-1 ssh-ed25519 ${fingerprintOf('ed25519')}`]);
  expect(await readFile(user.knownHosts, 'utf8')).toBe(`${knownAs()} ${await sshd.hostKey('ed25519')}\n`);
  expect((await stat(user.knownHosts)).mode & 0o777).toBe(0o600);
});

test('OpenSSH itself accepts what was written down', async () => {
  await writeFile(user.knownHosts, 'someone ssh-ed25519 AAAA');
  await sayHello();
  const options = [
    '-o',
    'BatchMode=yes',
    '-o',
    'StrictHostKeyChecking=yes',
    '-i',
    sshd.userKey,
    '-p',
    String(sshd.port),
  ];
  expect(
    execFileSync('ssh', ['-F', user.configFile, ...options, '127.0.0.1', 'echo', 'me', 'too']).toString(),
  ).toBe('me too\n');
});

test('HashKnownHosts hides the name, and it is found again', async () => {
  await user.writeConfig(['HashKnownHosts yes']);
  await sayHello();
  await sayHello();
  expect(user.asked).toHaveLength(1);
  expect(await readFile(user.knownHosts, 'utf8')).toMatch(/^\|1\|[^ ]+ ssh-ed25519 /);
});

test('a no stops it, and nothing is written', async () => {
  answer = false;
  await expect(sayHello()).rejects.toMatchObject({
    code: 'host.key-unknown',
    message: expect.stringContaining(fingerprintOf('ed25519')) as string,
  });
  await expect(stat(user.knownHosts)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('StrictHostKeyChecking no, off and accept-new accept nothing by themselves, and yes asks nothing', async () => {
  answer = false;
  for (const loose of ['no', 'off', 'accept-new']) {
    await user.writeConfig([`StrictHostKeyChecking ${loose}`]);
    await expect(sayHello()).rejects.toMatchObject({ code: 'host.key-unknown' });
  }
  await expect(stat(user.knownHosts)).rejects.toMatchObject({ code: 'ENOENT' });
  answer = true;
  await user.writeConfig(['StrictHostKeyChecking yes']);
  await expect(sayHello()).rejects.toMatchObject({
    code: 'host.key-unknown',
    hint: expect.stringContaining('says StrictHostKeyChecking yes, so nobody is asked') as string,
  });
  expect(user.asked).toHaveLength(3);
});

test('a changed key is refused with both fingerprints and the command, and nobody is asked', async () => {
  await sayHello();
  const before = fingerprintOf('ed25519');
  await sshd.restart({ newHostKeys: true });
  const failure = expect(sayHello()).rejects;
  await failure.toMatchObject({
    code: 'host.key-changed',
    message: expect.stringMatching(
      new RegExp(`${escaped(fingerprintOf('ed25519'))}.*${escaped(before)}`),
    ) as string,
    hint: expect.stringContaining(`ssh-keygen -R '${knownAs()}' -f ${user.knownHosts}`) as string,
  });
  expect(user.asked).toHaveLength(1);
});

test('the command in that hint is the one that helps', async () => {
  await sayHello();
  await sshd.restart({ newHostKeys: true });
  await expect(sayHello()).rejects.toMatchObject({ code: 'host.key-changed' });
  execFileSync('ssh-keygen', ['-R', knownAs(), '-f', user.knownHosts], { stdio: 'ignore' });
  await expect(sayHello()).resolves.toBe('hello\n');
});

test.each(['rsa', 'ecdsa'] as const)('a host known by its %s key is asked for that one', async (type) => {
  await writeFile(user.knownHosts, `${knownAs()} ${await sshd.hostKey(type)}\n`);
  await expect(sayHello()).resolves.toBe('hello\n');
  expect(user.asked).toEqual([]);
});

test('wildcards, lists, and a HostKeyAlias mean what they mean to OpenSSH', async () => {
  const key = await sshd.hostKey('ed25519');
  await writeFile(user.knownHosts, `other,[127.0.*]:${String(sshd.port)} ${key}\n`);
  await expect(sayHello()).resolves.toBe('hello\n');
  await user.writeConfig(['HostKeyAlias the-rack']);
  await writeFile(user.knownHosts, `the-rack ${key} a comment\n`);
  await expect(sayHello()).resolves.toBe('hello\n');
  expect(user.asked).toEqual([]);
});

test('a revoked key is refused although it is known', async () => {
  const key = await sshd.hostKey('ed25519');
  await writeFile(user.knownHosts, `${knownAs()} ${key}\n@revoked * ${key}\n`);
  await expect(sayHello()).rejects.toMatchObject({
    code: 'host.key-changed',
    message: expect.stringContaining('revoked') as string,
  });
});

test('known_hosts that keeps nothing asks once, not for ever', async () => {
  await user.writeConfig(['UserKnownHostsFile /dev/null']);
  await expect(sayHello()).resolves.toBe('hello\n');
  expect(user.asked).toHaveLength(1);
});

function escaped(text: string): string {
  return text.replaceAll(/[+/]/g, String.raw`\$&`);
}
