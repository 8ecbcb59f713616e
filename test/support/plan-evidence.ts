import type { ComputeService, Flavor, Room } from '../../main/domain/cloud.ts';
import type { HostFacts } from '../../main/domain/host.ts';
import type { PlanEvidence } from '../../main/domain/preflight/evidence.ts';
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

/** Of a running instance that goes from hostA to hostB, with nothing against it. */
export const good: PlanEvidence = {
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
  server: server({ flavor }),
  sourceService: service('hostA'),
  destinationService: service('hostB'),
  source: {
    name: 'hostA',
    facts: hostFacts(),
    instance: onHost('hostA', { directory: directory(home), domain: 'running' }),
  },
  destination: {
    name: 'hostB',
    facts: factsOfB(),
    instance: onHost('hostB'),
  },
  destinationMode: 0o755,
  destinationAddress: '127.0.0.12',
  novaReaches: { ok: true, said: '', bootId: 'of-b' },
  image: { id: 'i', name: 'tiny', status: 'active', diskFormat: 'qcow2', sizeBytes: 1 },
  imageBaseName: IMAGE_BASE,
  imageBaseAtDestination: false,
  room,
  disks: [diskPlan('disk')],
  bases: [],
  route: 'seed',
  reserveBytes: 0,
};
