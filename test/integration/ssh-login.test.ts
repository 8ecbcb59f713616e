import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostTarget } from '../../main/domain/settings.ts';
import { freePort, makeKey, startSshd, type Sshd } from '../support/sshd.ts';
import { makeSshUser, type SshUser } from '../support/ssh-user.ts';

let sshd: Sshd;
let user: SshUser;
let passphrases: (string | undefined)[];

beforeAll(async () => {
  sshd = await startSshd({ config: ['MaxAuthTries 3'] });
});
afterAll(async () => {
  await sshd.stop();
});
beforeEach(async () => {
  passphrases = [];
  user = await makeSshUser({
    acceptHostKey: () => Promise.resolve(true),
    passphrase: () => Promise.resolve(passphrases.shift()),
  });
});
afterEach(async () => {
  await user.remove();
});

async function whoAmI(
  target: Partial<HostTarget>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const hosts = user.hosts({ target: { address: '127.0.0.1', port: sshd.port, ...target }, env });
  try {
    const result = await hosts.shell('compute-1').run(['id', '-un']);
    return result.kind === 'exited' ? result.stdout.trim() : result.by;
  } finally {
    await hosts.close();
  }
}

async function lockedKey(passphrase: string): Promise<string> {
  const file = join(user.home, 'locked');
  await makeKey(file, { passphrase });
  await sshd.authorize(`${file}.pub`);
  return file;
}

describe('a key file', () => {
  test('from the user’s own configuration is used, with its port and address', async () => {
    await user.writeConfig([
      ...[
        'Host rack-*',
        `  Port ${String(sshd.port)}`,
        '  HostName 127.0.0.1',
        `  IdentityFile ${sshd.userKey}`,
      ],
    ]);
    const hosts = user.hosts();
    expect(await hosts.shell('rack-7').run(['echo', 'here'])).toMatchObject({ stdout: 'here\n' });
    await hosts.close();
  });

  test.each(['rsa', 'ecdsa'] as const)('of type %s works', async (type) => {
    const file = join(user.home, type);
    await makeKey(file, { type });
    await sshd.authorize(`${file}.pub`);
    expect(await whoAmI({ identityFile: file })).toBe('root');
  });

  test('in the old PEM form works', async () => {
    const file = join(user.home, 'pem');
    await execa('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PEM', '-N', '', '-f', file]);
    await sshd.authorize(`${file}.pub`);
    expect(await whoAmI({ identityFile: file })).toBe('root');
  });

  test('with a passphrase is opened by asking, again after a wrong one', async () => {
    const file = await lockedKey('correct horse');
    passphrases = ['wrong', 'correct horse'];
    expect(await whoAmI({ identityFile: file })).toBe('root');
    expect(user.asked.filter((line) => line.startsWith('passphrase'))).toEqual([
      `passphrase ${file}`,
      `passphrase ${file}`,
    ]);
  });

  test('is opened once for several hosts at the same time', async () => {
    const file = await lockedKey('open sesame');
    passphrases = ['open sesame'];
    const hosts = user.hosts({ target: { port: sshd.port, identityFile: file } });
    await user.writeConfig(['StrictHostKeyChecking no', 'UserKnownHostsFile /dev/null']);
    const shells = ['127.0.0.1', '127.0.0.2'].map((name) => hosts.shell(name));
    // The second address is not listened on: it must fail for that, not for a passphrase.
    const results = await Promise.allSettled(shells.map(async (shell) => await shell.run(['true'])));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    await shells[0]?.run(['true']);
    expect(user.asked.filter((line) => line.startsWith('passphrase'))).toEqual([`passphrase ${file}`]);
    await hosts.close();
  });

  test('is given up after three wrong passphrases', async () => {
    const file = await lockedKey('right');
    passphrases = ['a', 'b', 'c', 'right'];
    await expect(whoAmI({ identityFile: file })).rejects.toMatchObject({
      code: 'host.authentication',
      message: expect.stringContaining(`${file} (not usable: the passphrase was wrong)`) as string,
    });
    expect(passphrases).toEqual(['right']);
  });

  test('that the host does not know is named, without its contents', async () => {
    const file = join(user.home, 'stranger');
    await makeKey(file, {});
    await expect(whoAmI({ identityFile: file })).rejects.toMatchObject({
      code: 'host.authentication',
      message: `root@127.0.0.1 accepts none of what was tried: no agent, ${file}`,
    });
  });
});

