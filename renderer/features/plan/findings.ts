import type { PlanView } from '@contract/views.ts';
import type { Finding } from '../findings/verdicts.ts';

/** Ids of the warnings that nobody has acknowledged yet. */
export function unacknowledged(plan: PlanView, acknowledged: readonly string[]): readonly string[] {
  return plan.findings
    .filter(({ verdict, id }) => verdict === 'warn' && !acknowledged.includes(id))
    .map(({ id }) => id);
}

export function blockers(plan: PlanView): readonly Finding[] {
  return plan.findings.filter(({ verdict }) => verdict === 'block');
}

/** What the checks came to, for the ear: `Checked: 2 findings block, one warning to acknowledge, 61 in order.` */
export function resultWords(plan: PlanView, acknowledged: readonly string[]): string {
  const blocked = blockers(plan).length;
  const open = unacknowledged(plan, acknowledged).length;
  const passed = plan.findings.filter(({ verdict }) => verdict === 'pass').length;
  const parts = [
    blocked === 0
      ? 'nothing blocks'
      : blocked === 1
        ? 'one finding blocks'
        : `${String(blocked)} findings block`,
    ...(open === 0
      ? []
      : [open === 1 ? 'one warning to acknowledge' : `${String(open)} warnings to acknowledge`]),
    `${String(passed)} in order`,
  ];
  return `Checked: ${parts.join(', ')}.`;
}
