import type { CloudsView, CloudView, DeskView, SettingsView } from '../../../main/contract/desk-views.ts';
import type {
  DiskView,
  HostView,
  InstanceView,
  InventoryView,
  MigrationView,
  PlanView,
  ReportView,
} from '../../../main/contract/views.ts';
import { DEFAULT_SETTINGS } from '../../../main/domain/settings.ts';

/** Small, complete examples of what the desk says. A test changes what it is about and nothing else. */

export const GIB = 1024 ** 3;
export const SERVER_ID = '0b1d5a2e-6c1f-4a7b-9a53-2f5a4d1f0c11';
export const MIGRATION_ID = '5d0f6c3a-7b1e-4c2d-8f90-1a2b3c4d5e6f';
export const RUN_ID = 'a1b2c3d4-0000-4000-8000-000000000001';
/** 2026-11-20 22:00:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 20, 22);

export const openCloud = {
  state: 'open',
  name: 'cloud-east',
  userName: 'ops',
  projectName: 'admin',
  roles: ['admin'],
  region: 'RegionOne',
  computeVersion: '2.93',
} as const satisfies CloudView;

export function aDesk(more: Partial<DeskView> = {}): DeskView {
  return {
    run: RUN_ID,
    version: '0.1.0',
    shell: 'web',
    who: 'ops@workstation',
    sequence: 0,
    cloud: openCloud,
    questions: [],
    migrations: [],
    problems: [],
    ...more,
  };
}

export function aHost(name = 'compute-a', more: Partial<HostView> = {}): HostView {
  return {
    name,
    state: 'up',
    status: 'enabled',
    address: '192.0.2.11',
    instances: 1,
    diskGib: { capacity: 1000, used: 400 },
    ramMib: { capacity: 262_144, used: 65_536 },
    vcpus: { capacity: 64, used: 16 },
    ...more,
  };
}

export function aDisk(
  more: Partial<NonNullable<InstanceView['disks']>[number]> = {},
): NonNullable<InstanceView['disks']>[number] {
  return {
    name: 'disk',
    role: 'root',
    format: 'qcow2',
    virtualBytes: 20 * GIB,
    allocatedBytes: 5 * GIB,
    chain: ['/var/lib/nova/instances/_base/a3c5d1ac0b1a1d1c9a0e5a57e1d0f6a0a3c5d1ac'],
    baseIsImage: true,
    ...more,
  };
}

export function anInstance(more: Partial<InstanceView> = {}): InstanceView {
  return {
    id: SERVER_ID,
    name: 'web-01',
    projectId: '4f1d0a5e6c1f4a7b9a532f5a4d1f0c11',
    status: 'SHUTOFF',
    host: 'compute-a',
    locked: false,
    volumes: 0,
    configDrive: false,
    updatedAt: new Date(NOW_MS - 3_600_000).toISOString(),
    flavorDiskGib: 20,
    ...more,
  };
}

export function anInventory(more: Partial<InventoryView> = {}): InventoryView {
  return {
    cloud: 'cloud-east',
    readAtMs: Date.now(),
    hosts: [aHost('compute-a'), aHost('compute-b', { instances: 0, address: '192.0.2.12' })],
    instances: [anInstance()],
    ...more,
  };
}

export function aPlan(more: Partial<PlanView> = {}): PlanView {
  return {
    id: MIGRATION_ID,
    madeAtMs: NOW_MS,
    cloud: 'cloud-east',
    server: {
      id: SERVER_ID,
      name: 'web-01',
      projectId: '4f1d0a5e6c1f4a7b9a532f5a4d1f0c11',
      running: true,
      volumes: 0,
    },
    source: 'compute-a',
    destination: 'compute-b',
    destinationAddress: '192.0.2.12',
    route: 'seed',
    routeReason: 'Nova on compute-a copies by rsync, so it adopts what is there already',
    disks: [
      {
        name: 'disk',
        role: 'root',
        strategy: 'overlay',
        reason: 'compute-b has the same base',
        path: `/var/lib/nova/instances/${SERVER_ID}/disk`,
        format: 'qcow2',
        virtualBytes: 20 * GIB,
        allocatedBytes: 5 * GIB,
        bytesToMove: 5 * GIB,
        chain: ['/var/lib/nova/instances/_base/a3c5d1ac0b1a1d1c9a0e5a57e1d0f6a0a3c5d1ac'],
      },
    ],
    bases: [
      {
        path: '/var/lib/nova/instances/_base/a3c5d1ac0b1a1d1c9a0e5a57e1d0f6a0a3c5d1ac',
        allocatedBytes: 2 * GIB,
        action: 'present',
        reason: 'compute-b has an equal file',
      },
    ],
    findings: [{ id: 'room', verdict: 'pass', message: 'compute-b has room: 600 GiB are free' }],
    bytesToMove: 5 * GIB,
    bytesToStage: 0,
    liveDisks: [],
    speed: { copyBytesPerSecond: 200 * 1024 ** 2, digestBytesPerSecond: 500 * 1024 ** 2 },
    codec: {
      codec: 'zstd',
      copyBytesPerSecond: 240 * 1024 ** 2,
      reason: 'with zstd a sample went over at 240 MiB/s, shrunk to 40 %',
    },
    downtime: { seconds: 75, parts: [{ name: 'copy', seconds: 26 }] },
    downtimeByNova: { seconds: 420, parts: [{ name: 'copy', seconds: 400 }] },
    commands: [{ phase: 'copying', where: 'compute-a', command: 'rsync --sparse disk compute-b:' }],
    ...more,
  };
}

export function aDiskView(more: Partial<DiskView> = {}): DiskView {
  return {
    name: 'disk',
    role: 'root',
    strategy: 'overlay',
    state: 'copying',
    bytesTotal: 5 * GIB,
    bytesDone: 2 * GIB,
    ...more,
  };
}

export function aMigration(more: Partial<MigrationView> = {}): MigrationView {
  return {
    id: MIGRATION_ID,
    phase: 'copying',
    active: true,
    server: { id: SERVER_ID, name: 'web-01', running: true },
    source: 'compute-a',
    destination: 'compute-b',
    route: 'seed',
    disks: [aDiskView()],
    bytesToMove: 5 * GIB,
    cloud: 'cloud-east',
    by: 'ops@workstation',
    enteredAtMs: { planned: NOW_MS - 120_000, copying: NOW_MS - 30_000 },
    updatedAtMs: NOW_MS,
    downtime: { startMs: NOW_MS - 60_000, predictedSeconds: 75 },
    running: false,
    proven: false,
    proofs: [],
    next: 'wait: it is being copied',
    ...more,
  };
}

export function aReport(more: Partial<ReportView> = {}): ReportView {
  return {
    madeAtMs: NOW_MS,
    plan: aPlan(),
    migration: aMigration({ phase: 'confirmed', active: false, proven: true }),
    history: [{ atMs: NOW_MS - 120_000, phase: 'planned', message: 'planned by ops@workstation' }],
    ...more,
  };
}

export function someClouds(more: Partial<CloudsView> = {}): CloudsView {
  return {
    profiles: [
      {
        name: 'cloud-east',
        source: '/home/ops/.config/openstack/clouds.yaml',
        authUrl: 'https://keystone.example.org/v3',
        login: 'password',
        user: 'ops',
        project: 'admin',
        region: 'RegionOne',
        imported: false,
        needsSecret: false,
      },
    ],
    searched: ['/home/ops/.config/openstack/clouds.yaml', '/etc/openstack/clouds.yaml'],
    problems: [],
    secrets: {
      kept: 'memory',
      said: 'This system has no key store; secrets are forgotten when the app ends.',
    },
    ...more,
  };
}

export function someSettings(more: Partial<SettingsView> = {}): SettingsView {
  return {
    path: '/home/ops/.config/coldhaul/settings.yaml',
    exists: false,
    values: DEFAULT_SETTINGS,
    defaults: DEFAULT_SETTINGS,
    ...more,
  };
}
