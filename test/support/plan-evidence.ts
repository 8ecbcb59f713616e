import type { ComputeService, Flavor, Room } from '../../main/domain/cloud.ts';
import type { FileState, HostFacts } from '../../main/domain/host.ts';
import type { MoveEvidence } from '../../main/domain/preflight/evidence.ts';
import type { Surroundings } from '../../main/domain/surroundings.ts';
import { closeLook } from './close-look.ts';
import {
  directory,
  diskPlan,
  hostFacts,
  IMAGE_BASE,
  INSTANCES,
  onHost,
  server,
  SERVER_ID,
} from './samples.ts';

export const service = (host: string): ComputeService => ({
  id: host,
  host,
  zone: 'nova',
  state: 'up',
  status: 'enabled',
  disabledReason: undefined,
  forcedDown: false,
});
export const home = `${INSTANCES}/${SERVER_ID}`;

export const flavor: Flavor = {
  name: 'm1',
  vcpus: 2,
  ramMib: 2048,
  rootGib: 20,
  ephemeralGib: 5,
  swapMib: 1500,
  extraSpecs: {},
};
export const room: Room = {
  hypervisorHostname: 'hostB',
  vcpus: { capacity: 16, used: 14 },
  ramMib: { capacity: 8192, used: 6144 },
  diskGib: { capacity: 100, used: 73 },
};

export function factsOfB(more: Partial<HostFacts> = {}): HostFacts {
  return hostFacts({ hostname: 'hostB', bootId: 'of-b', ...more });
}

/** The instances directory of a host, as it should be. */
export const root: FileState = {
  path: INSTANCES,
  sizeBytes: 4096,
  allocatedBytes: 4096,
  mtimeSeconds: 0,
  inode: 2,
  links: 3,
  uid: 64_055,
  gid: 64_055,
  mode: 0o755,
};

/** Nothing that would stand in the way, and a small cloud without Masakari. */
export const quiet: Surroundings = {
  destinationZone: 'nova',
  groups: { known: true, value: [] },
  records: { known: true, value: [] },
  traffic: { known: true, value: [] },
  ports: {
    known: true,
    value: [{ id: 'port', vnicType: 'normal', vifType: 'ovs', hostId: 'hostA' }],
  },
  networkAgents: {
    known: true,
    value: ['hostA', 'hostB'].map((host) => ({
      host,
      type: 'Open vSwitch agent',
      alive: true,
      plugs: true,
    })),
  },
  volumes: { known: true, value: [] },
  failover: { known: true, value: undefined },
  aggregates: { known: true, value: [] },
  offers: { known: true, value: { traits: [], classes: {} } },
};

/** Of a running instance that goes from hostA to hostB, with nothing against it. */
export const good: MoveEvidence = {
  cloud: {
    identity: {
      cloud: 'lab',
      userName: 'admin',
      projectName: 'admin',
      roles: ['admin'],
      region: 'RegionOne',
      tokenExpiresAtMs: 3_600_000,
      tokenLifeMs: 3_600_000,
      canRenewToken: true,
      compute: { min: '2.1', max: '2.93', used: '2.93' },
      canChooseHost: true,
    },
    nowMs: 0,
  },
  server: server({ flavor }),
  source: {
    name: 'hostA',
    service: service('hostA'),
    nowMs: 0,
    root,
    facts: hostFacts(),
    instance: onHost('hostA', {
      directory: directory(home),
      domain: 'running',
      domainFiles: [`${home}/disk`],
      close: closeLook(),
    }),
  },
  destination: {
    name: 'hostB',
    service: service('hostB'),
    nowMs: 0,
    root,
    facts: factsOfB(),
    instance: onHost('hostB', { close: closeLook({ diskInfo: undefined, domainDisks: [] }) }),
  },
  destinationAddress: '127.0.0.12',
  novaReaches: { ok: true, said: '', bootId: 'of-b', acceptsAnyKey: false },
  image: {
    id: 'i',
    name: 'tiny',
    status: 'active',
    diskFormat: 'qcow2',
    sizeBytes: 1,
    visibility: 'public',
    hash: { algorithm: 'sha512', value: 'abc' },
    properties: {},
  },
  imageBaseName: IMAGE_BASE,
  imageBaseAtDestination: false,
  room,
  surroundings: quiet,
  disks: [diskPlan('disk')],
  bases: [],
  route: 'seed',
  reserveBytes: 0,
  measured: {
    speed: { copyBytesPerSecond: 100e6, digestBytesPerSecond: 300e6 },
    abilities: { keepsHoles: true, preallocates: true, reflinks: false },
    guestWrites: { bytes: 0, seconds: 2, sinceStart: undefined },
    downtime: {
      seconds: 20,
      parts: [
        { name: 'copy', seconds: 14 },
        { name: 'hand over', seconds: 6 },
      ],
    },
  },
  own: undefined,
};
