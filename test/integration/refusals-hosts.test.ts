import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { EXIT } from '../../main/cli/exit-codes.ts';
import { capacity, inventories, release, used } from '../lab/cloud/allocations.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { labWithImage, SOURCE, DESTINATION, type LabWithImage } from '../support/lab.ts';
import { refused, type Expected } from '../support/refusal.ts';

const SMALL = 'compute-c';
const PLAN = ['plan', 'web', '--to', DESTINATION] as const;
const MIGRATE = ['migrate', 'web', '--to', DESTINATION] as const;

let bench: LabWithImage;
let source: RunningHost;
let destination: RunningHost;
let server: LabServer;

beforeAll(async () => {
  const hosts = [{ name: SOURCE }, { name: DESTINATION }, { name: SMALL, instancesMib: 16 }];
  bench = await labWithImage({ hosts });
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
  const { cloud } = bench.lab;
  server = await cloud.createServer({ name: 'web', host: SOURCE, image: bench.image, running: false });
});
afterAll(async () => {
  await bench.lab.down();
});

describe('the way to the hosts', () => {
  test('nobody listens on the SSH port', async () => {
    await destination.stopSshd();
    try {
      await refused(bench.lab, PLAN, {
        exit: EXIT.host,
        code: 'host.unreachable',
        says: [
          `compute-b (127.0.0.12 port ${destination.sshPort}) cannot be reached: nothing listens`,
          'ssh -v',
        ],
      });
    } finally {
      await destination.startSshd();
    }
  });

  test('an unknown host key, and nobody to ask: its fingerprint is told, and nothing is stored', async () => {
    const knownHosts = join(bench.lab.directory, 'no_known_hosts');
    await writeFile(knownHosts, '');
    const settings = await settingsWith({ configFile: await sshConfig(knownHosts) });
    await refused(bench.lab, ['--settings', settings, ...PLAN], {
      exit: EXIT.host,
      code: 'host.key-unknown',
      says: [/host key of compute-[ab] .* is not known: ssh-ed25519 SHA256:[\w+/]{43}/, 'ssh-keygen -lf'],
    });
    expect(await readFile(knownHosts, 'utf8')).toBe('');
  });

  test('a host key that is not the known one', async () => {
    const lines = (await readFile(bench.lab.paths.knownHosts, 'utf8')).trim().split('\n');
    // Each host is known by the key of its neighbour.
    const [names, keys] = [0, 1].map((part) => lines.map((line) => splitOnce(line)[part] ?? ''));
    const turned = (names ?? []).map(
      (name, index) => `${name} ${keys?.[(index + 1) % lines.length] ?? ''}\n`,
    );
    const knownHosts = join(bench.lab.directory, 'turned_known_hosts');
    await writeFile(knownHosts, turned.join(''));
    const settings = await settingsWith({ configFile: await sshConfig(knownHosts) });
    await refused(bench.lab, ['--settings', settings, ...MIGRATE], {
      exit: EXIT.host,
      code: 'host.key-changed',
      says: [/shows the key ssh-ed25519 SHA256:\S+, but is known by ssh-ed25519 SHA256:/, 'ssh-keygen -R'],
    });
    expect(await readFile(knownHosts, 'utf8')).toBe(turned.join(''));
  });

  test('a login that the host does not let in', async () => {
    const settings = await settingsWith({ user: 'daemon' });
    await refused(bench.lab, ['--settings', settings, ...PLAN], {
      exit: EXIT.host,
      code: 'host.authentication',
      says: [/daemon@127\.0\.0\.\d+ accepts none of what was tried/, 'authorized_keys'],
    });
  });

  test('a login that may not become root (left out where sudo does not work)', async ({ skip }) => {
    skip(!source.capabilities.sudo, 'sudo does not work in this lab');
    const settings = await settingsWith({ user: 'nosudo' });
    await refused(bench.lab, ['--settings', settings, ...MIGRATE], {
      exit: EXIT.host,
      code: 'host.no-sudo',
      says: [/nosudo may not use sudo without a password on compute-[ab]/, 'visudo -f', 'NOPASSWD'],
    });
  });

  test('settings that forbid sudo to a login that needs it (left out where sudo does not work)', async ({
    skip,
  }) => {
    skip(!source.capabilities.sudo, 'sudo does not work in this lab');
    const settings = await settingsWith({ becomeRoot: 'never' });
    await refused(bench.lab, ['--settings', settings, ...PLAN], {
      exit: EXIT.host,
      code: 'host.no-sudo',
      says: [/needs sudo, and the settings forbid it/, 'ssh.becomeRoot'],
    });
  });
});

