/** The lab cannot do what was asked: a sentence for the person at the keyboard, and what to do about it. */
export class LabProblem extends Error {
  override readonly name = 'LabProblem';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
