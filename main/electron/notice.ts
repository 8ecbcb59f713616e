import type { MigrationView } from '../contract/views.ts';
import { sentence } from '../domain/naming.ts';

/** What the admin is told outside the window. */
export interface Notice {
  readonly migration: string;
  readonly title: string;
  readonly body: string;
}

/** The moments that need a person: a verdict is due, it stopped on the way, it failed. Each is told once. */
export function noticeOf(before: MigrationView | undefined, now: MigrationView): Notice | undefined {
  const { id, server, source, destination, phase } = now;
  if (now.interrupted !== undefined && before?.interrupted === undefined) {
    return {
      migration: id,
      title: `${server.name}: stopped on the way`,
      body: `${whole(now.interrupted.message)} ${whether(now)} It can be resumed.`,
    };
  }
  if (phase === before?.phase) return undefined;
  if (phase === 'awaiting-verdict') {
    return {
      migration: id,
      title: `${server.name}: your verdict is due`,
      body: now.proven
        ? `The copy on ${destination} is proven. ${whether(now)} Confirm it, or go back to ${source}.`
        : `The copy on ${destination} is not proven. ${whether(now)} Go back to ${source}.`,
    };
  }
  if (phase === 'failed') {
    return {
      migration: id,
      title: `${server.name}: the migration failed`,
      body: [now.failure?.message, now.outcome]
        .map((said) => (said === undefined ? '' : whole(said)))
        .join(' '),
    };
  }
  return undefined;
}

function whether({ running }: MigrationView): string {
  return running ? 'The instance runs.' : 'The instance is off.';
}

function whole(said: string): string {
  const text = sentence(said);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
