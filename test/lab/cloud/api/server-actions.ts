import type { Conductor } from '../compute/conductor.ts';
import type { CloudState, LabMigration, LabServer } from '../model.ts';
import { computeNamed, isUp, saveMigration, saveServer, startAction } from '../records.ts';
import { asRecord, asText, type ApiAnswer, type Route } from './exchange.ts';
import { forbidden, refuse, requireState, requireUnlocked } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';
import { serverFor } from './servers.ts';

interface Act {
  readonly state: CloudState;
  readonly conductor: Conductor;
  readonly request: NovaRequest;
  readonly server: LabServer;
  readonly given: Readonly<Record<string, unknown>>;
}

const ACCEPTED: ApiAnswer = { status: 202 };

const ACTIONS: Readonly<Record<string, (act: Act) => ApiAnswer | Promise<ApiAnswer>>> = {
  'os-stop': stop,
  'os-start': start,
  reboot,
  lock,
  unlock,
  migrate,
  confirmResize,
  revertResize,
  'os-resetState': resetState,
  'os-getConsoleOutput': consoleOutput,
};

/** `POST /servers/{id}/action`: the key of the body names the action. */
export function serverActionRoutes(state: CloudState, conductor: Conductor): readonly Route<NovaRequest>[] {
  return [
    [
      'POST',
      '/v2.1/servers/:/action',
      (request, [id]) => {
        const body = asRecord(request.body);
        const name = Object.keys(body)[0] ?? '';
        const action = ACTIONS[name];
        if (action === undefined) throw refuse(400, `There is no such action: ${name}`);
        const server = serverFor(state, request, id);
        return action({ state, conductor, request, server, given: asRecord(body[name]) });
      },
    ],
  ];
}

function stop({ state, conductor, request: { context }, server }: Act): ApiAnswer {
  requireUnlocked(server, context.isAdmin);
  requireState(server, 'stop', ['active', 'error']);
  const action = startAction(state, server, 'stop', context);
  saveServer(state, server, { taskState: 'powering-off' });
  conductor.stop(context, server, action);
  return ACCEPTED;
}

function start({ state, conductor, request: { context }, server }: Act): ApiAnswer {
  requireUnlocked(server, context.isAdmin);
  requireState(server, 'start', ['stopped']);
  requireUp(state, server.host);
  const action = startAction(state, server, 'start', context);
  saveServer(state, server, { taskState: 'powering-on' });
  conductor.start(context, server, action);
  return ACCEPTED;
}

function reboot({ state, conductor, request: { context }, server, given }: Act): ApiAnswer {
  const hard = asText(given['type'])?.toUpperCase() === 'HARD';
  requireUnlocked(server, context.isAdmin);
  const tasks = hard ? [null, 'rebooting', 'rebooting_hard', 'reboot_started_hard'] : [null];
  requireState(server, 'reboot', hard ? ['active', 'stopped', 'error'] : ['active'], tasks);
  const action = startAction(state, server, 'reboot', context);
  saveServer(state, server, { taskState: hard ? 'rebooting_hard' : 'rebooting' });
  conductor.reboot(context, server, action);
  return ACCEPTED;
}

function lock({ state, request: { context, version }, server, given }: Act): ApiAnswer {
  // The owner's lock yields to an admin; an admin's lock holds against the owner (nova/compute/api.py, lock).
  if (server.locked && server.lockedByAdmin && !context.isAdmin) requireUnlocked(server, false);
  startAction(state, server, 'lock', context);
  server.locked = true;
  server.lockedByAdmin = context.isAdmin;
  server.lockedReason = version >= 73 ? (asText(given['locked_reason']) ?? null) : null;
  saveServer(state, server, {});
  return ACCEPTED;
}

function unlock({ state, request: { context }, server }: Act): ApiAnswer {
  if (server.locked && server.lockedByAdmin && !context.isAdmin) {
    throw forbidden('os-lock-server:unlock:unlock_override');
  }
  startAction(state, server, 'unlock', context);
  server.locked = false;
  server.lockedByAdmin = false;
  server.lockedReason = null;
  saveServer(state, server, {});
  return ACCEPTED;
}

function migrate({ state, conductor, request: { context, version }, server, given }: Act): ApiAnswer {
  if (!context.isAdmin) throw forbidden('os-migrate-server:migrate');
  // Below 2.56 the body is not looked at: a host in it is ignored without a word.
  const host = version >= 56 ? asText(given['host']) : undefined;
  requireState(server, 'migrate', ['active', 'stopped']);
  requireUp(state, server.host);
  if (host !== undefined && computeNamed(state, host) === undefined) {
    throw refuse(400, `Compute host ${host} could not be found.`);
  }
  if (host !== undefined && host === server.host) {
    throw refuse(400, 'Cannot migrate to the host where the server exists.');
  }
  saveServer(state, server, { taskState: 'resize_prep' });
  conductor.migrate(context, server, host, startAction(state, server, 'migrate', context));
  return ACCEPTED;
}

function confirmResize({ state, conductor, request: { context }, server }: Act): ApiAnswer {
  requireUnlocked(server, context.isAdmin);
  requireState(server, 'confirmResize', ['resized']);
  const migration = finishedMigration(state, server);
  requireUp(state, migration.sourceCompute);
  const action = startAction(state, server, 'confirmResize', context);
  saveMigration(state, migration, { status: 'confirming' });
  conductor.confirm(context, server, migration, action);
  return { status: 204 };
}

function revertResize({ state, conductor, request: { context }, server }: Act): ApiAnswer {
  requireUnlocked(server, context.isAdmin);
  requireState(server, 'revertResize', ['resized']);
  requireUp(state, server.host);
  const migration = finishedMigration(state, server);
  const action = startAction(state, server, 'revertResize', context);
  saveServer(state, server, { taskState: 'resize_reverting' });
  saveMigration(state, migration, { status: 'reverting' });
  conductor.revert(context, server, migration, action);
  return ACCEPTED;
}

function finishedMigration(state: CloudState, server: LabServer): LabMigration {
  const found = state.migrations.findLast(
    ({ serverId, status }) => serverId === server.id && status === 'finished',
  );
  if (found === undefined) throw refuse(400, 'Instance has not been resized.');
  return found;
}

function resetState({ state, request: { context }, server, given }: Act): ApiAnswer {
  if (!context.isAdmin) throw forbidden('os-admin-actions:reset_state');
  const wanted = asText(given['state']);
  if (wanted !== 'active' && wanted !== 'error') {
    throw refuse(400, `Invalid input for field/attribute state. Value: ${String(wanted)}.`);
  }
  startAction(state, server, 'resetState', context);
  saveServer(state, server, { vmState: wanted, taskState: null });
  return ACCEPTED;
}

async function consoleOutput({ conductor, server, given }: Act): Promise<ApiAnswer> {
  const asked = given['length'];
  const lines = typeof asked === 'number' || typeof asked === 'string' ? Number(asked) : undefined;
  const output = await conductor.consoleOutput(server, lines);
  if (output === undefined) throw refuse(404, 'Unable to get console');
  return { status: 200, body: { output } };
}

/** Refuses work that a dead compute would have to do (nova/compute/api.py, check_instance_host with check_is_up). */
function requireUp(state: CloudState, host: string): void {
  const compute = computeNamed(state, host);
  if (compute !== undefined && !isUp(compute)) throw refuse(409, 'Service is unavailable at this time.');
}
