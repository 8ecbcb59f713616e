import { Failure } from '../domain/failure.ts';
import { isOver, isProven, type Migration } from '../domain/migration.ts';
import { copiedByUs, travelling } from '../domain/plan.ts';

/** What a person may ask for, by the state of the migration alone. Each throws a Failure with the reason. */

/** The step itself looks at the hosts again. */
export function mayConfirm(state: Migration): void {
  if (state.phase !== 'awaiting-verdict' && state.phase !== 'confirming') throw notDue('confirm', state);
  if (isProven(state)) return;
  const open = (state.proofs ?? [])
    .filter((proof) => !proof.ok)
    .map((proof) => `${proof.name}: ${proof.said}`);
  throw new Failure(
    'migration.unproven',
    `the confirm is refused: ${open.join('; ') || 'nothing was proven yet'}`,
    {
      hint: `A confirm would remove the source copy on ${state.plan.source.name}. Go back instead: coldhaul revert ${state.id}`,
    },
  );
}

/** A revert is possible until the confirm is done. */
export function mayRevert(state: Migration): void {
  const possible =
    state.phase === 'verifying' || state.phase === 'awaiting-verdict' || state.phase === 'confirming';
  if (possible && state.handedOver !== undefined && !state.concluded) return;
  throw notDue('revert', state);
}

/**
 * Before Nova was told, we can go back by ourselves.
 *
 * @param untaken - A fresh look has shown that Nova is idle with it at its source and made no record of our migrate.
 */
export function mayCancel(state: Migration, untaken = false): void {
  if (isOver(state.phase) || state.handedOver !== undefined || state.phase === 'restoring')
    throw notDue('cancel', state);
  if (state.handOverBegun !== undefined && !untaken) {
    throw new Failure('verdict.not-due', 'Nova is at work with it and knows no cancel of a cold migration', {
      hint: `Wait for VERIFY_RESIZE, then: coldhaul revert ${state.id}`,
    });
  }
}

/** Before Nova was told: everything that runs then is ours, and can be stopped and begun again. */
export function mayPause(state: Migration): void {
  if (isOver(state.phase) || state.phase === 'restoring' || state.handedOver !== undefined)
    throw notDue('pause', state);
  if (state.handOverBegun === undefined) return;
  throw new Failure('verdict.not-due', 'Nova is at work with it, and Nova knows no pause', {
    hint: `Wait for VERIFY_RESIZE: then it waits for you. coldhaul status ${state.id}`,
  });
}

/** As long as one of our own copies is still to come. */
export function mayLimit(state: Migration): void {
  if (state.plan.route === 'nova') {
    throw new Failure(
      'verdict.not-due',
      'in route nova it is Nova that copies, and Nova has no bandwidth limit that could be changed',
      { hint: 'Limit it on the network, or choose route seed or thin for the next one.' },
    );
  }
  const left = copiedByUs(state.plan).some((disk) => state.copied[disk.name] === undefined);
  if (left && !isOver(state.phase) && state.phase !== 'restoring' && state.handOverBegun === undefined)
    return;
  throw new Failure(
    'verdict.not-due',
    `another bandwidth limit would change nothing: the migration is ${state.phase}, and nothing of it is copied any more`,
  );
}

function notDue(act: string, state: Migration): Failure {
  const files = String(travelling(state.plan).length);
  return new Failure(
    'verdict.not-due',
    `a ${act} is not possible now: the migration (${files} files) is ${state.phase}`,
    { hint: `coldhaul status ${state.id}` },
  );
}
