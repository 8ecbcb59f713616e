/**
 * Everything that can go wrong, by a closed list of codes. A code is stable: texts, exit codes and the
 * diagnosis are chosen by it, so a new way to fail means a new code here and a compile error wherever
 * it must be answered.
 */
export const FAILURE_CODES = [
  // The cloud's API.
  'cloud.unreachable',
  'cloud.credentials',
  'cloud.forbidden',
  'cloud.not-found',
  'cloud.conflict',
  'cloud.refused',
  'cloud.broken',
  'cloud.bad-answer',
  'cloud.no-endpoint',
  'cloud.too-old',
  // Profiles and settings.
  'profile.not-found',
  'profile.malformed',
  'settings.malformed',
  // Hosts.
  'host.unreachable',
  'host.authentication',
  'host.key-unknown',
  'host.key-changed',
  'host.no-sudo',
  'host.tool-missing',
  'host.command-failed',
  'host.disconnected',
  // What was asked for.
  'server.not-found',
  'server.ambiguous',
  'destination.unknown',
  'plan.blocked',
  'migration.not-found',
  'migration.in-use',
  'migration.changed',
  'migration.unproven',
  'migration.copy-differs',
  'migration.failed',
  'verdict.not-due',
  // Long jobs on the hosts.
  'job.failed',
  'job.lost',
  // Our own files.
  'journal.locked',
  'journal.damaged',
  'journal.unwritable',
  // Calls.
  'bad-request',
  'unknown-call',
  'cancelled',
  'internal',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

/** What a failure carries besides its sentence. */
export interface FailureDetails {
  /** What the admin can do about it, as a sentence or a command to copy. */
  readonly hint?: string;
  /** The cloud's `x-openstack-request-id` of the call that failed. */
  readonly requestId?: string;
  /** True if the same act may succeed when tried again later, with nothing changed by hand. */
  readonly passing?: boolean;
  readonly cause?: unknown;
}

/**
 * An expected failure, in words for the admin: what happened and why in `message`, what to do in `hint`.
 *
 * Anything thrown that is not a `Failure` is a defect of the app.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly hint: string | undefined;
  readonly requestId: string | undefined;
  readonly passing: boolean;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.requestId = details.requestId;
    this.passing = details.passing ?? false;
  }
}

/** Proves at compile time that a switch covers its union. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${JSON.stringify(value)}`);
}
