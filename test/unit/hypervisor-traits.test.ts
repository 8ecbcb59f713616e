import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readLibvirt } from '../../main/services/hypervisor/libvirt-words.ts';
import { readNetwork } from '../../main/services/hypervisor/network.ts';
import { readNovaTraits } from '../../main/services/hypervisor/nova-conf.ts';
import type { Pair } from '../../main/services/hypervisor/pairs.ts';
import { readStorage } from '../../main/services/hypervisor/storage.ts';
import { readTraits } from '../../main/services/hypervisor/traits.ts';
import { hostTraits } from '../support/samples.ts';

const { storage } = hostTraits();
const traits = (pairs: readonly Pair[]): ReturnType<typeof readTraits> => readTraits(pairs, [], storage);
const answer = async (name: string): Promise<string> =>
  await readFile(new URL(`../lab/hosts/scripts/${name}.xml`, import.meta.url), 'utf8');

test('what libvirt says of itself, its models and its machine types', async () => {
  const capabilities = await answer('capabilities');
  const version =
    'Compiled against library: libvirt 9.0.0\nUsing library: libvirt 9.0.0\nUsing API: QEMU 9.0.0\nRunning hypervisor: QEMU 7.2.0\n';
  const said = { version, host: capabilities, guests: capabilities, domain: await answer('domcapabilities') };
  expect(readLibvirt(said, 'x86_64')).toEqual({
    version: '9.0.0',
    qemuVersion: '7.2.0',
    cpuModel: 'EPYC',
    cpuModels: new Map([
      ['qemu64', true],
      ['Nehalem', true],
      ['Skylake-Server', false],
      ['Icelake-Server', false],
    ]),
    machineTypes: ['pc-i440fx-7.2', 'pc', 'pc-q35-7.2', 'q35', 'pc-i440fx-6.2', 'pc-q35-6.2'],
  });
  expect(readLibvirt(said, 'aarch64')?.machineTypes).toEqual(['virt-7.2', 'virt']);
  expect(readLibvirt({ ...said, version: '' }, 'x86_64')).toBeUndefined();
  expect(readLibvirt({ version, host: '', guests: '', domain: '' }, 'x86_64')).toMatchObject({
    cpuModel: undefined,
    machineTypes: [],
  });
});

test('processors of both kinds', () => {
  const intel =
    'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R): Gold\nflags\t\t: fpu aes avx2';
  expect(traits([['cpu', intel]]).cpu).toEqual({
    vendor: 'GenuineIntel',
    model: 'Intel(R) Xeon(R): Gold',
    flags: ['fpu', 'aes', 'avx2'],
  });
  const arm = 'processor\t: 0\nFeatures\t: fp asimd aes\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c';
  expect(traits([['cpu', arm]]).cpu).toEqual({ vendor: '0x41', model: '', flags: ['fp', 'asimd', 'aes'] });
});

test('memory by node, with its huge pages', () => {
  const node = (id: string, pages: readonly string[]): readonly Pair[] => [
    ['numa', id],
    ['numa.cpus', `${id}-7`],
    ['numa.memory', `Node ${id} MemTotal:  16000 kB\nNode ${id} MemFree:   9000 kB`],
    ...pages.map((text): Pair => ['numa.pages', text]),
  ];
  const { numaNodes } = traits([
    ...node('1', []),
    ...node('0', ['2048 512 12', '1048576 4 0']),
    ['uefi', ''],
  ]);
  expect(numaNodes).toEqual([
    {
      id: 0,
      cpus: '0-7',
      totalKib: 16000,
      freeKib: 9000,
      hugePages: [
        { sizeKib: 2048, total: 512, free: 12 },
        { sizeKib: 1_048_576, total: 4, free: 0 },
      ],
    },
    { id: 1, cpus: '1-7', totalKib: 16000, freeKib: 9000, hugePages: [] },
  ]);
});

test('users, groups, packages, load; and nothing of a host that tells nothing', () => {
  const told = traits([
    [
      'users',
      'nova:x:162:162:OpenStack Nova Daemons:/var/lib/nova:/sbin/nologin\nqemu:x:107:107:qemu user:/:/sbin/nologin',
    ],
    ['groups', 'kvm:x:36:qemu,nova\nnova:x:162:nova'],
    ['user.groups', 'nova qemu libvirt'],
    ['packages', 'openstack-nova-compute 26.2.2-1.el9\nrsync 3.2.3-19.el9\n'],
    ['python', 'nova-26.2.2-py3.9.egg-info'],
    ['load', '1.50 0.20 0.10 1/100 4242'],
    ['pressure', 'some avg10=12.50 avg60=0.00 avg300=0.00 total=7'],
    ['kvm', 'yes'],
  ]);
  expect(told).toMatchObject({
    hasKvm: true,
    accounts: {
      users: [
        { name: 'nova', uid: 162, gid: 162, home: '/var/lib/nova', shell: '/sbin/nologin' },
        { name: 'qemu', uid: 107 },
      ],
      groups: new Map([
        ['kvm', 36],
        ['nova', 162],
      ]),
      novaGroups: ['nova', 'qemu', 'libvirt'],
    },
    packages: new Map([
      ['python-nova', '26.2.2'],
      ['openstack-nova-compute', '26.2.2-1.el9'],
      ['rsync', '3.2.3-19.el9'],
    ]),
    load: { average: 1.5, ioPressure: 0.125 },
  });
  expect(traits([])).toMatchObject({
    architecture: '',
    hasKvm: false,
    libvirt: undefined,
    network: undefined,
    numaNodes: [],
    uefiFiles: [],
    load: { ioPressure: undefined },
  });
});

