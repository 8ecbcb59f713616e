import { create } from 'zustand';
import type { FailureView } from '@contract/desk-views.ts';
import type { CaseView, OfferView } from '@contract/recovery-views.ts';
import { call } from '../engine.ts';
import { renewStuckCase } from './recovery.ts';

/** How the last step ended, or the last look that somebody asked for. */
export type Outcome =
  /** `changed`: something else is wrong now, or other steps may be done. */
  | { readonly state: 'looked'; readonly changed: boolean }
  | { readonly state: 'done'; readonly said: string; readonly requestId: string | undefined }
  | { readonly state: 'failed'; readonly title: string; readonly failure: FailureView };

/** What is known of one instance, and what is being done about it. */
export interface CaseEntry {
  /** Kept while it is read again. */
  readonly view: CaseView | undefined;
  readonly reading: boolean;
  /** Why it could not be read. */
  readonly failure: FailureView | undefined;
  /** The step that runs now. */
  readonly running: { readonly key: string; readonly startedAtMs: number } | undefined;
  /** Until the next step, or the next look. */
  readonly outcome: Outcome | undefined;
}

export const NO_CASE: CaseEntry = {
  view: undefined,
  reading: false,
  failure: undefined,
  running: undefined,
  outcome: undefined,
};

/** Cases by the id of their instance, as long as the page lives and the cloud stays the same. */
export const useCases = create<Readonly<Record<string, CaseEntry>>>(() => ({}));

/** Counts the clouds; what another one brings late is not wanted any more. */
let current = 0;

export function forgetCases(): void {
  current += 1;
  useCases.setState({}, true);
}

/** It is being read or worked on; nothing else can be asked of it. */
export function isBusy({ reading, running }: CaseEntry): boolean {
  return reading || running !== undefined;
}

/** Reads everything of one instance, at first or anew. */
export async function readCase(id: string): Promise<void> {
  if (isBusy(entryOf(id))) return;
  const mine = current;
  const before = entryOf(id).view;
  put(id, { reading: true, failure: undefined, outcome: undefined });
  const reply = await call('recovery.diagnose', { server: id });
  if (mine !== current) return;
  if (!reply.ok) {
    put(id, { reading: false, failure: reply });
    return;
  }
  const { value: view } = reply;
  const outcome =
    before === undefined ? undefined : ({ state: 'looked', changed: gist(before) !== gist(view) } as const);
  put(id, { reading: false, view, outcome });
  renewStuckCase(view);
}

/** Has one step done. The engine reads and judges everything anew before, so an old case does no harm. */
export async function doStep(id: string, { key, title }: OfferView): Promise<void> {
  if (isBusy(entryOf(id))) return;
  const mine = current;
  put(id, { running: { key, startedAtMs: Date.now() }, failure: undefined, outcome: undefined });
  const reply = await call('recovery.step', { server: id, key });
  if (mine !== current) return;
  if (!reply.ok) {
    put(id, { running: undefined, outcome: { state: 'failed', title, failure: reply } });
    return;
  }
  const { said, requestId, now } = reply.value;
  put(id, { running: undefined, view: now, outcome: { state: 'done', said, requestId } });
  renewStuckCase(now);
}

/** What is wrong and what may be done; times and figures in sentences change by themselves. */
function gist({ server: { status }, diagnoses }: CaseView): string {
  return JSON.stringify([
    status,
    diagnoses.map(({ rule, confidence, steps }) => [
      rule,
      confidence,
      steps.map(({ key, refusals }) => [key, refusals.length === 0]),
    ]),
  ]);
}

function entryOf(id: string): CaseEntry {
  return useCases.getState()[id] ?? NO_CASE;
}

function put(id: string, change: Partial<CaseEntry>): void {
  useCases.setState((entries) => ({ [id]: { ...(entries[id] ?? NO_CASE), ...change } }));
}

/** What is known of the instance with this id. */
export function useCase(id: string): CaseEntry {
  return useCases((entries) => entries[id] ?? NO_CASE);
}
