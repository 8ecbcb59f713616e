import type { Action } from './action.ts';
import { openCase } from './case-file.ts';
import { RULES } from './catalogue.ts';
import type { Evidence } from './evidence.ts';
import { undisputed } from './good-copy.ts';
import { refusalsOf } from './interlocks.ts';
import { CONFIDENCES, neverIn, URGENCIES, type Diagnosis } from './rule.ts';

/** A step as it may be offered now. Refused ones are shown with the reason. */
export interface Offer {
  readonly action: Action;
  /** Empty: it may be done now. */
  readonly refusals: readonly string[];
}

/** What the evidence says, worst and surest first; empty if nothing is known to be wrong. */
export function diagnose(evidence: Evidence): readonly Diagnosis[] {
  const file = openCase(evidence);
  const found = RULES.flatMap((rule): readonly Diagnosis[] => {
    const finding = rule.find(file);
    return finding === undefined ? [] : [{ ...finding, rule }];
  });
  const named = found.map(({ goodCopy }) => goodCopy);
  return found
    .map((diagnosis) => ({ ...diagnosis, goodCopy: undisputed(diagnosis.goodCopy, named) }))
    .sort(
      (left, right) =>
        URGENCIES.indexOf(left.rule.urgency) - URGENCIES.indexOf(right.rule.urgency) ||
        CONFIDENCES.indexOf(left.confidence) - CONFIDENCES.indexOf(right.confidence),
    );
}

/**
 * The steps of one diagnosis as they may be done now. What any diagnosis of the same evidence forbids is refused in all
 * of them: where two things are wrong, the stricter one counts.
 */
export function offers(
  evidence: Evidence,
  diagnosis: Diagnosis,
  all: readonly Diagnosis[],
): readonly Offer[] {
  return diagnosis.steps.map((action) => ({ action, refusals: whyNot(evidence, action, all) }));
}

/** Every reason against an action now, whoever asks for it. */
export function whyNot(evidence: Evidence, action: Action, all: readonly Diagnosis[]): readonly string[] {
  const kind = action.kind === 'by-hand' ? (action.amountsTo ?? action.kind) : action.kind;
  const file = openCase(evidence);
  const forbidden = all.flatMap(({ rule }) =>
    neverIn(file, rule)
      .filter(({ kinds }) => kinds.includes(kind))
      .map(({ why }) => `${rule.title}: ${why.charAt(0).toLowerCase()}${why.slice(1)}`),
  );
  return [...new Set([...refusalsOf(file, action), ...forbidden])];
}
