import type { CloudState, LabServer } from '../model.ts';
import { saveServer, startAction, statusOf } from '../records.ts';
import { secret } from '../identifiers.ts';
import type { Conductor } from '../compute/conductor.ts';
import { asRecord, asText, type ApiAnswer, type Route } from './exchange.ts';
import { forbidden, noSuchServer, refuse, requireUnlocked } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';
import { pageOf } from './paging.ts';
import { serverBody, serverLinks } from './server-view.ts';

export function serverRoutes(state: CloudState, conductor: Conductor): readonly Route<NovaRequest>[] {
  return [
    ['GET', '/v2.1/servers', (request) => list(state, request, 'brief')],
    ['GET', '/v2.1/servers/detail', (request) => list(state, request, 'detail')],
    ['POST', '/v2.1/servers', (request) => create(conductor, state, request)],
    ['GET', '/v2.1/servers/:', (request, [id]) => show(state, request, id)],
    ['DELETE', '/v2.1/servers/:', (request, [id]) => remove(state, conductor, request, id)],
  ];
}

/** The server, if the caller may know of it. */
export function serverFor(state: CloudState, request: NovaRequest, id = ''): LabServer {
  const server = state.servers.get(id);
  const { isAdmin, projectId } = request.context;
  if (server === undefined || server.deleted || (!isAdmin && server.projectId !== projectId)) {
    throw noSuchServer(id);
  }
  return server;
}

function show(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  return { status: 200, body: { server: serverBody(state, request, serverFor(state, request, id), 'one') } };
}

function list(state: CloudState, request: NovaRequest, kind: 'brief' | 'detail'): ApiAnswer {
  const { query, context } = request;
  const all = isSet(query.get('all_tenants'));
  if (all && !context.isAdmin) {
    throw forbidden(`servers:${kind === 'detail' ? 'detail' : 'index'}:get_all_tenants`);
  }
  const rows = [...state.servers.values()]
    .filter((server) => !server.deleted && (all || server.projectId === context.projectId))
    .filter((server) => matches(server, query, context.isAdmin))
    .sort((one, other) => other.createdAtMs - one.createdAtMs || other.number - one.number);
  const { rows: page, links } = pageOf(request, rows, ({ id }) => id);
  const servers = page.map((server) =>
    kind === 'detail'
      ? serverBody(state, request, server, 'listed')
      : { id: server.id, name: server.name, links: serverLinks(request.origin, server.id) },
  );
  return { status: 200, body: { servers, ...(links !== undefined && { servers_links: links }) } };
}

function isSet(value: string | null): boolean {
  return value !== null && !['0', 'false', 'False'].includes(value);
}

/** `host` is a filter for admins only; others have it ignored (nova/api/openstack/compute/servers.py). */
function matches(server: LabServer, query: URLSearchParams, isAdmin: boolean): boolean {
  const host = isAdmin ? query.get('host') : null;
  const name = query.get('name');
  const statuses = query.getAll('status').map((status) => status.toUpperCase());
  const project = isAdmin ? (query.get('project_id') ?? query.get('tenant_id')) : null;
  return (
    (host === null || server.host === host) &&
    (name === null || nameMatches(server.name, name)) &&
    (statuses.length === 0 || statuses.includes(statusOf(server))) &&
    (project === null || server.projectId === project)
  );
}

/** Nova hands `name` to the database as a regular expression. */
function nameMatches(name: string, wanted: string): boolean {
  try {
    return new RegExp(wanted).test(name);
  } catch {
    throw refuse(400, `Invalid filter name: ${wanted}`);
  }
}

function remove(
  state: CloudState,
  conductor: Conductor,
  request: NovaRequest,
  id: string | undefined,
): ApiAnswer {
  const server = serverFor(state, request, id);
  requireUnlocked(server, request.context.isAdmin);
  const action = startAction(state, server, 'delete', request.context);
  saveServer(state, server, { taskState: 'deleting' });
  conductor.remove(request.context, server, action);
  return { status: 204 };
}

function create(conductor: Conductor, state: CloudState, request: NovaRequest): ApiAnswer {
  const asked = asRecord(asRecord(request.body)['server']);
  const host = asText(asked['host']);
  if (host !== undefined && !request.context.isAdmin)
    throw forbidden('compute:servers:create:requested_destination');
  const flavor = state.flavors.find(({ id }) => id === asText(asked['flavorRef']));
  const image = state.images.get(asText(asked['imageRef']) ?? '');
  if (flavor === undefined) throw refuse(400, `Flavor ${String(asked['flavorRef'])} could not be found.`);
  if (image === undefined) throw refuse(400, `Image ${String(asked['imageRef'])} could not be found.`);
  const server = conductor.create(request.context, {
    name: asText(asked['name']) ?? 'unnamed',
    flavor,
    image,
    host,
    configDrive: asked['config_drive'] === true,
    metadata: {},
  });
  const location = `${request.origin}/v2.1/servers/${server.id}`;
  const body = {
    id: server.id,
    links: serverLinks(request.origin, server.id),
    'OS-DCF:diskConfig': 'MANUAL',
    security_groups: [{ name: 'default' }],
    adminPass: secret().slice(0, 12),
  };
  return { status: 202, headers: { location }, body: { server: body } };
}
