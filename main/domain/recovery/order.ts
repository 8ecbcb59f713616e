import type { Action } from './action.ts';
import { diagnose, whyNot, type Offer } from './diagnose.ts';
import type { Evidence } from './evidence.ts';
import { foresee } from './foresee.ts';
import type { Diagnosis } from './rule.ts';

interface Stage {
  readonly after: Action;
  readonly evidence: Evidence;
  readonly all: readonly Diagnosis[];
}

/**
 * For each step of one diagnosis the earlier one of it after which it would no longer be refused; `undefined` if it may be
 * done now, or no earlier step clears it.
 */
export function clearedBy(evidence: Evidence, steps: readonly Offer[]): readonly (Action | undefined)[] {
  const stages: Stage[] = [];
  return steps.map(({ action, refusals }) => {
    const clearing =
      refusals.length === 0
        ? undefined
        : stages.find((stage) => whyNot(stage.evidence, action, stage.all).length === 0)?.after;
    if (refusals.length === 0 || clearing !== undefined) {
      const then = foresee(stages.at(-1)?.evidence ?? evidence, action);
      stages.push({ after: action, evidence: then, all: diagnose(then) });
    }
    return clearing;
  });
}
