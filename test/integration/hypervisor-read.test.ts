/** What a host holds, with real images, on this machine. Runs as root, as the scripts do on a compute host. */
import { execa } from 'execa';
import { chmod, link, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import { createHypervisors } from '../../main/services/hypervisor/hypervisors.ts';
import { createLocalHosts } from '../support/local-shell.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const HOST = 'compute-a';
const ID = '0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f';
const OTHER = 'ffffffff-8f2b-4b7e-9d6a-0a1b2c3d4e5f';
const MIB = 1024 ** 2;

let root: string;
let instances: string;
let programs: string;
let hypervisors: Hypervisors;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldhaul-read-'));
  instances = join(root, 'instances');
  programs = join(root, 'bin');
  await mkdir(join(instances, ID), { recursive: true });
  await mkdir(join(instances, '_base'));
  await mkdir(programs);
  await program('virsh', 'echo "error: failed to connect to the hypervisor" >&2; exit 1');
  hypervisors = make({ instancesPath: instances });
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

function make(settings: {
  instancesPath?: string;
  novaConfigFiles?: readonly string[];
  novaUser?: string;
}): Hypervisors {
  const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
  const hosts = createLocalHosts({ [HOST]: { env } });
  return createHypervisors({
    hosts,
    clock: realClock,
    log: keepLog().log,
    settings: { novaUser: 'daemon', ...settings },
    lockDirectory: join(root, 'locks'),
  });
}

/** A stand-in for a tool that this machine has not, or has in another version. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(programs, name), 0o755);
}

const qemuImg = async (...args: string[]): Promise<void> => {
  await execa('qemu-img', args);
};

async function overlay(path: string): Promise<string> {
  const base = join(instances, '_base', '4f1b');
  await qemuImg('create', '-q', '-f', 'raw', base, '16M');
  await qemuImg('create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, path, '64M');
  return base;
}

test('an instance with a chain, other disks, notes and what it left behind', async () => {
  const directory = join(instances, ID);
  const base = await overlay(join(directory, 'disk'));
  await writeFile(join(directory, 'disk.config'), 'iso', { mode: 0o640 });
  await writeFile(join(directory, 'disk.info'), '{}');
  await writeFile(join(directory, 'console.log'), '');
  await mkdir(join(instances, '_coldhaul', ID), { recursive: true });
  await link(join(directory, 'disk'), join(instances, '_coldhaul', ID, 'disk'));
  await mkdir(join(instances, '_coldhaul', `${ID}.kept-20260102T030405Z`));
  await mkdir(join(instances, `${ID}_del`));
  await mkdir(join(instances, OTHER));
  await program('virsh', `[ "$1 $2" = "domstate ${ID}" ] && echo 'shut off' && echo`);

  const found = await hypervisors.instance(HOST, ID);
  expect(found).toMatchObject({
    host: HOST,
    resizeDirectory: undefined,
    domain: 'shut off',
    openBy: [],
    copyProcesses: [],
    leftovers: [`${ID}_del`, `_coldhaul/${ID}.kept-20260102T030405Z`],
    stage: { disks: [{ name: 'disk', role: 'root', links: 2 }], others: [] },
  });
  const { disks, others } = found.directory ?? { disks: [], others: [] };
  const sorted = [...disks].sort((left, right) => left.name.localeCompare(right.name));
  expect(sorted).toMatchObject([
    {
      name: 'disk',
      role: 'root',
      problem: undefined,
      chain: [
        {
          path: join(directory, 'disk'),
          format: 'qcow2',
          virtualBytes: 64 * MIB,
          backingPath: base,
          backingFormat: 'raw',
        },
        {
          path: base,
          format: 'raw',
          virtualBytes: 16 * MIB,
          backingPath: undefined,
          backingFormat: undefined,
        },
      ],
    },
    { name: 'disk.config', role: 'config', sizeBytes: 3, mode: 0o640, chain: [{ format: 'raw' }] },
  ]);
  expect(others.map(({ path }) => path.slice(directory.length + 1)).sort()).toEqual([
    'console.log',
    'disk.info',
  ]);
  const [stat] = await hypervisors.stat(HOST, [join(directory, 'disk')]);
  expect(sorted[0]).toMatchObject(stat ?? {});
});

test('names that would break a careless script come back as they are', async () => {
  const awkward = [
    '-rf',
    "it's",
    '"$(touch hacked)"',
    'two\nlines',
    'tab\there',
    'größe→',
    `${'x'.repeat(251)}.bin`,
    '*',
  ];
  const disks = ['disk.$(id)', 'disk.a b', 'disk.two\nlines', "disk.it's"];
  const directory = join(instances, ID);
  await Promise.all(awkward.map((name) => writeFile(join(directory, name), name)));
  await Promise.all(disks.map((name) => qemuImg('create', '-q', '-f', 'qcow2', join(directory, name), '1M')));
  const { directory: found } = await hypervisors.instance(HOST, ID);
  expect(found?.others.map(({ path }) => path.slice(directory.length + 1)).sort()).toEqual(
    [...awkward].sort(),
  );
  expect(found?.disks.map(({ name, chain }) => [name, chain[0]?.format]).sort()).toEqual(
    disks.map((name) => [name, 'qcow2']).sort(),
  );
  const paths = awkward.map((name) => join(directory, name));
  const states = await hypervisors.stat(HOST, [...paths, join(directory, 'absent')]);
  expect(states.map((state) => state?.path)).toEqual([...paths, undefined]);
});

test('a raw disk that pretends to have a backing file is read as raw, by the word of disk.info', async () => {
  const disk = join(instances, ID, 'disk');
  await qemuImg('create', '-q', '-u', '-f', 'qcow2', '-F', 'raw', '-b', '/etc/shadow', disk, '1M');
  await writeFile(
    join(instances, ID, 'disk.info'),
    JSON.stringify({ [`/elsewhere/${ID}/disk`]: 'raw' }).replace(':', ': '),
  );
  const { directory } = await hypervisors.instance(HOST, ID);
  expect(directory?.disks[0]?.chain).toMatchObject([{ format: 'raw', backingPath: undefined }]);
});

test('a missing base, a broken image and a link are problems in words', async () => {
  const directory = join(instances, ID);
  await rm(await overlay(join(directory, 'disk')));
  await writeFile(join(directory, 'disk.eph0'), 'QFI\u00fbgarbage');
  await symlink('/etc/hostname', join(directory, 'disk.local'));
  const { directory: found } = await hypervisors.instance(HOST, ID);
  const problems = new Map(found?.disks.map((disk) => [disk.name, [disk.chain.length, disk.problem]]));
  expect(problems.get('disk')).toEqual([0, expect.stringContaining('_base/4f1b') as string]);
  expect(problems.get('disk.local')).toEqual([0, 'it is not a plain file']);
});

test('who has a file open, and who copies', async () => {
  const disk = join(instances, ID, 'disk');
  await qemuImg('create', '-q', '-f', 'qcow2', disk, '4M');
  const file = await open(disk, 'r');
  const copier = execa('dd', [`if=${disk}`, 'of=/dev/null', 'bs=1'], { stdin: 'ignore' });
  const waiting = execa('scp', ['-t', join(instances, OTHER)], { stdin: 'pipe', reject: false });
  try {
    await mkdir(join(instances, OTHER));
    const one = await hypervisors.instance(HOST, ID);
    expect(one.openBy.some((process_) => process_.startsWith(`${process.pid.toString()} `))).toBe(true);
    expect((await hypervisors.instance(HOST, OTHER)).copyProcesses).toEqual([
      `${String(waiting.pid)} scp -t ${join(instances, OTHER)}`,
    ]);
    const all = await hypervisors.instances(HOST);
    expect([...all.keys()]).toEqual([ID, OTHER]);
    expect(all.get(OTHER)).toMatchObject({ openBy: [], copyProcesses: [expect.stringContaining('scp')] });
    expect(all.get(ID)?.openBy.length).toBeGreaterThan(0);
  } finally {
    await file.close();
    copier.kill();
    waiting.kill();
    await Promise.allSettled([copier, waiting]);
  }
});

test('every instance at once is what each one is alone', async () => {
  await overlay(join(instances, ID, 'disk'));
  await mkdir(join(instances, `${OTHER}_resize`));
  await qemuImg('create', '-q', '-f', 'qcow2', join(instances, `${OTHER}_resize`, 'disk'), '4M');
  await mkdir(join(instances, 'not-an-id'));
  await program(
    'virsh',
    `case $1.$2 in domstate.${ID}) echo running ;; *) echo "error: Domain not found: no domain with matching uuid" >&2; exit 1 ;; esac`,
  );
  const all = await hypervisors.instances(HOST);
  expect([...all.keys()]).toEqual([ID, OTHER]);
  expect(all.get(ID)).toEqual(await hypervisors.instance(HOST, ID));
  expect(all.get(OTHER)).toEqual(await hypervisors.instance(HOST, OTHER));
  expect([all.get(ID)?.domain, all.get(OTHER)?.domain]).toEqual(['running', 'absent']);
});

test.each([
  ['a domain that it does not list', `list) echo ${OTHER} ;;`, 'absent'],
  ['a domain that it lists', `list) echo ${OTHER}; echo ${ID} ;;`, 'unknown'],
  [
    'a connection that broke',
    'list) echo "error: Disconnected from qemu:///system" >&2; exit 1 ;;',
    'unknown',
  ],
])('virsh gives no state: %s', async (_what, listing, expected) => {
  await program(
    'virsh',
    `case $1 in ${listing} *) echo "error: failed to get domain '$2'" >&2; exit 1 ;; esac`,
  );
  expect((await hypervisors.instance(HOST, ID)).domain).toBe(expected);
});

test.each([
  ["<nvram template='/a'>/b</nvram>", true],
  ['<os/>', false],
])('UEFI variables are seen in the domain: %s', async (xml, expected) => {
  await program(
    'virsh',
    `case $1 in domstate) echo running ;; dumpxml) echo "<domain>${xml}</domain>" ;; esac`,
  );
  expect((await hypervisors.instance(HOST, ID)).hasNvram).toBe(expected);
});

test.each([
  ["<os>\n<type arch='x86_64' machine='pc'>hvm</type>\n</os>", 'bios'],
  ["<os firmware='efi'>\n<type arch='x86_64' machine='q35'>hvm</type>\n</os>", 'uefi'],
  ['', 'unknown'],
])('the firmware is read from the domain: %s', async (xml, expected) => {
  await program(
    'virsh',
    `case $1 in domstate) echo running ;; dumpxml) echo "<domain><name>a</name>${xml}<devices/></domain>" ;; esac`,
  );
  expect((await hypervisors.instance(HOST, ID)).firmware).toBe(expected);
});

test('the files that the domain itself uses are read, wherever they lie', async () => {
  const disks =
    "<disk type='file'><source file='/i/disk.snap'/></disk>\n<disk type='file'><source file='/else/b'/></disk>";
  await program(
    'virsh',
    `case $1 in domstate) echo running ;; dumpxml) echo "<domain><devices>${disks}</devices></domain>" ;; esac`,
  );
  expect((await hypervisors.instance(HOST, ID)).domainFiles).toEqual(['/i/disk.snap', '/else/b']);
});

test('who has a file open is seen through a symbolic link to the instances', async () => {
  const disk = join(instances, ID, 'disk');
  await qemuImg('create', '-q', '-f', 'qcow2', disk, '4M');
  await symlink(instances, join(root, 'linked'));
  await symlink(root, join(root, 'above'));
  const file = await open(disk, 'r');
  try {
    for (const instancesPath of [join(root, 'linked'), join(root, 'above', 'instances')]) {
      const { openBy } = await make({ instancesPath }).instance(HOST, ID);
      expect(openBy.some((process_) => process_.startsWith(`${process.pid.toString()} `))).toBe(true);
    }
  } finally {
    await file.close();
  }
});

test('qemu-img of CentOS 7 and 6 are asked in their own way', async () => {
  const base = await overlay(join(instances, ID, 'disk'));
  const real = (await execa('sh', ['-c', 'command -v qemu-img'])).stdout;
  const refuse = 'for word; do case $word in -U) echo "invalid option" >&2; exit 1 ;; esac; done';
  await program(
    'qemu-img',
    `[ "$1" = --version ] && { echo 'qemu-img version 1.5.3, Copyright'; exit; }; ${refuse}; exec ${real} "$@"`,
  );
  expect((await hypervisors.instance(HOST, ID)).directory?.disks[0]?.chain).toHaveLength(2);
  const old = 'for word; do case $word in --*) echo "unrecognized option" >&2; exit 1 ;; esac; done';
  await program(
    'qemu-img',
    `[ "$1" = --version ] && { echo 'qemu-img version 0.12.1, Copyright'; exit 1; }; ${old}; exec ${real} "$@"`,
  );
  const chain = (await hypervisors.instance(HOST, ID)).directory?.disks[0]?.chain;
  expect(chain?.map((link_) => [link_.path, link_.format, link_.virtualBytes, link_.backingPath])).toEqual([
    [join(instances, ID, 'disk'), 'qcow2', 64 * MIB, base],
    [base, 'raw', 16 * MIB, undefined],
  ]);
});

test('what cannot be read is said, not guessed', async () => {
  await expect(make({ instancesPath: '/no/such/path' }).instance(HOST, ID)).rejects.toMatchObject({
    code: 'host.command-failed',
    message: expect.stringContaining('/no/such/path is not there') as string,
  });
  await expect(
    make({ instancesPath: instances, novaUser: 'nobody-at-all' }).facts(HOST),
  ).rejects.toMatchObject({
    code: 'host.command-failed',
  });
  await expect(hypervisors.instance(HOST, '../etc')).rejects.toMatchObject({ code: 'bad-request' });
  await expect(hypervisors.stat(HOST, ['disk'])).rejects.toMatchObject({ code: 'bad-request' });
  await expect(hypervisors.novaReaches(HOST, '-oProxyCommand=id')).rejects.toMatchObject({
    code: 'bad-request',
  });
});

test('who can read a file, and whom nova reaches', async () => {
  const file = join(root, 'readable');
  await writeFile(file, 'x', { mode: 0o600 });
  await chmod(root, 0o755);
  expect(await hypervisors.readableBy(HOST, 'daemon', file)).toBe(false);
  await chmod(file, 0o644);
  expect(await hypervisors.readableBy(HOST, 'daemon', file)).toBe(true);
  expect(await hypervisors.readableBy(HOST, 'daemon', join(root, 'absent'))).toBe(false);
  const reached = await hypervisors.novaReaches(HOST, '127.255.255.254');
  expect(reached).toMatchObject({ ok: false, said: expect.stringMatching(/./) as string });
});
