import type { Server } from '../../main/domain/cloud.ts';
import type { NewFact } from '../../main/domain/facts.ts';
import type {
  ChainLink,
  DiskFile,
  HostFacts,
  InstanceDirectory,
  InstanceOnHost,
} from '../../main/domain/host.ts';
import type { HostTraits } from '../../main/domain/host-traits.ts';
import { begin, evolve, type Migration } from '../../main/domain/migration.ts';
import type { DiskPlan, Plan } from '../../main/domain/plan.ts';

/** Small, complete examples of the domain's shapes. A test changes what it is about and nothing else. */

export const SERVER_ID = '0b1d5a2e-6c1f-4a7b-9a53-2f5a4d1f0c11';
export const IMAGE_BASE = 'a3c5d1ac0b1a1d1c9a0e5a57e1d0f6a0a3c5d1ac';
export const INSTANCES = '/var/lib/nova/instances';

export function link(path: string, more: Partial<ChainLink> = {}): ChainLink {
  return {
    path,
    format: 'qcow2',
    virtualBytes: 2 * 1024 ** 3,
    allocatedBytes: 50 * 1024 ** 2,
    backingPath: undefined,
    backingFormat: undefined,
    ...more,
  };
}

export function diskFile(name: string, more: Partial<DiskFile> = {}): DiskFile {
  const path = `${INSTANCES}/${SERVER_ID}/${name}`;
  return {
    name,
    path,
    role:
      name === 'disk'
        ? 'root'
        : name.startsWith('disk.eph')
          ? 'ephemeral'
          : name === 'disk.swap'
            ? 'swap'
            : 'config',
    sizeBytes: 52_000_000,
    allocatedBytes: 51_000_000,
    mtimeSeconds: 1_790_000_000,
    inode: 11,
    links: 1,
    uid: 64060,
    gid: 64060,
    mode: 0o644,
    chain: [link(path), link(`${INSTANCES}/_base/${IMAGE_BASE}`, { format: 'raw' })],
    problem: undefined,
    ...more,
  };
}

export function directory(path: string, more: Partial<InstanceDirectory> = {}): InstanceDirectory {
  return { path, uid: 64060, gid: 64060, mode: 0o755, disks: [diskFile('disk')], others: [], ...more };
}

export function onHost(host: string, more: Partial<InstanceOnHost> = {}): InstanceOnHost {
  return {
    host,
    directory: undefined,
    resizeDirectory: undefined,
    stage: undefined,
    leftovers: [],
    domain: 'absent',
    openBy: [],
    copyProcesses: [],
    ...more,
  };
}

export function server(more: Partial<Server> = {}): Server {
  return {
    id: SERVER_ID,
    name: 'web-01',
    projectId: 'p1',
    status: 'ACTIVE',
    vmState: 'active',
    taskState: undefined,
    powerState: 1,
    host: 'hostA',
    hypervisorHostname: 'hostA',
    instanceName: 'instance-00000001',
    imageId: '21308f7a-07a1-47b2-b2e2-b5ed66d3b36b',
    flavor: undefined,
    locked: false,
    lockedReason: undefined,
    configDrive: false,
    volumeIds: [],
    createdAt: '2026-11-20T11:20:24Z',
    updatedAt: '2026-11-20T11:20:50Z',
    availabilityZone: 'nova',
    fault: undefined,
    ...more,
  };
}

/** Of a usual host with nothing special, with two interfaces: one for logins, one for copies. */
export function hostTraits(more: Partial<HostTraits> = {}): HostTraits {
  return {
    architecture: 'x86_64',
    cpu: {
      vendor: 'GenuineIntel',
      model: 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz',
      flags: ['fpu', 'sse4_2', 'aes', 'avx', 'avx2', 'vmx'],
    },
    hasKvm: true,
    libvirt: {
      version: '9.0.0',
      qemuVersion: '7.2.0',
      cpuModel: 'Skylake-Server-IBRS',
      cpuModels: new Map([
        ['Skylake-Server', true],
        ['Icelake-Server', false],
      ]),
      machineTypes: ['pc', 'q35', 'pc-i440fx-7.2', 'pc-q35-7.2'],
    },
    packages: new Map([['nova-compute', '3:26.2.2-1~deb12u3']]),
    numaNodes: [
      {
        id: 0,
        cpus: '0-1',
        totalKib: 16_000_000,
        freeKib: 8_000_000,
        hugePages: [{ sizeKib: 2048, total: 0, free: 0 }],
      },
    ],
    isolatedCpus: '',
    uefiFiles: ['/usr/share/qemu/firmware/60-edk2-x86_64.json'],
    hasSftp: true,
    accounts: {
      users: [
        { name: 'nova', uid: 64060, gid: 64060, home: '/var/lib/nova', shell: '/bin/bash' },
        { name: 'libvirt-qemu', uid: 64055, gid: 108, home: '/var/lib/libvirt', shell: '/usr/sbin/nologin' },
      ],
      groups: new Map([
        ['kvm', 108],
        ['nova', 64060],
      ]),
      novaGroups: ['nova', 'kvm', 'libvirt'],
    },
    storage: {
      device: '/dev/vdb',
      mountPoint: '/var/lib/nova',
      type: 'xfs',
      options: ['rw', 'relatime'],
      id: 'fd0000000000',
      totalInodes: 2_000_000,
      isQuotaTold: true,
      quotaFreeBytes: undefined,
    },
    network: {
      interfaces: [
        { name: 'eth0', addresses: ['192.0.2.5/24'], megabitsPerSecond: 1000, bytesPerSecond: 20_000 },
        {
          name: 'copy0',
          addresses: ['127.0.0.11/24', '127.0.0.12/24'],
          megabitsPerSecond: 10_000,
          bytesPerSecond: 1_000_000,
        },
      ],
      routes: [{ to: 'default', interface: 'eth0' }],
      loginAddress: '192.0.2.5',
    },
    load: { average: 0.5, ioPressure: 0.01 },
    nova: {
      imagesType: 'default',
      virtType: 'kvm',
      cpuMode: undefined,
      cpuModels: [],
      dedicatedCpus: '',
      sharedCpus: '',
      migrationAddress: undefined,
      resumesGuestsOnBoot: false,
      baseMinimumAgeSeconds: 86_400,
      imageCacheIntervalSeconds: 2400,
    },
    ...more,
  };
}

