import { checkCapacity } from './capacity-check.ts';
import { checkDisks } from './disk-checks.ts';
import type { PlanEvidence } from './evidence.ts';
import { evidenceWords } from './evidence-words.ts';
import { worstFirst, type Finding } from './finding.ts';
import { checkHosts } from './host-checks.ts';
import { checkImage } from './image-check.ts';
import { checkLeftBehind } from './left-behind-checks.ts';
import { checkServer } from './server-checks.ts';

/** Everything without which a run would be unsafe, worst first. */
export function checkPlan(evidence: PlanEvidence): readonly Finding[] {
  const findings = [
    ...checkServer(evidence),
    ...checkHosts(evidence),
    checkCapacity(evidence),
    ...checkDisks(evidence),
    checkImage(evidence),
    ...checkLeftBehind(evidence),
  ];
  return worstFirst(
    findings.map((finding) => ({ ...finding, evidence: evidenceWords(finding.id, evidence) })),
  );
}
