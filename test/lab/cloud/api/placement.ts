import { capacity, fits, inventories, release, used } from '../allocations.ts';
import type { CloudState, LabCompute, Resources } from '../model.ts';
import { isAdmin } from '../state.ts';
import { findRoute, Refusal, type ApiAnswer, type ApiRequest, type Route } from './exchange.ts';
import { tokenOf } from './keystone.ts';
import { unauthorizedBody } from './nova.ts';

interface PlacementRequest extends ApiRequest {
  readonly version: number;
}

const JSON_TYPE = { 'Content-Type': 'application/json' } as const;
const MAX_VERSION = 39;

/** Placement: providers, inventories, usages, allocations, candidates. */
export function createPlacement(state: CloudState, keystoneOrigin: () => string) {
  const of = (id: string | undefined): LabCompute => providerOf(state, id);
  const routes: readonly Route<PlacementRequest>[] = [
    ['GET', '/resource_providers', (request) => providers(state, request)],
    ['GET', '/resource_providers/:', ({ version }, [id]) => ok(providerBody(of(id), version))],
    ['GET', '/resource_providers/:/inventories', (_, [id]) => ok(inventoriesBody(of(id)))],
    ['GET', '/resource_providers/:/usages', (_, [id]) => ok(usagesBody(state, of(id)))],
    ['GET', '/resource_providers/:/traits', (_, [id]) => ok(traitsBody(of(id)))],
    ['GET', '/resource_providers/:/allocations', (_, [id]) => ok(providerAllocations(state, of(id)))],
    ['GET', '/allocations/:', ({ version }, [id]) => ok(allocations(state, id, version))],
    ['DELETE', '/allocations/:', (_, [id]) => remove(state, id)],
    ['GET', '/allocation_candidates', (request) => ok(candidates(state, request))],
  ];
  return async function answer(request: ApiRequest): Promise<ApiAnswer> {
    const ids = { 'x-openstack-request-id': request.requestId };
    const asked = /placement\s+1\.(\d+)/.exec(request.headers['openstack-api-version'] ?? '')?.[1];
    const latest = request.headers['openstack-api-version']?.includes('latest') === true;
    const version = latest ? MAX_VERSION : Number(asked ?? 0);
    const headers = {
      ...JSON_TYPE,
      'openstack-api-version': `placement 1.${version}`,
      vary: 'openstack-api-version',
      ...ids,
    };
    if (request.path === '/') return { status: 200, headers, body: { versions: [versionBody()] } };
    const token = tokenOf(state, request.headers);
    if (token?.project === undefined) {
      const challenge = { 'WWW-Authenticate': `Keystone uri="${keystoneOrigin()}"` };
      return { status: 401, headers: { ...JSON_TYPE, ...challenge, ...ids }, body: unauthorizedBody() };
    }
    try {
      if (version > MAX_VERSION) throw refuse(406, 'Unacceptable version header', request.requestId);
      if (!isAdmin(state, token)) {
        throw refuse(403, 'placement:resource_providers:list is forbidden', request.requestId);
      }
      const route = findRoute(routes, request.method, request.path);
      if (route === undefined) throw refuse(404, 'The resource could not be found.', request.requestId);
      const found = await route.handler({ ...request, version }, route.parameters);
      return { ...found, headers };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...error.answer, headers };
    }
  };
}

function ok(body: unknown): ApiAnswer {
  return { status: 200, body };
}

function refuse(status: number, detail: string, requestId = ''): Refusal {
  const title = status === 404 ? 'Not Found' : status === 403 ? 'Forbidden' : 'Not Acceptable';
  return new Refusal({ status, body: { errors: [{ status, title, detail, request_id: requestId }] } });
}

function versionBody() {
  return {
    id: 'v1.0',
    max_version: `1.${MAX_VERSION}`,
    min_version: '1.0',
    status: 'CURRENT',
    links: [{ rel: 'self', href: '' }],
  };
}

function providerOf(state: CloudState, id: string | undefined): LabCompute {
  const compute = state.computes.find(({ hypervisorId }) => hypervisorId === id);
  if (compute === undefined) throw refuse(404, `No resource provider with uuid ${String(id)} found`);
  return compute;
}

function providers(state: CloudState, request: PlacementRequest): ApiAnswer {
  const name = request.query.get('name');
  const uuid = request.query.get('uuid');
  const rows = state.computes.filter(
    (compute) => (name === null || compute.name === name) && (uuid === null || compute.hypervisorId === uuid),
  );
  return ok({ resource_providers: rows.map((compute) => providerBody(compute, request.version)) });
}

