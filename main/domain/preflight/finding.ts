import { VERDICTS, type Judgement } from './judgement.ts';

/** One answer of the checks: what was looked at, what it means, what to do. */
export interface Finding extends Judgement {
  /** Stable name, such as `destination.room`; warnings are acknowledged by it. */
  readonly id: string;
  /** A few words for a heading; findings of older journals have none. */
  readonly title?: string;
  /** `user@workstation` who went on in spite of this warning. */
  readonly acknowledgedBy?: string;
}

/** Worst first; the order within one verdict stays. */
export function worstFirst<T extends Pick<Finding, 'verdict'>>(findings: readonly T[]): readonly T[] {
  return VERDICTS.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict));
}

export function blocks(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.verdict === 'block');
}

/**
 * What stands in the way of a move now and did not when it was planned. A warning that was acknowledged may stay; one
 * of a check that the plan did not know yet was never asked for, so of those only what blocks counts.
 */
export function worsened(planned: readonly Finding[], now: readonly Finding[]): readonly Finding[] {
  return now.filter(({ id, verdict }) => {
    const before = planned.find((finding) => finding.id === id)?.verdict;
    if (verdict === 'block') return before !== 'block';
    return verdict === 'warn' && (before === 'pass' || before === 'note');
  });
}
