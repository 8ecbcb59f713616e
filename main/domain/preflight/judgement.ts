export const VERDICTS = ['block', 'warn', 'note', 'pass'] as const;
/** `block` makes a move impossible, `warn` must be acknowledged by name, `note` is to be known. */
export type Verdict = (typeof VERDICTS)[number];

/** What a check says of its evidence. */
export interface Judgement {
  /** What could not be read is never a `pass`. */
  readonly verdict: Verdict;
  /** One sentence with the numbers in it. */
  readonly message: string;
  /** What was read, with its numbers, and how to look oneself; a line each. */
  readonly evidence?: readonly string[];
  /** A command to copy, or what to change. */
  readonly fix?: string;
}
