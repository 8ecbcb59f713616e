import type {
  CloudState,
  LabAction,
  LabCompute,
  LabEvent,
  LabMigration,
  LabServer,
  RequestContext,
} from './model.ts';

type StateChange = Partial<
  Pick<LabServer, 'vmState' | 'taskState' | 'powerState' | 'host' | 'fault' | 'oldVmState' | 'launchedAtMs'>
>;

/** `status` from vm_state and task_state (nova/api/openstack/common.py:45-83). */
export function statusOf(server: Pick<LabServer, 'vmState' | 'taskState'>): string {
  const { vmState, taskState } = server;
  switch (vmState) {
    case 'building':
      return 'BUILD';
    case 'active':
    case 'stopped':
      if (taskState?.startsWith('resize_') === true) return 'RESIZE';
      if (vmState === 'active' && taskState === 'migrating') return 'MIGRATING';
      if (taskState === 'reboot_started_hard' || taskState === 'rebooting_hard') return 'HARD_REBOOT';
      if (taskState === 'rebooting') return 'REBOOT';
      return vmState === 'active' ? 'ACTIVE' : 'SHUTOFF';
    case 'resized':
      return taskState === 'resize_reverting' ? 'REVERT_RESIZE' : 'VERIFY_RESIZE';
    case 'error':
      return taskState?.startsWith('rebooting') === true ? 'HARD_REBOOT' : 'ERROR';
    default:
      return 'UNKNOWN';
  }
}

/** Writes a change as `instance.save()` does, and notes what a poller would now see. */
export function saveServer(state: CloudState, server: LabServer, change: StateChange): void {
  Object.assign(server, change);
  server.updatedAtMs = state.now();
  server.history.push({
    atMs: server.updatedAtMs,
    status: statusOf(server),
    vmState: server.vmState,
    taskState: server.taskState,
    powerState: server.powerState,
    host: server.host,
  });
}

export function saveMigration(
  state: CloudState,
  migration: LabMigration,
  change: Partial<Pick<LabMigration, 'status' | 'destCompute' | 'destHost'>>,
): void {
  Object.assign(migration, change);
  if (change.status !== undefined) migration.statuses.push(change.status);
  migration.updatedAtMs = state.now();
}

export function startAction(
  state: CloudState,
  server: LabServer,
  action: string,
  context: RequestContext,
): LabAction {
  const atMs = state.now();
  const row: LabAction = {
    action,
    serverId: server.id,
    requestId: context.requestId,
    userId: context.token.user.id,
    projectId: context.projectId,
    startedAtMs: atMs,
    updatedAtMs: atMs,
    message: null,
    events: [],
  };
  state.actions.push(row);
  return row;
}

/** Nova cuts an event's details at 255 characters (seen in a recording of a refused SSH login). */
const DETAILS_LIMIT = 255;

export function startEvent(state: CloudState, action: LabAction, event: string, host: string): LabEvent {
  const row: LabEvent = {
    event,
    host,
    startedAtMs: state.now(),
    finishedAtMs: undefined,
    result: undefined,
    details: null,
    traceback: null,
  };
  action.events.push(row);
  action.updatedAtMs = state.now();
  return row;
}

export function finishEvent(
  state: CloudState,
  action: LabAction,
  event: LabEvent,
  failure?: { readonly message: string; readonly traceback: string },
): void {
  event.finishedAtMs = state.now();
  event.result = failure === undefined ? 'Success' : 'Error';
  if (failure !== undefined) {
    event.details = failure.message.slice(0, DETAILS_LIMIT);
    event.traceback = failure.traceback;
    action.message = 'Error';
  }
  action.updatedAtMs = state.now();
}

export function computeNamed(state: CloudState, name: string): LabCompute | undefined {
  return state.computes.find((compute) => compute.name === name);
}

export function isUp(compute: LabCompute): boolean {
  return compute.alive && !compute.forcedDown;
}
