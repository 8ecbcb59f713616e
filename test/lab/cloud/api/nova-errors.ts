import type { LabServer } from '../model.ts';
import { Refusal } from './exchange.ts';

const NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  409: 'conflictingRequest',
};

/** Nova's way to say no: one key that names the kind, with code and message. */
export function refuse(code: number, message: string): Refusal {
  return new Refusal({
    status: code,
    headers: { 'Content-Type': 'application/json; charset=UTF-8' },
    body: { [NAMES[code] ?? 'computeFault']: { code, message } },
  });
}

export function forbidden(rule: string): Refusal {
  return refuse(403, `Policy doesn't allow os_compute_api:${rule} to be performed.`);
}

export function noSuchServer(id: string): Refusal {
  return refuse(404, `Instance ${id} could not be found.`);
}

/** 409 unless vm_state and task_state are among the allowed; vm_state is looked at first, as Nova does. */
export function requireState(
  server: LabServer,
  action: string,
  vmStates: readonly string[],
  taskStates: readonly (string | null)[] = [null],
): void {
  const conflict = (what: string): Refusal =>
    refuse(409, `Cannot '${action}' instance ${server.id} while it is in ${what}`);
  if (!vmStates.includes(server.vmState)) throw conflict(`vm_state ${server.vmState}`);
  if (!taskStates.includes(server.taskState)) throw conflict(`task_state ${String(server.taskState)}`);
}

/** A locked server obeys admins only (nova/compute/api.py, check_instance_lock). */
export function requireUnlocked(server: LabServer, isAdmin: boolean): void {
  if (server.locked && !isAdmin) throw refuse(409, `Instance ${server.id} is locked`);
}
