import type { CloudState, LabAction, LabMigration } from '../model.ts';
import { hostId } from '../identifiers.ts';
import { rowTime } from '../times.ts';
import type { ApiAnswer, Route } from './exchange.ts';
import { forbidden, refuse } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';
import { pageOf } from './paging.ts';
import { serverFor } from './servers.ts';

/** What Nova remembers of its work: os-migrations and os-instance-actions. */
export function historyRoutes(state: CloudState): readonly Route<NovaRequest>[] {
  return [
    ['GET', '/v2.1/os-migrations', (request) => migrations(state, request)],
    ['GET', '/v2.1/servers/:/migrations', (request, [id]) => liveMigrations(state, request, id)],
    ['GET', '/v2.1/servers/:/os-instance-actions', (request, [id]) => actions(state, request, id)],
    [
      'GET',
      '/v2.1/servers/:/os-instance-actions/:',
      (request, [id, requestId]) => action(state, request, id, requestId),
    ],
  ];
}

function migrations(state: CloudState, request: NovaRequest): ApiAnswer {
  if (!request.context.isAdmin) throw forbidden('os-migrations:index');
  const { query, version } = request;
  const asked = (name: string, value: string | null): boolean => {
    const wanted = query.get(name);
    return wanted === null || wanted === value;
  };
  const host = query.get('host');
  const rows = state.migrations
    .filter(
      (row) =>
        asked('instance_uuid', row.serverId) &&
        asked('status', row.status) &&
        asked('migration_type', row.type) &&
        asked('source_compute', row.sourceCompute) &&
        (host === null || row.sourceCompute === host || row.destCompute === host),
    )
    .sort((one, other) => other.id - one.id);
  if (version < 59)
    return { status: 200, body: { migrations: rows.map((row) => migrationBody(row, version)) } };
  const { rows: page, links } = pageOf(request, rows, ({ uuid }) => uuid);
  return {
    status: 200,
    body: {
      migrations: page.map((row) => migrationBody(row, version)),
      ...(links !== undefined && { migrations_links: links }),
    },
  };
}

function migrationBody(row: LabMigration, version: number) {
  return {
    id: row.id,
    ...(version >= 59 && { uuid: row.uuid }),
    source_compute: row.sourceCompute,
    dest_compute: row.destCompute,
    source_node: row.sourceCompute,
    dest_node: row.destCompute,
    dest_host: row.destHost,
    old_instance_type_id: row.flavorNumber,
    new_instance_type_id: row.flavorNumber,
    instance_uuid: row.serverId,
    status: row.status,
    ...(version >= 23 && { migration_type: row.type }),
    ...(version >= 80 && { user_id: row.userId, project_id: row.projectId }),
    created_at: rowTime(row.createdAtMs),
    updated_at: row.updatedAtMs === undefined ? null : rowTime(row.updatedAtMs),
  };
}

/** In-progress live migrations only: always empty for a cold one. */
function liveMigrations(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  serverFor(state, request, id);
  return { status: 200, body: { migrations: [] } };
}

function actions(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  const server = serverFor(state, request, id);
  const rows = state.actions.filter(({ serverId }) => serverId === server.id).reverse();
  if (request.version < 58) {
    return { status: 200, body: { instanceActions: rows.map((row) => actionBody(row, request.version)) } };
  }
  const { rows: page, links } = pageOf(request, rows, ({ requestId }) => requestId);
  return {
    status: 200,
    body: {
      instanceActions: page.map((row) => actionBody(row, request.version)),
      ...(links !== undefined && { links }),
    },
  };
}

function action(
  state: CloudState,
  request: NovaRequest,
  id: string | undefined,
  requestId: string | undefined,
): ApiAnswer {
  const server = serverFor(state, request, id);
  const row = state.actions.find((each) => each.serverId === server.id && each.requestId === requestId);
  if (row === undefined) {
    throw refuse(404, `Action for request_id ${String(requestId)} on instance ${server.id} not found`);
  }
  const { version, context } = request;
  const withEvents = context.isAdmin || version >= 51;
  const events = [...row.events].reverse().map((event) => ({
    event: event.event,
    start_time: rowTime(event.startedAtMs),
    finish_time: event.finishedAtMs === undefined ? null : rowTime(event.finishedAtMs),
    result: event.result ?? null,
    ...(context.isAdmin && { traceback: event.traceback }),
    ...(version >= 62 && context.isAdmin && { host: event.host }),
    ...(version >= 62 && { hostId: hostId(server.projectId, event.host) }),
    ...(version >= 84 && { details: event.details }),
  }));
  return {
    status: 200,
    body: { instanceAction: { ...actionBody(row, version), ...(withEvents && { events }) } },
  };
}

function actionBody(row: LabAction, version: number) {
  return {
    action: row.action,
    instance_uuid: row.serverId,
    request_id: row.requestId,
    user_id: row.userId,
    project_id: row.projectId,
    start_time: rowTime(row.startedAtMs),
    message: row.message,
    ...(version >= 58 && { updated_at: rowTime(row.updatedAtMs) }),
  };
}
