import { create } from 'zustand';
import type { FailureView } from '@contract/desk-views.ts';
import type { MigrationView } from '@contract/views.ts';
import { call } from '../../engine.ts';
import { takeMigration } from '../../store/desk.ts';

interface Refused {
  readonly name: string;
  readonly failure: FailureView;
}

/** Why the last press on Resume was not obeyed. */
export const useRefused = create<{ readonly refused: Refused | undefined }>(() => ({ refused: undefined }));

export async function resumeMigration({ id, server }: MigrationView): Promise<void> {
  useRefused.setState({ refused: undefined });
  const reply = await call('migration.resume', { id });
  if (reply.ok) takeMigration(reply.value);
  else useRefused.setState({ refused: { name: server.name, failure: reply } });
}
