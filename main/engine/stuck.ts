import type { Server } from '../domain/cloud.ts';
import { formatSeconds } from '../domain/units.ts';

/** Nova's own steps end sooner, but for a copy; so a warning says what to look at, and not that something is wrong. */
const PATIENCE_MS = 10 * 60_000;

const WATCH = 'if nothing moves, see nova-compute.log on both hosts, and change no state by hand';
const WATCH_ONE = 'if nothing moves, see nova-compute.log on its host, and change no state by hand';

/** States that wait for a person, however young they are. */
const AT_ONCE: Readonly<Record<string, string>> = {
  VERIFY_RESIZE: 'it waits for a confirm or a revert; look at the disks on both hosts before either',
  ERROR: 'see its fault, and its disks on the hosts, before any reset-state',
};

/** States that a healthy instance passes through. */
const PASSING: ReadonlySet<string> = new Set(['RESIZE', 'REVERT_RESIZE', 'MIGRATING']);

/**
 * Why an instance looks stuck, and what to do about it; `undefined` if it does not. What passes by itself gets time:
 * since Nova last wrote down a change of it.
 */
export function stuckWarning(
  { status, taskState, fault, updatedAt }: Pick<Server, 'status' | 'taskState' | 'fault' | 'updatedAt'>,
  nowMs: number,
): string | undefined {
  const since = updatedAt.replace('T', ' ').replace(/Z$/, ' UTC');
  const advice = AT_ONCE[status];
  if (advice !== undefined) return fault?.message ?? `${status} since ${since}: ${advice}`;
  if (!PASSING.has(status) && taskState === undefined) return undefined;
  const ageMs = nowMs - Date.parse(updatedAt);
  // A time that cannot be read is no reason to be silent.
  if (ageMs < PATIENCE_MS) return undefined;
  const what = taskState === undefined ? status : `${status} with ${taskState}`;
  const age = Number.isNaN(ageMs) ? '' : ` (${formatSeconds(ageMs / 1000)})`;
  return `${what} since ${since}${age}: ${PASSING.has(status) ? WATCH : WATCH_ONE}`;
}
