import type { Action } from './action.ts';
import type { CaseFile } from './case-file.ts';
import type { WhereGood } from './good-copy.ts';

/** How sure a diagnosis is of its evidence. `open`: it cannot be told from another without more evidence. */
export const CONFIDENCES = ['certain', 'likely', 'open'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** How bad it is if nothing is done, worst first. */
export const URGENCIES = ['danger', 'stuck', 'waits', 'untidy', 'fine'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** What a rule says of a case that it knows. */
export interface Finding {
  readonly confidence: Confidence;
  /** Where the guest’s data are whole; `undefined` if the rule is not about disks on a host. */
  readonly goodCopy?: WhereGood | undefined;
  /** One sentence, with the names and numbers. */
  readonly verdict: string;
  /** What was seen that decides it, each a sentence. */
  readonly because: readonly string[];
  /** In order; each is offered only if its interlocks allow it then. */
  readonly steps: readonly Action[];
  /** What would tell it from another state; given if the confidence is `open`. */
  readonly wouldTell?: string;
}

export interface Forbidden {
  /** In words: `confirm`, `reset-state`, `deleting the destination's directory`. */
  readonly what: string;
  readonly why: string;
  /** The actions of ours that it is, if any. */
  readonly kinds: readonly Action['kind'][];
  /** The cases that it is about, if not all of the rule; the handbook has it always. */
  readonly when?: (file: CaseFile) => boolean;
}

/** How one state is known, and what helps. Data and pure functions; the handbook is written from it. */
export interface Rule {
  /** `verify-nothing-copied`. */
  readonly id: string;
  readonly title: string;
  /** The failure that it is, F01 to F46. */
  readonly failures: readonly string[];
  readonly urgency: Urgency;
  /** For the handbook: what it looks like, why it comes to that, what to do, how one knows that it is mended. */
  readonly looksLike: string;
  readonly why: string;
  readonly whatToDo: readonly string[];
  /** What must not be done in this state; the steps of that kind are refused. */
  readonly never: readonly Forbidden[];
  readonly mendedWhen: string;
  /** Evidence that it uses, in words. */
  readonly reads: readonly string[];
  readonly sources: readonly string[];
  readonly testedIn: readonly string[];
  /** `undefined` if it is not this. */
  readonly find: (file: CaseFile) => Finding | undefined;
}

/** What a rule forbids in this case. */
export function neverIn(file: CaseFile, { never }: Rule): readonly Forbidden[] {
  return never.filter(({ when }) => when?.(file) !== false);
}

/** What one rule says of one case. */
export interface Diagnosis extends Finding {
  readonly rule: Rule;
}