function providerBody(compute: LabCompute, version: number) {
  const self = `/resource_providers/${compute.hypervisorId}`;
  const rels = ['inventories', 'usages', 'aggregates', 'traits', 'allocations'];
  return {
    uuid: compute.hypervisorId,
    name: compute.name,
    generation: compute.providerGeneration,
    links: [{ rel: 'self', href: self }, ...rels.map((rel) => ({ rel, href: `${self}/${rel}` }))],
    ...(version >= 14 && { parent_provider_uuid: null, root_provider_uuid: compute.hypervisorId }),
  };
}

function inventoriesBody(compute: LabCompute) {
  const rows = Object.entries(inventories(compute)).map(([kind, { total, reserved, ratio }]) => [
    kind,
    { total, reserved, min_unit: 1, max_unit: total, step_size: 1, allocation_ratio: ratio },
  ]);
  const others = Object.entries(compute.otherClasses).map(([kind, { total }]) => [
    kind,
    { total, reserved: 0, min_unit: 1, max_unit: total, step_size: 1, allocation_ratio: 1 },
  ]);
  return {
    resource_provider_generation: compute.providerGeneration,
    inventories: Object.fromEntries([...rows, ...others]) as Record<string, unknown>,
  };
}

function usagesBody(state: CloudState, compute: LabCompute) {
  const others = Object.entries(compute.otherClasses).map(([kind, of]) => [kind, of.used]);
  const usages = { ...used(state, compute), ...(Object.fromEntries(others) as Record<string, unknown>) };
  return { resource_provider_generation: compute.providerGeneration, usages };
}

function traitsBody(compute: LabCompute) {
  return { traits: compute.traits, resource_provider_generation: compute.providerGeneration };
}

function providerAllocations(state: CloudState, compute: LabCompute) {
  const rows = state.allocations
    .filter(({ providerId }) => providerId === compute.hypervisorId)
    .map(({ consumerId, resources }) => [consumerId, { resources, consumer_generation: 1 }]);
  return {
    allocations: Object.fromEntries(rows) as Record<string, unknown>,
    resource_provider_generation: compute.providerGeneration,
  };
}

function allocations(state: CloudState, consumerId: string | undefined, version: number) {
  const rows = state.allocations.filter((row) => row.consumerId === consumerId);
  const entries = rows.map(({ providerId, resources }) => [
    providerId,
    { resources, generation: providerOf(state, providerId).providerGeneration },
  ]);
  const first = rows[0];
  return {
    allocations: Object.fromEntries(entries) as Record<string, unknown>,
    ...(first !== undefined && version >= 12 && { project_id: first.projectId, user_id: first.userId }),
    ...(first !== undefined && version >= 28 && { consumer_generation: 1 }),
    ...(first !== undefined && version >= 38 && { consumer_type: 'unknown' }),
  };
}

function remove(state: CloudState, consumerId = ''): ApiAnswer {
  if (!state.allocations.some((row) => row.consumerId === consumerId)) {
    throw refuse(404, `No allocations for consumer '${consumerId}'`);
  }
  release(state, consumerId);
  return { status: 204 };
}

function candidates(state: CloudState, request: PlacementRequest) {
  const wanted = Object.fromEntries(
    (request.query.get('resources') ?? '').split(',').map((part) => {
      const [kind = '', amount = ''] = part.split(':');
      return [kind, Number(amount)];
    }),
  ) as Partial<Resources>;
  const tree = request.version >= 31 ? request.query.get('in_tree') : null;
  const limit = Number(request.query.get('limit') ?? state.computes.length);
  const rows = state.computes
    .filter(({ hypervisorId }) => tree === null || hypervisorId === tree)
    .filter((compute) => fits(state, compute, wanted))
    .slice(0, limit);
  const requests = rows.map(({ hypervisorId }) => ({
    allocations: { [hypervisorId]: { resources: wanted } },
    ...(request.version >= 34 && { mappings: { '': [hypervisorId] } }),
  }));
  const summaries = rows.map((compute) => [compute.hypervisorId, summary(state, compute, request.version)]);
  return {
    allocation_requests: requests,
    provider_summaries: Object.fromEntries(summaries) as Record<string, unknown>,
  };
}

function summary(state: CloudState, compute: LabCompute, version: number) {
  const taken = used(state, compute);
  const rooms = inventories(compute);
  const resources = Object.fromEntries(
    (['VCPU', 'MEMORY_MB', 'DISK_GB'] as const).map((kind) => [
      kind,
      { capacity: capacity(rooms[kind]), used: taken[kind] },
    ]),
  );
  const others = Object.entries(compute.otherClasses).map(([kind, of]) => [
    kind,
    { capacity: of.total, used: of.used },
  ]);
  return {
    resources: { ...resources, ...(Object.fromEntries(others) as Record<string, unknown>) },
    ...(version >= 17 && { traits: compute.traits }),
    ...(version >= 29 && { parent_provider_uuid: null, root_provider_uuid: compute.hypervisorId }),
  };
}
