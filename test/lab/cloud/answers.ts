import type { ApiAnswer, ApiRequest, ServiceName } from './api/exchange.ts';
import { createGlance } from './api/glance.ts';
import { hypervisorRoutes } from './api/hypervisors.ts';
import { createKeystone } from './api/keystone.ts';
import { historyRoutes } from './api/migration-rows.ts';
import { createNeutron } from './api/neutron.ts';
import { createNova } from './api/nova.ts';
import { createPlacement } from './api/placement.ts';
import { serverActionRoutes } from './api/server-actions.ts';
import { serverRoutes } from './api/servers.ts';
import { serviceRoutes } from './api/services.ts';
import { smallRoutes } from './api/small.ts';
import type { Conductor } from './compute/conductor.ts';
import type { CloudState } from './model.ts';

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
  ];
  return {
    identity: createKeystone(state, () => ({
      identity: origin('identity'),
      compute: origin('compute'),
      image: origin('image'),
      placement: origin('placement'),
      network: origin('network'),
      regionName: state.regionName,
    })),
    compute: createNova(state, novaRoutes, keystone),
    image: createGlance(state, keystone),
    placement: createPlacement(state, keystone),
    network: createNeutron(state, keystone),
  };
}