/** A state of the hosts that speaks against a move, how to make it and how to undo it. */
interface Trouble {
  readonly name: string;
  readonly make: () => Promise<unknown>;
  readonly undo: () => Promise<unknown>;
  readonly says: Expected['says'];
  readonly words?: readonly string[];
}

const path = (name: string): string => `${INSTANCES_PATH}/${name}`;

const troubles: readonly Trouble[] = [
  {
    name: 'no rsync on the destination',
    make: () => must(destination, 'mount', '--bind', '/etc/hostname', '/usr/bin/rsync'),
    undo: () => must(destination, 'umount', '/usr/bin/rsync'),
    says: ['compute-b has no rsync', 'apt-get install rsync'],
  },
  {
    name: 'no qemu-img on the source',
    make: () => must(source, 'mount', '--bind', '/etc/hostname', '/usr/bin/qemu-img'),
    undo: () => must(source, 'umount', '/usr/bin/qemu-img'),
    says: ['compute-a has no qemu-img', 'qemu-utils'],
  },
  {
    name: 'Nova on the source does not reach the destination by SSH',
    make: () => bench.lab.cloud.control.refuseSsh(DESTINATION),
    undo: () => bench.lab.cloud.control.refuseSsh(DESTINATION, false),
    says: [
      /nova on compute-a does not reach compute-b at 127\.0\.0\.12: .*Permission denied/,
      'sudo -u nova ssh',
    ],
  },
  {
    name: 'at the destination’s address answers the source itself',
    make: () => must(source, 'sh', '-c', 'printf %s "$1" >~nova/.ssh/config', 'test', astray()),
    undo: () => must(source, 'sh', '-c', 'rm ~nova/.ssh/config'),
    says: [
      /At 127\.0\.0\.12, where Nova would copy to, answers compute-a itself, not compute-b/,
      /Set my_ip/,
    ],
  },
  {
    name: 'a raw disk that Nova would convert when it finishes',
    make: () => must(source, 'qemu-img', 'create', '-q', '-f', 'raw', path(`${server.id}/disk.eph0`), '1M'),
    undo: () => must(source, 'rm', path(`${server.id}/disk.eph0`)),
    says: [
      /Nova on compute-b would turn disk\.eph0 from raw into qcow2/,
      'use_cow_images = False on compute-b',
    ],
  },
  {
    name: 'too little capacity in Placement',
    make: () => crowd(),
    undo: () => leave(),
    says: [
      /Placement has too little room on compute-b: 192 MiB of RAM are needed, 0 of \d+ are free/,
      'Choose another destination',
    ],
  },
  {
    name: 'not enough room',
    make: () => Promise.resolve(),
    undo: () => Promise.resolve(),
    words: ['migrate', 'web', '--to', SMALL],
    says: [
      /\(\d{8,} bytes\) arrive, .*\(\d{7,8} bytes\) are free on compute-c.*\(\d{7,} bytes\) too few/,
      'reserveGib',
    ],
  },
  {
    name: 'the directory on the source belongs to root',
    make: () => must(source, 'chown', 'root:', path(server.id)),
    undo: () => must(source, 'chown', 'nova:', path(server.id)),
    says: [/belongs to uid 0, not to nova/, /chown nova: \//],
  },
  {
    name: 'a _resize is left on the source',
    make: () => must(source, 'mkdir', path(`${server.id}_resize`)),
    undo: () => must(source, 'rmdir', path(`${server.id}_resize`)),
    says: [
      /_resize is left on compute-a from an earlier move; it may hold the only good copy/,
      /mv \S+_resize /,
    ],
  },
  {
    name: 'the destination has a directory of the instance',
    make: () => must(destination, 'mkdir', path(server.id)),
    undo: () => must(destination, 'rmdir', path(server.id)),
    says: [/compute-b already has \S+/, /on compute-b: mv /],
  },
  {
    name: 'the destination’s instances directory has mode 0700',
    make: () => must(destination, 'chmod', '0700', INSTANCES_PATH),
    undo: () => must(destination, 'chmod', '0755', INSTANCES_PATH),
    says: [/instances on compute-b has mode 700: QEMU could not open/, 'chmod 0755'],
  },
  {
    name: 'route seed, but Nova on the source copies by scp',
    make: () => source.configureNova({ transport: 'ssh' }),
    undo: () => source.configureNova({ transport: 'rsync' }),
    words: [...MIGRATE, '--route', 'seed'],
    says: [/Nova on compute-a copies by scp/, '--route nova'],
  },
  {
    name: 'nova-compute on the destination is disabled',
    make: () => service({ enabled: false }),
    undo: () => service({ enabled: true }),
    says: [
      /nova-compute on compute-b is disabled \(“lab”\)/,
      'openstack compute service set --enable compute-b',
    ],
  },
  {
    name: 'nova-compute on the destination is down',
    make: () => service({ forcedDown: true }),
    undo: () => service({ forcedDown: false }),
    says: [/nova-compute on compute-b is down, forced down/, 'systemctl status nova-compute'],
  },
];

describe('the state of the hosts', () => {
  test.each(troubles)('$name', async ({ make, undo, words, says }) => {
    await make();
    try {
      await refused(bench.lab, words ?? MIGRATE, { exit: EXIT.refused, code: 'plan.blocked', says });
    } finally {
      await undo();
    }
  });

  test('several at once are told in one message', async () => {
    await must(destination, 'chmod', '0700', INSTANCES_PATH);
    await must(source, 'chown', 'root:', path(server.id));
    try {
      await refused(bench.lab, MIGRATE, {
        exit: EXIT.refused,
        code: 'plan.blocked',
        says: [/has mode 700/, /belongs to uid 0/, /chmod 0755/, /chown nova:/],
      });
    } finally {
      await must(destination, 'chmod', '0755', INSTANCES_PATH);
      await must(source, 'chown', 'nova:', path(server.id));
    }
  });
});

describe('the destination', () => {
  test('where it is already', async () => {
    await refused(bench.lab, ['migrate', 'web', '--to', SOURCE], {
      exit: EXIT.notFound,
      code: 'destination.unknown',
      says: ['the instance is on compute-a already', 'Choose another host'],
    });
  });

  test('one that Nova does not know: the known ones are listed', async () => {
    await refused(bench.lab, ['migrate', 'web', '--to', 'compute-x'], {
      exit: EXIT.notFound,
      code: 'destination.unknown',
      says: ['no compute host compute-x', 'compute-a, compute-b, compute-c'],
    });
  });
});

function service(change: { readonly enabled?: boolean; readonly forcedDown?: boolean }): Promise<void> {
  bench.lab.cloud.control.setService(DESTINATION, change);
  return Promise.resolve();
}

/** Sends Nova on the source, when it asks for the destination's address, back to where it is. */
function astray(): string {
  return `Host ${destination.address}\n  HostName ${source.address}\n  Port ${String(source.sshPort)}\n`;
}

/** Takes all the memory that the destination has in Placement. */
function crowd(): Promise<void> {
  const { state } = bench.lab.cloud;
  const provider = state.computes.find(({ name }) => name === DESTINATION);
  if (provider === undefined) throw new TypeError('the destination is in the cloud');
  const left = capacity(inventories(provider).MEMORY_MB) - used(state, provider).MEMORY_MB;
  state.allocations.push({
    consumerId: 'crowd',
    providerId: provider.hypervisorId,
    resources: { VCPU: 1, MEMORY_MB: left, DISK_GB: 1 },
    projectId: server.projectId,
    userId: server.userId,
  });
  return Promise.resolve();
}

function leave(): Promise<void> {
  release(bench.lab.cloud.state, 'crowd');
  return Promise.resolve();
}

let files = 0;

async function place(name: string): Promise<string> {
  files += 1;
  const directory = join(bench.lab.directory, `input-${files}`);
  await mkdir(directory, { recursive: true });
  return join(directory, name);
}

/** The lab's settings with another word about SSH. */
async function settingsWith(ssh: Readonly<Record<string, string>>): Promise<string> {
  const usual = parse(await readFile(bench.lab.paths.settingsYaml, 'utf8')) as { readonly ssh: object };
  const file = await place('settings.yaml');
  await writeFile(file, stringify({ ...usual, ssh: { ...usual.ssh, ...ssh } }));
  return file;
}

/** The lab's OpenSSH configuration with other known hosts, and a mind to ask about unknown ones. */
async function sshConfig(knownHosts: string): Promise<string> {
  const usual = await readFile(bench.lab.paths.sshConfig, 'utf8');
  const file = await place('ssh_config');
  await writeFile(
    file,
    usual
      .replaceAll(/UserKnownHostsFile .*/g, `UserKnownHostsFile "${knownHosts}"`)
      .replaceAll('StrictHostKeyChecking yes', 'StrictHostKeyChecking ask'),
  );
  return file;
}

function splitOnce(line: string): readonly string[] {
  const at = line.indexOf(' ');
  return [line.slice(0, at), line.slice(at + 1)];
}
