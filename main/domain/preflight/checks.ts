import { checkCapacity } from './capacity-check.ts';
import { checkDisks } from './disk-checks.ts';
import type { PlanEvidence } from './evidence.ts';
import { worstFirst, type Finding } from './finding.ts';
import { checkHosts } from './host-checks.ts';
import { checkImage } from './image-check.ts';
import { checkLeftBehind } from './left-behind-checks.ts';
import { checkServer } from './server-checks.ts';

/** Everything without which a run would be unsafe, worst first. */
export function checkPlan(evidence: PlanEvidence): readonly Finding[] {
  return worstFirst([
    ...checkServer(evidence),
    ...checkHosts(evidence),
    checkCapacity(evidence),
    ...checkDisks(evidence),
    checkImage(evidence),
    ...checkLeftBehind(evidence),
  ]);
}
