import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createEphemeralBase,
  createOverlay,
  createSwapBase,
  guestDigest,
  writeToDisk,
} from '../lab/hosts/disks.ts';
import { domainXml } from '../lab/hosts/domain-xml.ts';
import { GUEST_LAYOUT, lastBoot, type BootLine } from '../lab/hosts/guest-layout.ts';
import { startHost } from '../lab/hosts/start-host.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { makeLabDirectory, type LabDirectory } from '../support/lab-directory.ts';

// Guests of the lab: real image files, real locks of qemu-nbd, the stand-in virsh.

const SERVER = '3f000000-1111-4222-8333-444444444444';
const NAME = 'instance-00000001';
const HOME = `${INSTANCES_PATH}/${SERVER}`;
const ROOT_MIB = 32;

let directory: LabDirectory;
let host: RunningHost;

beforeAll(async () => {
  directory = await makeLabDirectory();
  host = await startHost({ directory: directory.path, name: 'compute-a', address: '127.0.0.11' });
  await createEphemeralBase(host, `${INSTANCES_PATH}/_base/ephemeral`, 16);
  await createSwapBase(host, `${INSTANCES_PATH}/_base/swap`, 16);
  await must(['truncate', '-s', `${ROOT_MIB}M`, `${INSTANCES_PATH}/_base/image`], 'nova');
});
afterAll(async () => {
  await host.stop();
  await directory.remove();
});

beforeEach(async () => {
  await host.exec(['virsh', 'destroy', SERVER]);
  await host.exec(['virsh', 'undefine', SERVER]);
  await must(['sh', '-c', 'rm -rf "$1" /run/guests/*.ignores-shutdown', 'lab', HOME]);
  await must(['mkdir', HOME], 'nova');
  await createOverlay(
    host,
    `${HOME}/disk`,
    { path: `${INSTANCES_PATH}/_base/image`, format: 'raw' },
    ROOT_MIB,
  );
  await createOverlay(
    host,
    `${HOME}/disk.eph0`,
    { path: `${INSTANCES_PATH}/_base/ephemeral`, format: 'raw' },
    16,
  );
  await createOverlay(host, `${HOME}/disk.swap`, { path: `${INSTANCES_PATH}/_base/swap`, format: 'raw' }, 16);
  await must(['truncate', '-s', '1M', `${HOME}/disk.config`], 'nova');
  await define();
});

async function define(): Promise<void> {
  const disks = [
    { path: `${HOME}/disk`, format: 'qcow2' as const },
    { path: `${HOME}/disk.eph0`, format: 'qcow2' as const },
    { path: `${HOME}/disk.swap`, format: 'qcow2' as const },
    { path: `${HOME}/disk.config`, format: 'raw' as const, device: 'cdrom' as const },
  ];
  const xml = domainXml({ serverId: SERVER, name: NAME, disks, memoryMib: 256, vcpus: 2 });
  await must(['sh', '-c', 'cat >/tmp/domain.xml'], 'root', xml);
  await must(['virsh', 'define', '/tmp/domain.xml']);
}

async function must(argv: readonly string[], user = 'root', stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv, { user, stdin });
  expect(code === 0 ? '' : `${argv.join(' ')}: ${stderr}`).toBe('');
  return stdout.trimEnd();
}

async function virsh(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await host.exec(['virsh', ...words]);
  return `${code} ${(stdout + stderr).trim()}`;
}

async function booted(): Promise<BootLine | undefined> {
  return lastBoot(await must(['cat', `${HOME}/console.log`]));
}

const owners = (): Promise<string> => must(['sh', '-c', 'cd "$1" && stat -c "%n %U:%G" disk*', 'lab', HOME]);

