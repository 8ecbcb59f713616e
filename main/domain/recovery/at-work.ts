import { novaTimeMs } from '../confirm-window.ts';
import { isSettled, type CaseFile, type Seen } from './case-file.ts';

/** Nova's own steps beside the copy end sooner, also on a slow cloud (rpc_response_timeout is 60 s). */
export const PATIENCE_MS = 5 * 60_000;
/** Nova waits no longer for another of its services (long_rpc_timeout is 1800 s); what it sent to one that is down stays. */
export const LOST_MESSAGE_MS = 30 * 60_000;

/** Since Nova wrote down a change of it; a time that cannot be read is taken for long ago, so that it is not hidden. */
export function isOld({ ageMs }: CaseFile, patienceMs: number = PATIENCE_MS): boolean {
  return (ageMs ?? patienceMs) >= patienceMs;
}

/** As `isOld`, but a time that cannot be read counts as now: for what must not be done too soon. */
export function isSurelyOld({ ageMs }: CaseFile, patienceMs: number = PATIENCE_MS): boolean {
  return ageMs !== undefined && ageMs >= patienceMs;
}

/**
 * True if its nova-compute was started after the task began: whatever it was at is forgotten. A task of a move began with
 * the record of it, any other with what Nova wrote down last.
 */
export function isForgotten(file: CaseFile, host: Seen): boolean {
  const { record, server, changedMs } = file;
  const recordMs = novaTimeMs(record?.createdAt);
  const isOfMove = /^resize_(?:prep|migrating|migrated|finish)$/.test(server.taskState ?? '');
  const beganMs =
    isOfMove && !isSettled(file) && recordMs !== undefined
      ? recordMs
      : Math.max(recordMs ?? 0, changedMs ?? Number.NaN);
  return host.trouble.computeStartedAtMs !== undefined && host.trouble.computeStartedAtMs > beganMs;
}

/** After its start nova-compute does what was sent to it while it was down. */
export function isJustStarted({ evidence }: CaseFile, { trouble }: Seen): boolean {
  const { computeStartedAtMs } = trouble;
  return computeStartedAtMs !== undefined && evidence.atMs - computeStartedAtMs < PATIENCE_MS;
}

/** False if the nova-compute that began the task is gone: down, or started again since. */
export function isAtWork(file: CaseFile, host: Seen): boolean {
  return host.isUp && !isForgotten(file, host);
}

/** Whether a task of now may still be somebody's on one of these hosts; without a task nobody is at work. */
export function mayBeAtWork(file: CaseFile, hosts: readonly (Seen | undefined)[]): boolean {
  const { status, taskState } = file.server;
  if (status === 'MIGRATING') return !isSurelyOld(file);
  if (taskState === undefined && status !== 'REVERT_RESIZE') return false;
  if (taskState === 'resize_prep') return !isSurelyOld(file, LOST_MESSAGE_MS);
  const isSomebodys = hosts.some((host) => host !== undefined && isAtWork(file, host));
  if (status === 'ERROR') return isSomebodys && !isSurelyOld(file);
  if (status === 'REVERT_RESIZE') return isSomebodys && !isSurelyOld(file, LOST_MESSAGE_MS);
  return isSomebodys;
}

/** How long nothing was written into the instance's directory there, by the host's own clock; `undefined` if it has none. */
export function quietMs({ instance, clockMs }: Seen): number | undefined {
  const { directory } = instance;
  if (directory === undefined) return undefined;
  const newest = Math.max(0, ...[...directory.disks, ...directory.others].map((each) => each.mtimeSeconds));
  return clockMs - newest * 1000;
}
