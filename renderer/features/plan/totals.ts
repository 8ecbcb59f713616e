import type { PlanView } from '@contract/views.ts';
import type { PlanEntry } from '../../store/plans.ts';

/** What several plans come to together. */
export interface Totals {
  readonly bytesToMove: number;
  readonly bytesToStage: number;
  /** The longest of them; each instance is off for its own time only. */
  readonly longestSeconds: number | undefined;
  /** Plans whose downtime is not known. */
  readonly unmeasured: number;
}

export function totalsOf(plans: readonly PlanView[]): Totals {
  const seconds = plans.flatMap(({ downtime }) => downtime?.seconds ?? []);
  return {
    bytesToMove: plans.reduce((sum, plan) => sum + plan.bytesToMove, 0),
    bytesToStage: plans.reduce((sum, plan) => sum + plan.bytesToStage, 0),
    longestSeconds: seconds.length === 0 ? undefined : Math.max(...seconds),
    unmeasured: plans.length - seconds.length,
  };
}

/** The plan of an entry, if it has come to one. */
export function planOf(entry: PlanEntry | undefined): PlanView | undefined {
  switch (entry?.state) {
    case 'made':
    case 'starting':
    case 'started':
      return entry.plan;
    case undefined:
    case 'waiting':
    case 'making':
    case 'failed':
    case 'stopped':
      return undefined;
  }
}
