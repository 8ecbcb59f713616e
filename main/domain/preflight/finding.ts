export const VERDICTS = ['block', 'warn', 'note', 'pass'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One answer of the checks: what was looked at, what it means, what to do. */
export interface Finding {
  /** Stable name of the check, such as `destination.room`. */
  readonly id: string;
  /** `block` makes a run impossible; what could not be read is never a pass. */
  readonly verdict: Verdict;
  /** One sentence with the numbers in it. */
  readonly message: string;
  /** What was read, with its numbers, and how to look oneself; a line each. */
  readonly evidence?: readonly string[];
  /** A command to copy, or what to change. */
  readonly fix?: string;
}

/** Worst first; the order within one verdict stays. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return VERDICTS.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict));
}

export function blocks(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.verdict === 'block');
}
