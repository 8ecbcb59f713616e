import { create } from 'zustand';
import type { FailureView, SettingsValues, SettingsView } from '@contract/desk-views.ts';
import { call } from '../engine.ts';
import type { Draft } from '../features/settings/draft.ts';

interface SettingsState {
  /** `undefined` until the first answer. */
  readonly settings: SettingsView | undefined;
  readonly failure: FailureView | undefined;
  /** What was typed and not saved; it survives a look at another screen. */
  readonly draft: Draft | undefined;
}

const NOTHING: SettingsState = { settings: undefined, failure: undefined, draft: undefined };

/** The settings file as it is, and as it will be. */
export const useSettings = create<SettingsState>(() => NOTHING);

export function forgetSettings(): void {
  useSettings.setState(NOTHING, true);
}

export function setDraft(draft: Draft | undefined): void {
  useSettings.setState({ draft });
}

export async function readSettings(): Promise<void> {
  const reply = await call('settings.read', {});
  useSettings.setState(reply.ok ? { settings: reply.value, failure: undefined } : { failure: reply });
}

/** @returns why it was not written; `undefined` if it was. The draft stays until then. */
export async function writeSettings(values: SettingsValues): Promise<FailureView | undefined> {
  const reply = await call('settings.write', { values });
  if (!reply.ok) return reply;
  useSettings.setState({ settings: reply.value, draft: undefined });
  return undefined;
}
