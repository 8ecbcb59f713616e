import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Hosts } from '../../main/domain/ports.ts';
import { freePort, startSshd, type Sshd } from '../support/sshd.ts';
import { makeSshUser, type SshUser } from '../support/ssh-user.ts';

let target: Sshd;
let bastion: Sshd;
let gate: Sshd;
let user: SshUser;
let hosts: Hosts;

beforeAll(async () => {
  [target, bastion, gate] = await Promise.all([startSshd(), startSshd(), startSshd()]);
});
afterAll(async () => {
  for (const sshd of [target, bastion, gate]) await sshd.stop();
});
beforeEach(async () => {
  user = await makeSshUser({ acceptHostKey: () => Promise.resolve(true) });
  hosts = user.hosts();
});
afterEach(async () => {
  await hosts.close();
  await user.remove();
});

function host(name: string, sshd: Sshd, more: readonly string[] = []): readonly string[] {
  const lines = [
    `Host ${name}`,
    'HostName 127.0.0.1',
    `Port ${String(sshd.port)}`,
    `IdentityFile ${sshd.userKey}`,
  ];
  return [...lines, ...more];
}

/** Names of the hosts whose keys were asked about, in order. */
const askedAbout = (): readonly string[] => user.asked.map((line) => line.split(' ')[1] ?? '');

test('a host behind two others is reached, each with its own login and its own key check', async () => {
  await user.writeConfig([
    ...host('compute-1', target, ['ProxyJump bastion']),
    ...host('bastion', bastion, ['ProxyJump root@gate']),
    ...host('gate', gate),
  ]);
  expect(await hosts.shell('compute-1').run(['echo', 'through'])).toMatchObject({ stdout: 'through\n' });
  expect(askedAbout()).toEqual(['gate', 'bastion', 'compute-1']);
});

test('a list of jumps is taken in its order, and wins over what the jumps say themselves', async () => {
  await user.writeConfig([
    ...host('compute-1', target, ['ProxyJump gate,bastion']),
    ...host('bastion', bastion, ['ProxyJump nowhere.invalid']),
    ...host('gate', gate),
  ]);
  expect(await hosts.shell('compute-1').run(['echo', 'through'])).toMatchObject({ stdout: 'through\n' });
  expect(askedAbout()).toEqual(['gate', 'bastion', 'compute-1']);
});

test('hosts behind the same one share the way to it; when it breaks, it is made again', async () => {
  await user.writeConfig([
    ...host('gate', gate),
    ...host('compute-1', target),
    ...host('compute-2', bastion),
    ...['Host *', 'ProxyJump gate'],
  ]);
  const [one, two] = [hosts.shell('compute-1'), hosts.shell('compute-2')];
  await Promise.all([one.run(['true']), two.run(['true'])]);
  expect(askedAbout().filter((name) => name === 'gate')).toHaveLength(1);
  const marker = `${user.home}/running`;
  const work = one.run(['sh', '-c', 'echo $$ > "$1.new"; mv "$1.new" "$1"; exec sleep 1000', 'sh', marker]);
  const waiting = expect(work).rejects.toMatchObject({ code: 'host.disconnected' });
  await expect.poll(() => existsSync(marker), { timeout: 20_000 }).toBe(true);
  await gate.dropSessions();
  await waiting;
  // It has lost its session, not its life.
  process.kill(Number(readFileSync(marker, 'utf8')));
  expect(await two.run(['echo', 'again'])).toMatchObject({ stdout: 'again\n' });
});

test('a jump host whose key changed is refused like any other', async () => {
  await user.writeConfig([...host('compute-1', target, ['ProxyJump gate']), ...host('gate', gate)]);
  await hosts.shell('compute-1').run(['true']);
  await gate.restart({ newHostKeys: true });
  const later = user.hosts();
  await expect(later.shell('compute-1').run(['true'])).rejects.toMatchObject({
    code: 'host.key-changed',
    message: expect.stringMatching(/^gate /) as string,
  });
  await later.close();
});

test('a host that the jump host does not reach is told as such', async () => {
  await user.writeConfig([
    ...['Host compute-1', 'HostName 127.0.0.1', `Port ${String(await freePort())}`, 'ProxyJump gate'],
    ...host('gate', gate),
  ]);
  await expect(hosts.shell('compute-1').run(['true'])).rejects.toMatchObject({
    code: 'host.unreachable',
    message: expect.stringContaining('the jump host does not reach') as string,
  });
});

test('jump hosts in a ring end in a message', async () => {
  await user.writeConfig([...host('a', target, ['ProxyJump b']), ...host('b', bastion, ['ProxyJump a'])]);
  await expect(hosts.shell('a').run(['true'])).rejects.toMatchObject({
    code: 'host.unreachable',
    message: expect.stringContaining('b → a → b') as string,
  });
});

test('a ProxyCommand is not run', async () => {
  await user.writeConfig(host('compute-1', target, [`ProxyCommand touch ${user.home}/ran`]));
  await expect(hosts.shell('compute-1').run(['true'])).rejects.toMatchObject({
    code: 'host.unreachable',
    hint: expect.stringContaining('ProxyJump') as string,
  });
});