describe('virsh', () => {
  test('knows a domain by name, UUID and id, and its states', async () => {
    expect(await virsh('domstate', SERVER)).toBe('0 shut off');
    expect(await virsh('start', SERVER)).toBe(`0 Domain '${SERVER}' started`);
    expect(await virsh('domstate', NAME)).toBe('0 running');
    const [, id = ''] = (await virsh('domid', NAME)).split(' ');
    expect(await virsh('domuuid', id)).toBe(`0 ${SERVER}`);
    expect(await virsh('start', NAME)).toBe('1 error: Domain is already active');
    expect(await virsh('shutdown', SERVER)).toBe(`0 Domain '${SERVER}' is being shutdown`);
    expect(await virsh('domstate', SERVER)).toBe('0 shut off');
    expect(await virsh('shutdown', NAME)).toContain(
      'Requested operation is not valid: domain is not running',
    );
    expect(await virsh('destroy', NAME)).toContain('Requested operation is not valid: domain is not running');
    expect(await virsh('undefine', NAME)).toBe(`0 Domain '${NAME}' has been undefined`);
    expect(await virsh('domstate', SERVER)).toBe(`1 error: failed to get domain '${SERVER}'`);
  });

  test('lists and describes as the real one does', async () => {
    expect(await must(['virsh', 'list', '--all'])).toBe(
      [' Id   Name                State', '-'.repeat(36), ` -    ${NAME}   shut off`].join('\n'),
    );
    expect(await must(['virsh', 'list', '--name'])).toBe('');
    expect(await must(['virsh', 'list', '--all', '--uuid'])).toBe(SERVER);
    expect(await must(['virsh', 'domblklist', NAME, '--details'])).toContain(
      ` file   disk     vda      ${HOME}/disk\n file   disk     vdb      ${HOME}/disk.eph0`,
    );
    const information = await must(['virsh', 'dominfo', SERVER]);
    expect(information).toContain('CPU(s):         2\nMax memory:     262144 KiB');
    expect(await must(['virsh', 'dumpxml', '--inactive', SERVER])).toContain(`<uuid>${SERVER}</uuid>`);
  });

  test('refuses what libvirt refuses', async () => {
    expect(await virsh('define', '/tmp/nothing.xml')).toContain(
      "error: Failed to open file '/tmp/nothing.xml'",
    );
    expect(await virsh('frobnicate')).toBe("1 error: unknown command: 'frobnicate'");
    expect(await virsh('start')).toBe("1 error: command 'start' requires <domain> option");
    await must(['sh', '-c', 'sed s/3f000000/4f000000/ /tmp/domain.xml >/tmp/other.xml']);
    expect(await virsh('define', '/tmp/other.xml')).toContain(
      `operation failed: domain '${NAME}' already exists with uuid ${SERVER}`,
    );
    await must(['mv', `${HOME}/disk`, `${HOME}/hidden`]);
    expect(await virsh('start', NAME)).toContain(`Cannot access storage file '${HOME}/disk'`);
    expect(await virsh('domstate', NAME)).toBe('0 shut off');
    // Whoever is not root sees a libvirt of their own.
    expect((await host.exec(['virsh', 'domstate', NAME], { user: 'operator' })).stderr).toContain(
      'failed to get domain',
    );
  });

  test('many at once do not disturb each other', async () => {
    const looking = Array.from({ length: 6 }, () => virsh('domstate', NAME));
    expect(await virsh('start', NAME)).toBe(`0 Domain '${NAME}' started`);
    for (const state of await Promise.all(looking)) expect(['0 shut off', '0 running']).toContain(state);
    const starts = await Promise.all([1, 2, 3].map(() => virsh('start', NAME)));
    expect(new Set(starts)).toEqual(new Set(['1 error: Domain is already active']));
  });

  test('a domain without a definition is gone when it ends', async () => {
    await must(['virsh', 'start', NAME]);
    await must(['virsh', 'undefine', NAME]);
    expect(await virsh('domstate', NAME)).toBe('0 running');
    await must(['virsh', 'destroy', NAME]);
    expect(await virsh('domstate', NAME)).toBe(`1 error: failed to get domain '${NAME}'`);
  });
});

