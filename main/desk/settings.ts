import type { SettingsView } from '../contract/desk-views.ts';
import { DEFAULT_SETTINGS } from '../domain/settings.ts';
import { failureView } from './failure-view.ts';
import type { DeskServices } from './services.ts';

export async function settingsView({ settings }: Pick<DeskServices, 'settings'>): Promise<SettingsView> {
  const { path, exists, values, problem } = await settings.read();
  return {
    path,
    exists,
    values,
    defaults: DEFAULT_SETTINGS,
    ...(problem !== undefined && { problem: failureView(problem) }),
  };
}