describe('an agent', () => {
  let agent: ChildProcess;
  let socket: string;

  beforeEach(async () => {
    socket = join(user.home, 'agent');
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (agent.stdout !== null) await once(agent.stdout, 'data');
  });
  afterEach(async () => {
    agent.kill();
    await once(agent, 'exit');
  });

  const add = async (file: string): Promise<void> => {
    await execa('ssh-add', ['-q', file], { env: { SSH_AUTH_SOCK: socket } });
  };

  const withAgent = async (lines: readonly string[]): Promise<void> => {
    await user.writeConfig(['IdentityAgent SSH_AUTH_SOCK', ...lines]);
  };

  test('signs, and no file is needed', async () => {
    await add(sshd.userKey);
    await withAgent(['IdentityFile /nonexistent']);
    expect(await whoAmI({}, { SSH_AUTH_SOCK: socket })).toBe('root');
  });

  test('with more keys than the host hears offers the configured one first', async () => {
    for (const name of ['1', '2', '3', '4']) {
      await makeKey(join(user.home, name), {});
      await add(join(user.home, name));
    }
    await add(sshd.userKey);
    await withAgent(['IdentityFile /nonexistent']);
    await expect(whoAmI({}, { SSH_AUTH_SOCK: socket })).rejects.toMatchObject({
      code: 'host.authentication',
      hint: expect.stringContaining('IdentitiesOnly') as string,
    });
    await copyFile(`${sshd.userKey}.pub`, join(user.home, 'mine.pub'));
    await withAgent([`IdentityFile ${join(user.home, 'mine')}`]);
    expect(await whoAmI({}, { SSH_AUTH_SOCK: socket })).toBe('root');
    await withAgent([`IdentityFile ${join(user.home, '1')}`, 'IdentitiesOnly yes']);
    await expect(whoAmI({}, { SSH_AUTH_SOCK: socket })).rejects.toMatchObject({
      message: 'root@127.0.0.1 accepts none of what was tried: the agent’s key',
    });
  });

  test('that does not answer is no reason to fail while a key file works', async () => {
    await withAgent([]);
    const env = { SSH_AUTH_SOCK: join(user.home, 'nobody') };
    expect(await whoAmI({ identityFile: sshd.userKey }, env)).toBe('root');
  });
});

describe('a host that cannot be reached', () => {
  test('says so, and that trying later may help', async () => {
    await expect(whoAmI({ port: await freePort() })).rejects.toMatchObject({
      code: 'host.unreachable',
      passing: true,
      message: expect.stringContaining('nothing listens there') as string,
    });
  });

  test('because it accepts and says nothing is given up after ConnectTimeout', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await user.writeConfig(['ConnectTimeout 1']);
    await expect(whoAmI({ port: (silent.address() as AddressInfo).port })).rejects.toMatchObject({
      code: 'host.unreachable',
      passing: true,
      message: expect.stringContaining('does not answer in time') as string,
    });
    silent.close();
  });

  test('because a signal fires while it connects is left alone', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await user.writeConfig(['ConnectTimeout 1']);
    const controller = new AbortController();
    const hosts = user.hosts({
      target: { address: '127.0.0.1', port: (silent.address() as AddressInfo).port },
    });
    silent.once('connection', () => {
      controller.abort();
    });
    await expect(hosts.shell('compute-1').run(['true'], { signal: controller.signal })).rejects.toMatchObject(
      { code: 'cancelled' },
    );
    await hosts.close();
    silent.close();
  });

  test.each(['-oProxyCommand=touch x', 'a;b', 'a b', '$(id)', ''])(
    'because %o is no name never gets to ssh',
    async (name) => {
      const hosts = user.hosts();
      await expect(hosts.shell(name).run(['true'])).rejects.toMatchObject({ code: 'host.unreachable' });
      await hosts.close();
    },
  );
});
