import type { CloudState, LabCompute } from '../model.ts';
import { isUp } from '../records.ts';
import { freshTime, rowTime } from '../times.ts';
import { asRecord, asText, type ApiAnswer, type Route } from './exchange.ts';
import { forbidden, refuse } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';

const CONTROLLERS = [
  { number: 1, id: '99854e87-a6e0-47d1-b1aa-ddf67ea4546f', binary: 'nova-conductor' },
  { number: 2, id: '942d000f-854d-492f-bd2f-d864ed17effb', binary: 'nova-scheduler' },
] as const;

/** Numbers of nova-compute services start behind those of the controller. */
export const FIRST_COMPUTE_SERVICE = 3;

export function serviceRoutes(state: CloudState): readonly Route<NovaRequest>[] {
  return [
    ['GET', '/v2.1/os-services', (request) => list(state, request)],
    ['PUT', '/v2.1/os-services/:', (request, [id]) => update(state, request, id)],
  ];
}

function list(state: CloudState, request: NovaRequest): ApiAnswer {
  if (!request.context.isAdmin) throw forbidden('os-services:list');
  const binary = request.query.get('binary');
  const host = request.query.get('host');
  const { version } = request;
  const controllers = CONTROLLERS.map((service) => ({
    binary: service.binary,
    host: 'controller',
    id: version >= 53 ? service.id : service.number,
    zone: 'internal',
    status: 'enabled',
    state: 'up',
    updated_at: rowTime(state.now()),
    disabled_reason: null,
    ...(version >= 11 && { forced_down: false }),
  }));
  const services = [
    ...controllers,
    ...state.computes.map((compute) => computeService(state, compute, version, rowTime)),
  ].filter((row) => (binary === null || row.binary === binary) && (host === null || row.host === host));
  return { status: 200, body: { services } };
}

function computeService(
  state: CloudState,
  compute: LabCompute,
  version: number,
  time: (atMs: number) => string,
) {
  return {
    binary: 'nova-compute',
    host: compute.name,
    id: version >= 53 ? compute.serviceId : compute.number + FIRST_COMPUTE_SERVICE,
    zone: compute.zone,
    status: compute.enabled ? 'enabled' : 'disabled',
    state: isUp(compute) ? 'up' : 'down',
    // A forced-down service that is alive goes on reporting.
    updated_at: time(state.now()),
    disabled_reason: compute.disabledReason,
    ...(version >= 11 && { forced_down: compute.forcedDown }),
  };
}

function update(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  if (!request.context.isAdmin) throw forbidden('os-services:update');
  const compute = state.computes.find(({ serviceId }) => serviceId === id);
  if (request.version < 53 || compute === undefined)
    throw refuse(404, `Service ${String(id)} could not be found.`);
  const body = asRecord(request.body);
  if (typeof body['forced_down'] === 'boolean') compute.forcedDown = body['forced_down'];
  if (body['status'] === 'enabled' || body['status'] === 'disabled') {
    compute.enabled = body['status'] === 'enabled';
    compute.disabledReason = compute.enabled ? null : (asText(body['disabled_reason']) ?? null);
  }
  return { status: 200, body: { service: computeService(state, compute, request.version, freshTime) } };
}
