import type { MigrationView } from '../contract/views.ts';
import { unreachable } from '../domain/failure.ts';
import type { Phase } from '../domain/migration.ts';

/** More would not fit on a small screen. */
const LISTED = 8;

/** What goes on without us, and what waits, in the words of the box that asks. */
export function leavingWords(migrations: readonly MigrationView[]): { message: string; detail: string } {
  const one = migrations.length === 1 ? migrations[0] : undefined;
  const lines = migrations.slice(0, LISTED).map((migration) => `•  ${line(migration)}`);
  const rest = migrations.length - lines.length;
  return {
    message:
      one === undefined
        ? `${migrations.length} migrations are under way. Quit all the same?`
        : `The migration of ${one.server.name} is under way. Quit all the same?`,
    detail: [
      ...lines,
      ...(rest > 0 ? [`•  and ${rest} more`] : []),
      '',
      'What runs on the hosts now goes on there to its end: a copy, a digest, Nova’s own move.',
      'Nothing new is begun: what comes next waits, and an instance that is off stays off.',
      'Nothing is lost. Start Coldhaul again and resume: it finds everything where it left it.',
    ].join('\n'),
  };
}

function line(migration: MigrationView): string {
  const { server, source, destination, phase, running, downtime } = migration;
  const since = downtime.startMs === undefined ? '' : ` since ${clock(downtime.startMs)}`;
  const state = running ? 'the instance runs' : `the instance is off${since}`;
  return `${server.name}, ${source} to ${destination}: ${doing(phase)}; ${state}`;
}

function doing(phase: Phase): string {
  switch (phase) {
    case 'planned':
      return 'about to begin';
    case 'staging':
      return 'staging what does not change';
    case 'stopping':
      return 'stopping the instance';
    case 'preparing':
      return 'preparing its disks';
    case 'copying':
      return 'copying';
    case 'verifying':
      return 'comparing digests';
    case 'handing-over':
      return 'handing over to Nova';
    case 'awaiting-verdict':
      return 'waiting for your verdict';
    case 'confirming':
      return 'confirming';
    case 'reverting':
      return 'going back';
    case 'restoring':
      return 'putting everything back';
    case 'confirmed':
    case 'reverted':
    case 'failed':
    case 'cancelled':
      return 'ending';
    default:
      return unreachable(phase);
  }
}

function clock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
