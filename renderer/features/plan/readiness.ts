import { printable } from '@contract/format.ts';
import type { PlanEntry } from '../../store/plans.ts';
import { blockers, unacknowledged } from './findings.ts';

/** After this time a plan is too old to be started: hosts and disks change. */
export const OLD_MS = 30 * 60_000;

export function isOld(madeAtMs: number, nowMs: number): boolean {
  return nowMs - madeAtMs > OLD_MS;
}

/** Why this plan cannot be started now; `undefined` if it can. */
export function startRefusal(entry: PlanEntry | undefined, nowMs: number): string | undefined {
  if (entry === undefined) return 'Make the plan first.';
  switch (entry.state) {
    case 'waiting':
    case 'making':
      return 'The plan is being made.';
    case 'failed':
      return 'The plan could not be made.';
    case 'stopped':
      return 'The plan was given up. Make it again.';
    case 'starting':
      return 'It is being started.';
    case 'started':
      return 'It has been started.';
    case 'made': {
      const { plan, acknowledged, checking, unchecked } = entry;
      if (checking !== undefined) return 'It is being checked again.';
      if (unchecked !== undefined) return 'It could not be checked again.';
      if (isOld(plan.madeAtMs, nowMs)) return 'The plan is older than 30 minutes. Check it again.';
      const blocked = blockers(plan).length;
      if (blocked > 0)
        return blocked === 1 ? 'One finding blocks it.' : `${String(blocked)} findings block it.`;
      const open = unacknowledged(plan, acknowledged).length;
      if (open > 0)
        return open === 1
          ? 'One warning is not acknowledged yet.'
          : `${String(open)} warnings are not acknowledged yet.`;
      return undefined;
    }
  }
}

/** What the one button does, in full: `Start: stop web-01 and move it to compute-b`. */
export function startLabel(
  plans: readonly { readonly server: { readonly name: string; readonly running: boolean } }[],
  destination: string,
): string {
  const [only, ...others] = plans;
  const to = printable(destination);
  if (only === undefined) return 'Start';
  if (others.length > 0) {
    const running = plans.filter(({ server }) => server.running).length;
    const all = `${String(plans.length)} instances to ${to}`;
    if (running === 0) return `Start: move ${all}`;
    return running === plans.length
      ? `Start: stop and move ${all}`
      : `Start: move ${all}, stopping ${String(running)} of them`;
  }
  const name = printable(only.server.name);
  return only.server.running ? `Start: stop ${name} and move it to ${to}` : `Start: move ${name} to ${to}`;
}
