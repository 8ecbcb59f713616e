import type { SettingsValues } from '@contract/desk-views.ts';
import type { Draft } from './draft.ts';
import type { Mistake } from './mistakes.ts';

/** What every part of the form is given. */
export interface FormPart {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  /** As it stands in the file now. */
  readonly saved: Draft;
  readonly mistakes: readonly Mistake[];
  readonly defaults: SettingsValues;
}
