import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostTarget } from '../../main/domain/settings.ts';
import type { LogLine } from '../../main/domain/ports.ts';
import { readJump } from '../../main/services/ssh/pool.ts';
import { pathList, readHostConfig, type HostConfig } from '../../main/services/ssh/ssh-config.ts';

let home: string;
let lines: LogLine[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'coldhaul-config-'));
  lines = [];
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

async function read(
  config: readonly string[],
  target: Partial<HostTarget> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<HostConfig> {
  const sshConfigFile = join(home, 'config');
  await writeFile(sshConfigFile, `${config.join('\n')}\n`);
  const options = {
    home,
    log: (line: LogLine) => lines.push(line),
    env: { PATH: process.env['PATH'], ...env },
  };
  return await readHostConfig({ alias: 'rack', sshConfigFile, ...target }, options);
}

test('what ssh would do is what we do', async () => {
  const config = await read(
    [
      ...[
        'Host rack',
        'HostName 10.1.2.3',
        'Port 2222',
        'User ops',
        'IdentityFile ~/.ssh/%h-%r',
        'IdentitiesOnly yes',
      ],
      ...['ProxyJump gate,me@bastion:23', 'HostKeyAlias the-rack', 'ConnectTimeout 7', 'HashKnownHosts yes'],
      ...['IdentityAgent ${MY_AGENT}', 'StrictHostKeyChecking yes', 'UserKnownHostsFile ~/a /b'],
    ],
    {},
    { MY_AGENT: '/run/agent' },
  );
  expect(config).toMatchObject({
    address: '10.1.2.3',
    port: 2222,
    user: 'ops',
    identityFiles: [join(home, '.ssh/10.1.2.3-ops')],
    identitiesOnly: true,
    jumps: ['gate', 'me@bastion:23'],
    knownAs: 'the-rack',
    connectTimeoutMs: 7000,
    hashKnownHosts: true,
    agentSocket: '/run/agent',
    mayAskForKey: false,
  });
  expect(config.userKnownHosts.at(-1)).toBe('/b');
});

test('explicit values win, as they do on its command line', async () => {
  const config = await read(
    [
      'Host rack',
      'HostName 10.1.2.3',
      'Port 2222',
      'User ops',
      'Match host 10.9.9.9 user me',
      'ConnectTimeout 3',
    ],
    {
      address: '10.9.9.9',
      port: 22,
      user: 'me',
      identityFile: '~/mine',
    },
  );
  expect(config).toMatchObject({
    address: '10.9.9.9',
    port: 22,
    user: 'me',
    knownAs: '10.9.9.9',
    connectTimeoutMs: 3000,
  });
  expect(config.identityFiles).toEqual([join(home, 'mine')]);
});

test('another port is part of the name that known_hosts has', async () => {
  expect((await read([], { port: 23 })).knownAs).toBe('[rack]:23');
});

test.each([
  [{ SSH_AUTH_SOCK: '/run/a' }, [], '/run/a'],
  [{ SSH_AUTH_SOCK: '' }, [], undefined],
  [{}, [], undefined],
  [{ SSH_AUTH_SOCK: '/run/a' }, ['IdentityAgent none'], undefined],
  [{ SSH_AUTH_SOCK: '/run/a' }, ['IdentityAgent /run/b'], '/run/b'],
])('with %o and %o the agent is %o', async (env, config, expected) => {
  expect((await read(config, {}, env as Record<string, string>)).agentSocket).toBe(expected);
});

test('a broken configuration is told in ssh’s words', async () => {
  await expect(read(['Nonsense yes'])).rejects.toMatchObject({
    code: 'host.unreachable',
    message: expect.stringMatching(/Bad configuration option: nonsense/) as string,
  });
});

test('without an ssh on this machine, OpenSSH’s defaults serve, and the log says so', async () => {
  const config = await read(['Host rack', 'Port 5'], { user: 'me' }, { PATH: home });
  expect(config).toMatchObject({ address: 'rack', port: 22, user: 'me', jumps: [], mayAskForKey: true });
  expect(config.identityFiles[0]).toBe(join(home, '.ssh/id_ed25519'));
  expect(config.userKnownHosts).toEqual([join(home, '.ssh/known_hosts')]);
  expect(lines).toMatchObject([{ level: 'warn', host: 'rack' }]);
});

test.each(['a;b', '-oX=y', 'a\nb', "a'b", '$(x)'])('%o is no name of a user or a host', async (name) => {
  await expect(read([], { user: name })).rejects.toMatchObject({ code: 'host.unreachable' });
  await expect(read([], { address: name })).rejects.toMatchObject({ code: 'host.unreachable' });
});

test.each(['fe80::1%eth0', '::1', '10.0.0.1', 'A_b-1.example'])('%s is one', async (name) => {
  expect((await read([], { address: name })).address).toBe(name);
});

test.each([
  ['/a /b', ['/a', '/b']],
  ['/home/a user/k ~/b', ['/home/a user/k', '~/b']],
  ['C:\\Users\\A B\\k D:/x', ['C:\\Users\\A B\\k', 'D:/x']],
  ['none', []],
  [undefined, []],
])('the paths in %o are %o', (value, expected) => {
  expect(pathList(value)).toEqual(expected);
});

test.each([
  ['gate', { alias: 'gate' }],
  ['me@gate:23', { alias: 'gate', user: 'me', port: 23 }],
  ['ssh://me@gate:23/', { alias: 'gate', user: 'me', port: 23 }],
  ['me@corp@gate', { alias: 'gate', user: 'me@corp' }],
  ['[fe80::1]:23', { alias: 'fe80::1', port: 23 }],
])('the jump %s is %o', (text, expected) => {
  expect(readJump(text, undefined)).toEqual(expected);
});
