import { VERDICTS, type Judgement, type Verdict } from './judgement.ts';

/** One answer of the checks: what was looked at, what it means, what to do. */
export interface Finding extends Judgement {
  /** Stable name, such as `destination.room`; warnings are acknowledged by it. */
  readonly id: string;
  /** A few words for a heading; findings of older journals have none. */
  readonly title?: string;
}

/** Worst first; the order within one verdict stays. */
export function worstFirst<T extends Pick<Finding, 'verdict'>>(findings: readonly T[]): readonly T[] {
  return VERDICTS.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict));
}

export function blocks(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.verdict === 'block');
}

/**
 * What stands in the way of a move now and did not when it was planned: a finding that is worse than it was, or was
 * not there. A warning that was acknowledged may stay as it is.
 */
export function worsened(planned: readonly Finding[], now: readonly Finding[]): readonly Finding[] {
  const rank = (verdict: Verdict): number => VERDICTS.indexOf(verdict);
  return now.filter(({ id, verdict }) => {
    const before = planned.find((finding) => finding.id === id)?.verdict ?? 'pass';
    return (verdict === 'block' || verdict === 'warn') && rank(verdict) < rank(before);
  });
}