test('interfaces with their addresses, speed and traffic', () => {
  const addresses = [
    '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever',
    '2: bond0    inet 10.0.0.11/24 brd 10.0.0.255 scope global bond0',
    '5: bond0.7@bond0    inet 10.7.0.11/24 brd 10.7.0.255 scope global bond0.7',
    '2: bond0    inet6 fd00::11/64 scope global ',
  ].join('\n');
  expect(
    readNetwork([
      ['ip.addresses', addresses],
      [
        'ip.routes',
        'default via 10.0.0.1 dev bond0 proto static\n10.7.0.0/24 dev bond0.7 proto kernel scope link src 10.7.0.11\nunreachable 10.9.0.0/16\n',
      ],
      ['ip.speed', 'bond0 10000'],
      ['ip.speed', 'bond0.7 -1'],
      ['ip.login', '10.0.0.99 51234 10.0.0.11 22'],
      ['ip.counted', 'bond0 1000 2000 1000000000'],
      ['ip.counted', 'lo 5 5 1000000000'],
      ['ip.counted', 'bond0 51000 52000 1500000000'],
      ['ip.counted', 'lo 6 6 1000000001'],
    ]),
  ).toEqual({
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8'], megabitsPerSecond: undefined, bytesPerSecond: undefined },
      {
        name: 'bond0',
        addresses: ['10.0.0.11/24', 'fd00::11/64'],
        megabitsPerSecond: 10_000,
        bytesPerSecond: 200_000,
      },
      {
        name: 'bond0.7',
        addresses: ['10.7.0.11/24'],
        megabitsPerSecond: undefined,
        bytesPerSecond: undefined,
      },
    ],
    routes: [
      { to: 'default', interface: 'bond0' },
      { to: '10.7.0.0/24', interface: 'bond0.7' },
    ],
    loginAddress: '10.0.0.11',
  });
});

test.each([
  ['nothing told', [], undefined, false],
  ['no quota of this user', [['room.quota', '']], undefined, true],
  [
    'a limit',
    [
      [
        'room.quota',
        'Disk quotas for user nova (uid 162): \n  Filesystem blocks quota limit grace\n/dev/vdb 600* 500 1000 0 12 0 0 0\n',
      ],
    ],
    400 * 1024,
    true,
  ],
  ['a limit on another file system', [['room.quota', '/dev/vdc 600 500 1000 0 12 0 0 0']], undefined, true],
  ['a soft limit alone', [['room.quota', '/dev/vdb 600 500 0 0 12 0 0 0']], undefined, true],
])('a directory, its file system and the quota: %s', (_what, quota, quotaFreeBytes, isQuotaTold) => {
  const pairs = [
    ['room', '/var/lib/nova/instances'],
    ['room.numbers', '100 1000 4096 50 60 fd0000000000'],
    ['room.type', 'xfs'],
    ['room.mount', '/dev/vdb\t/var/lib/nova\txfs\trw,noatime'],
    ['room.directory', '4096 8 1790000000 128 5 162 162 755'],
    ...quota,
    ['kvm', 'yes'],
  ] as unknown as readonly Pair[];
  expect(readStorage(pairs)).toEqual([
    {
      path: '/var/lib/nova/instances',
      fileSystem: {
        freeBytes: 409_600,
        totalBytes: 4_096_000,
        freeInodes: 50,
        type: 'xfs',
        device: '/dev/vdb',
      },
      traits: {
        device: '/dev/vdb',
        mountPoint: '/var/lib/nova',
        type: 'xfs',
        options: ['rw', 'noatime'],
        id: 'fd0000000000',
        totalInodes: 60,
        isQuotaTold,
        quotaFreeBytes,
      },
      directory: {
        path: '/var/lib/nova/instances',
        sizeBytes: 4096,
        allocatedBytes: 4096,
        mtimeSeconds: 1_790_000_000,
        inode: 128,
        links: 5,
        uid: 162,
        gid: 162,
        mode: 0o755,
      },
    },
  ]);
});

test('settings of Nova for the checks: defaults, and older names', () => {
  expect(readNovaTraits([])).toEqual(hostTraits().nova);
  const old = [
    '[DEFAULT]',
    'vcpu_pin_set = 2-7,^4',
    'image_cache_manager_interval = -1',
    'remove_unused_original_minimum_age_seconds = 60',
    'resume_guests_state_on_host_boot = true',
    '[compute]',
    'cpu_shared_set = 0-1',
    '[libvirt]',
    'images_type = raw',
    'virt_type=qemu',
    'cpu_mode = custom',
    'cpu_model = Nehalem',
    'migration_inbound_addr = 10.0.0.9',
  ].join('\n');
  expect(readNovaTraits([{ path: '/a', text: old }])).toEqual({
    imagesType: 'raw',
    virtType: 'qemu',
    cpuMode: 'custom',
    cpuModels: ['Nehalem'],
    dedicatedCpus: '2-7,^4',
    sharedCpus: '0-1',
    migrationAddress: '10.0.0.9',
    resumesGuestsOnBoot: true,
    baseMinimumAgeSeconds: 60,
    imageCacheIntervalSeconds: -1,
  });
  const now =
    '[compute]\ncpu_dedicated_set = 2-3\n[libvirt]\ncpu_models = A, B\n[image_cache]\nmanager_interval = 60\n';
  expect(
    readNovaTraits([
      { path: '/a', text: old },
      { path: '/b', text: now },
    ]),
  ).toMatchObject({
    dedicatedCpus: '2-3',
    cpuModels: ['A', 'B'],
    imageCacheIntervalSeconds: 60,
  });
});
