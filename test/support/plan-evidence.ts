import type { ComputeService, Flavor, Room } from '../../main/domain/cloud.ts';
import type { FileState, HostFacts } from '../../main/domain/host.ts';
import type { MoveEvidence } from '../../main/domain/preflight/evidence.ts';
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

/** Of a running instance that goes from hostA to hostB, with nothing against it. */
export const good: MoveEvidence = {
  cloud: {
    identity: {
      cloud: 'lab',
      userName: 'admin',
      projectName: 'admin',
      roles: ['admin'],
      region: 'RegionOne',
      tokenExpiresAtMs: 0,
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
    instance: onHost('hostA', { directory: directory(home), domain: 'running' }),
  },
  destination: {
    name: 'hostB',
    service: service('hostB'),
    nowMs: 0,
    root,
    facts: factsOfB(),
    instance: onHost('hostB'),
  },
  destinationAddress: '127.0.0.12',
  novaReaches: { ok: true, said: '', bootId: 'of-b' },
  image: { id: 'i', name: 'tiny', status: 'active', diskFormat: 'qcow2', sizeBytes: 1 },
  imageBaseName: IMAGE_BASE,
  imageBaseAtDestination: false,
  room,
  surroundings: { destinationZone: 'nova' },
  disks: [diskPlan('disk')],
  bases: [],
  route: 'seed',
  reserveBytes: 0,
  measured: undefined,
  own: undefined,
};