describe('a running guest', () => {
  test('holds the image locks of QEMU, and lets go of them at its end', async () => {
    await must(['virsh', 'start', NAME]);
    for (const disk of ['disk', 'disk.eph0', 'disk.swap']) {
      const refused = await host.exec(['qemu-img', 'info', `${HOME}/${disk}`]);
      expect(refused.stderr).toContain('Failed to get shared "write" lock');
      await must(['qemu-img', 'info', '-U', `${HOME}/${disk}`]);
    }
    await must(['virsh', 'destroy', NAME]);
    await must(['qemu-img', 'info', `${HOME}/disk`]);
  });

  test('owns its disks while it runs; then they go back to who had them', async () => {
    const off = 'disk nova:nova\ndisk.config nova:nova\ndisk.eph0 nova:nova\ndisk.swap nova:nova';
    expect(await owners()).toBe(off);
    await must(['virsh', 'start', NAME]);
    expect(await owners()).toBe(off.replaceAll('nova:nova', 'libvirt-qemu:kvm'));
    expect(await must(['stat', '-c', '%U:%G %a', `${HOME}/console.log`])).toBe('root:root 600');
    await must(['virsh', 'shutdown', NAME]);
    expect(await owners()).toBe(off);
    await must(['chown', 'root:root', `${HOME}/disk`]);
    await must(['virsh', 'start', NAME]);
    await must(['virsh', 'shutdown', NAME]);
    expect(await owners()).toContain('disk root:root');
  });

  test('may ignore the power button, but not the pulled plug', async () => {
    await must(['virsh', 'start', NAME]);
    await must(['touch', `/run/guests/${SERVER}.ignores-shutdown`]);
    expect(await virsh('shutdown', NAME)).toContain('is being shutdown');
    expect(await virsh('domstate', NAME)).toBe('0 running');
    await must(['virsh', 'destroy', NAME]);
    expect(await virsh('domstate', NAME)).toBe('0 shut off');
  });

  test('that crashed is shut off, its disks are given back', async () => {
    await must(['virsh', 'start', NAME]);
    await must(['sh', '-c', 'cat /run/guests/*.pid | xargs kill -9']);
    await expect.poll(() => virsh('domstate', NAME), { timeout: 20_000 }).toBe('0 shut off');
    expect(await owners()).toContain('disk nova:nova');
  });

  test('does not start on a disk that another process writes', async () => {
    const socket = '/tmp/other.sock';
    await must([
      'qemu-nbd',
      '--persistent',
      '--fork',
      '--pid-file=/tmp/other.pid',
      '-k',
      socket,
      `${HOME}/disk`,
    ]);
    expect(await virsh('start', NAME)).toContain('Failed to get "write" lock');
    expect(await virsh('domstate', NAME)).toBe('0 shut off');
    expect(await owners()).toContain('disk nova:nova');
    await must(['sh', '-c', 'kill "$(cat /tmp/other.pid)"']);
  });
});

describe('what the guest says of its disks', () => {
  async function restart(): Promise<void> {
    await must(['virsh', 'start', NAME]);
    await must(['virsh', 'shutdown', NAME]);
  }

  test('each boot counts, and finds its data', async () => {
    await restart();
    expect(await booted()).toEqual({ boot: 1, payload: 'OK', ephemeral: 1 });
    const digest = await guestDigest(host, `${HOME}/disk`, 'qcow2');
    await restart();
    expect(await booted()).toEqual({ boot: 2, payload: 'OK', ephemeral: 2 });
    expect(await guestDigest(host, `${HOME}/disk`, 'qcow2')).not.toBe(digest);
  });

  test('one altered byte is BAD, a fresh disk starts at one, ext4 stays sound', async () => {
    await restart();
    const { dataOffset, dataBytes } = GUEST_LAYOUT.root;
    await writeToDisk(host, `${HOME}/disk`, 'qcow2', {
      offset: dataOffset + dataBytes - 512,
      bytes: 1,
      byte: 7,
    });
    await restart();
    expect(await booted()).toEqual({ boot: 2, payload: 'BAD', ephemeral: 2 });

    await writeToDisk(host, `${HOME}/disk.eph0`, 'qcow2', { offset: 700, bytes: 1, byte: 7 });
    await must(['rm', `${HOME}/disk`]);
    await createOverlay(
      host,
      `${HOME}/disk`,
      { path: `${INSTANCES_PATH}/_base/image`, format: 'raw' },
      ROOT_MIB,
    );
    await restart();
    expect(await booted()).toEqual({ boot: 1, payload: 'OK', ephemeral: 'BAD' });

    await must(['qemu-img', 'convert', '-O', 'raw', `${HOME}/disk.eph0`, '/tmp/ephemeral']);
    expect(await must(['e2fsck', '-fn', '/tmp/ephemeral'])).toContain('ephemeral0');
  });
});
