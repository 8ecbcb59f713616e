import type { ApiAnswer, ApiRequest, ServiceName } from './api/exchange.ts';
import { createCinder } from './api/cinder.ts';
import { createGlance } from './api/glance.ts';
import { groupRoutes } from './api/groups.ts';
import { hypervisorRoutes } from './api/hypervisors.ts';
import { createKeystone } from './api/keystone.ts';
import { createMasakari } from './api/masakari.ts';
import { historyRoutes } from './api/migration-rows.ts';
import { createNeutron } from './api/neutron.ts';
import { createNova } from './api/nova.ts';
import { createPlacement } from './api/placement.ts';
import { serverActionRoutes } from './api/server-actions.ts';
import { serverRoutes } from './api/servers.ts';
import { serviceRoutes } from './api/services.ts';
import { smallRoutes } from './api/small.ts';
import type { Conductor } from './compute/conductor.ts';
import type { CloudState, OptionalService } from './model.ts';

const OPTIONAL: readonly OptionalService[] = ['block-storage', 'instance-ha'];

export type Answer = (request: ApiRequest) => Promise<ApiAnswer>;

/** Every service of the cloud. `origin` is asked late: the ports are known only when all listen. */
export function createAnswers(
  state: CloudState,
  conductor: Conductor,
  origin: (service: ServiceName) => string,
): Readonly<Record<ServiceName, Answer>> {
  const keystone = (): string => origin('identity');
  const novaRoutes = [
    ...serverRoutes(state, conductor),
    ...serverActionRoutes(state, conductor),
    ...historyRoutes(state),
    ...serviceRoutes(state),
    ...hypervisorRoutes(state),
    ...smallRoutes(state),
    ...groupRoutes(state),
  ];
  return {
    identity: createKeystone(state, () => ({
      identity: origin('identity'),
      compute: origin('compute'),
      image: origin('image'),
      placement: origin('placement'),
      network: origin('network'),
      'block-storage': origin('block-storage'),
      'instance-ha': origin('instance-ha'),
      absent: new Set(OPTIONAL.filter((service) => !state.optionalServices.has(service))),
      regionName: state.regionName,
    })),
    compute: createNova(state, novaRoutes, keystone),
    image: createGlance(state, keystone),
    placement: createPlacement(state, keystone),
    network: createNeutron(state, keystone),
    'block-storage': createCinder(state, keystone),
    'instance-ha': createMasakari(state, keystone),
  };
}