export function hostFacts(more: Partial<HostFacts> = {}): HostFacts {
  return {
    hostname: 'hostA',
    bootId: 'b',
    clockMs: 0,
    cpuHasAes: true,
    cores: 2,
    nova: {
      transport: 'rsync',
      myIp: undefined,
      instancesPath: INSTANCES,
      resizeConfirmWindowSeconds: 0,
      shutdownTimeoutSeconds: 60,
      useCowImages: true,
      forceRawImages: true,
      removeUnusedBaseImages: true,
      sendsServiceToken: true,
      files: ['/etc/nova/nova.conf'],
    },
    novaUser: { name: 'nova', uid: 64060, gid: 64060 },
    tools: { rsync: '3.2.7', ssh: '9.2', 'qemu-img': '7.2', b2sum: '9.1', sha256sum: '9.1' },
    instancesFileSystem: {
      freeBytes: 100 * 1024 ** 3,
      totalBytes: 200 * 1024 ** 3,
      freeInodes: 1_000_000,
      type: 'xfs',
      device: '/dev/vdb',
    },
    traits: hostTraits(),
    ...more,
  };
}

export function diskPlan(name: string, more: Partial<DiskPlan> = {}): DiskPlan {
  return {
    name,
    role: 'root',
    strategy: 'overlay',
    reason: 'a test',
    path: `${INSTANCES}/${SERVER_ID}/${name}`,
    format: 'qcow2',
    virtualBytes: 2 * 1024 ** 3,
    allocatedBytes: 51_000_000,
    bytesToMove: 52_000_000,
    chain: [`${INSTANCES}/_base/${IMAGE_BASE}`],
    ...more,
  };
}

const PLAN_HOST = {
  instancesPath: INSTANCES,
  instancesMode: 0o755,
  novaUser: 'nova',
  rsyncVersion: '3.2.7',
  cpuHasAes: true,
};

export function plan(more: Partial<Plan> = {}): Plan {
  return {
    id: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
    madeAtMs: 1000,
    cloud: 'lab',
    server: { id: SERVER_ID, name: 'web-01', projectId: 'p1', imageId: undefined, volumes: 0, running: true },
    source: { name: 'hostA', ...PLAN_HOST },
    destination: { name: 'hostB', ...PLAN_HOST },
    destinationAddress: '127.0.0.12',
    route: 'seed',
    routeReason: 'a test',
    disks: [
      diskPlan('disk'),
      diskPlan('disk.eph0', { role: 'ephemeral', strategy: 'flatten' }),
      diskPlan('disk.swap', { role: 'swap', strategy: 'remake' }),
    ],
    bases: [
      {
        path: `${INSTANCES}/_base/${IMAGE_BASE}`,
        sizeBytes: 512,
        allocatedBytes: 512,
        format: 'raw',
        action: 'stage',
        reason: 'a test',
      },
    ],
    algorithm: 'b2sum',
    findings: [],
    bytesToMove: 104_000_000,
    bytesToStage: 512,
    speed: undefined,
    downtime: undefined,
    downtimeByNova: undefined,
    commands: [],
    options: { limitKibPerSecond: undefined, stopTimeoutSeconds: 60, reserveBytes: 0, stopNewsSeconds: 20 },
    ...more,
  };
}

/** A migration of this plan after these facts, one second apart. */
export function migration(facts: readonly NewFact[] = [], of: Plan = plan()): Migration {
  return facts.reduce<Migration>(
    (state, fact, index) => evolve(state, { ...fact, atMs: 2000 + index * 1000 }),
    begin({ type: 'planned', plan: of, by: 'a test', atMs: 1000 }),
  );
}
