import { createHash } from 'node:crypto';
import type { ServiceName } from './exchange.ts';

/** Origins of the services, such as `http://127.0.0.1:40123`. */
export type Endpoints = Readonly<Record<ServiceName, string>> & {
  readonly regionName: string;
  /** Services that this cloud does not have. */
  readonly absent: ReadonlySet<ServiceName>;
};

const NAMES: readonly (readonly [service: ServiceName, name: string, suffix: string])[] = [
  ['network', 'neutron', ''],
  ['compute', 'nova', '/v2.1'],
  ['identity', 'keystone', '/v3'],
  ['placement', 'placement', ''],
  ['image', 'glance', ''],
  ['block-storage', 'cinder', '/v3'],
  ['instance-ha', 'masakari', '/v1'],
];

/** The service catalog: public, admin and internal address of each, which are one and the same here. */
export function catalog(endpoints: Endpoints) {
  return NAMES.filter(([service]) => !endpoints.absent.has(service)).map(([type, name, suffix]) => ({
    endpoints: (['public', 'admin', 'internal'] as const).map((face) => ({
      id: stableId(`${name} ${face}`),
      interface: face,
      region_id: endpoints.regionName,
      url: `${endpoints[type]}${suffix}`,
      region: endpoints.regionName,
    })),
    id: stableId(name),
    type,
    name,
  }));
}

function stableId(of: string): string {
  return createHash('sha256').update(of).digest('hex').slice(0, 32);
}
