import { Failure, type FailureCode } from '../domain/failure.ts';
import type { NewFact } from '../domain/facts.ts';
import type { Step } from '../domain/steps.ts';

/**
 * Failures that say nothing about the migration itself: our way to the cloud or the hosts is cut, or a word of the
 * admin is needed. The migration stays where it is and can be resumed.
 */
const INTERRUPTIONS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'cancelled',
  'cloud.unreachable',
  'cloud.credentials',
  'cloud.broken',
  'host.unreachable',
  'host.authentication',
  'host.key-unknown',
  'host.key-changed',
  'host.no-sudo',
  'host.disconnected',
  'journal.locked',
  'journal.damaged',
  'journal.unwritable',
  'internal',
]);

/** Steps whose failure ends the migration and sends the instance back. After the hand-over only a person decides. */
const ENDS: Readonly<Record<Step['kind'], boolean>> = {
  lock: true,
  'stage-base': true,
  'begin-live': true,
  'freeze-live': true,
  'flatten-layer': true,
  'begin-stop': true,
  stop: true,
  flatten: true,
  layer: true,
  freeze: true,
  copy: true,
  verify: true,
  place: true,
  'begin-hand-over': true,
  'hand-over': true,
  prove: false,
  confirm: false,
  revert: false,
  start: false,
  merge: false,
  restore: false,
  tidy: false,
};

/** A failure that the step can never get past, as the fact that it is; `undefined` if the migration can be resumed. */
export function asEnd(step: Step, handedOver: boolean, error: unknown): NewFact | undefined {
  if (!(error instanceof Failure) || error.passing || handedOver) return undefined;
  // While Nova is at work, only its own refusal, or ours before it was asked, is an end; a look that failed is not.
  if (step.kind === 'hand-over' && error.code !== 'migration.failed' && error.code !== 'migration.changed')
    return undefined;
  if (!ENDS[step.kind] || INTERRUPTIONS.has(error.code)) return undefined;
  const { code, message, hint, requestId } = error;
  return { type: 'failed', code, message, hint, requestId };
}
