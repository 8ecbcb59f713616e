import type { Plan, Route } from '../../domain/plan.ts';
import type { MoveEvidence } from '../../domain/preflight/evidence.ts';
import { blocks } from '../../domain/preflight/finding.ts';
import { judgeMove } from '../../domain/preflight/judge.ts';

/** A shorter gain is not worth a snapshot. */
const WORTH_SECONDS = 5;

/**
 * Leaves what a live freeze would save in the plan only where it can be had: every check is asked as if it had been asked for.
 *
 * @param evidence - With what was measured.
 * @param asked - The route that was asked for: with another than thin nothing can be frozen.
 */
export function offerLive(
  { downtimeIfLive, ...plan }: Plan,
  evidence: MoveEvidence,
  asked: Route | undefined,
): Plan {
  if (asked !== undefined && asked !== 'thin') return plan;
  const saved = (plan.downtime?.seconds ?? 0) - (downtimeIfLive?.seconds ?? Infinity);
  if (downtimeIfLive === undefined || saved < WORTH_SECONDS) return plan;
  // Without it nothing but the copy itself is predicted.
  if (evidence.measured?.guestWrites === undefined) return plan;
  const findings = judgeMove({ ...evidence, route: 'thin', live: true });
  return blocks(findings).length > 0 ? plan : { ...plan, downtimeIfLive };
}
