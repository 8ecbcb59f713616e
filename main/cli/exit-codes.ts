import { unreachable, type FailureCode } from '../domain/failure.ts';

/** What a script can tell from the exit code. Kept stable; the README lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  notFound: 4,
  cloud: 5,
  host: 6,
  interrupted: 7,
  inUse: 8,
  defect: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, 'done, as asked'],
  [EXIT.failed, 'the migration failed; the message says where the good copy is'],
  [EXIT.usage, 'a wrong option, profile or settings file'],
  [EXIT.refused, 'refused: a check, or a rule that protects data, says no'],
  [EXIT.notFound, 'no such instance, host or migration, or more than one'],
  [EXIT.cloud, 'the cloud cannot be reached, or refuses the login or the call'],
  [EXIT.host, 'a host cannot be reached, or refuses the login or a command'],
  [EXIT.interrupted, 'stopped on the way; it can be resumed'],
  [EXIT.inUse, 'another Coldhaul works on it'],
  [EXIT.defect, 'a defect of Coldhaul'],
];

/** The exit code of a failure. */
export function exitCodeOf(code: FailureCode): ExitCode {
  switch (code) {
    case 'cloud.unreachable':
    case 'cloud.credentials':
    case 'cloud.forbidden':
    case 'cloud.not-found':
    case 'cloud.conflict':
    case 'cloud.refused':
    case 'cloud.broken':
    case 'cloud.bad-answer':
    case 'cloud.no-endpoint':
    case 'cloud.too-old':
      return EXIT.cloud;
    case 'host.unreachable':
    case 'host.authentication':
    case 'host.key-unknown':
    case 'host.key-changed':
    case 'host.no-sudo':
    case 'host.tool-missing':
    case 'host.command-failed':
    case 'host.disconnected':
      return EXIT.host;
    case 'profile.not-found':
    case 'profile.malformed':
    case 'settings.malformed':
    case 'bad-request':
    case 'unknown-call':
      return EXIT.usage;
    case 'server.not-found':
    case 'server.ambiguous':
    case 'destination.unknown':
    case 'migration.not-found':
      return EXIT.notFound;
    case 'plan.blocked':
    case 'migration.unproven':
    case 'migration.changed':
    case 'verdict.not-due':
      return EXIT.refused;
    case 'migration.in-use':
    case 'journal.locked':
      return EXIT.inUse;
    case 'cancelled':
      return EXIT.interrupted;
    case 'migration.copy-differs':
    case 'migration.failed':
    case 'job.failed':
    case 'job.lost':
    case 'journal.damaged':
    case 'journal.unwritable':
      return EXIT.failed;
    case 'internal':
      return EXIT.defect;
    default:
      return unreachable(code);
  }
}
