import type { CloudState, LabServerGroup } from '../model.ts';
import type { ApiAnswer, Route } from './exchange.ts';
import { refuse } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';

/** Server groups: a list of the caller's project, or of all for an admin, and one by its id. */
export function groupRoutes(state: CloudState): readonly Route<NovaRequest>[] {
  return [
    ['GET', '/v2.1/os-server-groups', (request) => list(state, request)],
    ['GET', '/v2.1/os-server-groups/:', (request, [id]) => show(state, request, id)],
  ];
}

function list(state: CloudState, request: NovaRequest): ApiAnswer {
  const all = request.context.isAdmin && request.query.has('all_projects');
  const rows = state.serverGroups.filter(({ projectId }) => all || projectId === request.context.projectId);
  return { status: 200, body: { server_groups: rows.map((group) => body(group, request.version)) } };
}

function show(state: CloudState, request: NovaRequest, id: string | undefined): ApiAnswer {
  const { isAdmin, projectId } = request.context;
  const group = state.serverGroups.find(
    (each) => each.id === id && (isAdmin || each.projectId === projectId),
  );
  if (group === undefined) throw refuse(404, `Instance group ${String(id)} could not be found.`);
  return { status: 200, body: { server_group: body(group, request.version) } };
}

/** One policy with rules from 2.64 on; a list of policies and metadata before (Nova API reference). */
function body(group: LabServerGroup, version: number) {
  const rules = group.maxPerHost === undefined ? {} : { max_server_per_host: group.maxPerHost };
  return {
    id: group.id,
    name: group.name,
    members: group.members,
    ...(version >= 64 ? { policy: group.policy, rules } : { policies: [group.policy], metadata: {} }),
    ...(version >= 13 && { project_id: group.projectId, user_id: group.userId }),
  };
}
