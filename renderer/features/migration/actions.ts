import { formatSeconds, isOver } from '@contract/format.ts';
import type { MigrationView } from '@contract/views.ts';

/** What a person can decide about a migration. */
export type Decision = 'confirm' | 'revert' | 'cancel';

/** A decision that stands on the page; `refused` says why its button is dead. */
export interface Offer {
  readonly decision: Decision;
  /** Names the object: `Confirm web-01 on compute-b`. */
  readonly label: string;
  readonly refused: string | undefined;
  /** What will happen, one sentence each. */
  readonly does: readonly string[];
}

/** The decisions that make sense now. The engine looks at both hosts again before it obeys. */
export function offersOf(view: MigrationView): readonly Offer[] {
  switch (view.phase) {
    case 'awaiting-verdict':
      return [confirmOf(view), revertOf(view)];
    case 'confirming':
      return view.active ? [] : [confirmOf(view), revertOf(view)];
    case 'verifying':
      if (view.enteredAtMs['handing-over'] !== undefined) return view.active ? [] : [revertOf(view)];
      return [cancelOf(view)];
    case 'planned':
    case 'staging':
    case 'stopping':
    case 'preparing':
    case 'copying':
      return [cancelOf(view)];
    case 'handing-over':
    case 'reverting':
    case 'restoring':
    case 'confirmed':
    case 'reverted':
    case 'failed':
    case 'cancelled':
      return [];
  }
}

/** True if a press on Resume can make it go on. */
export function canResume({ phase, active, proven }: MigrationView): boolean {
  if (active) return false;
  if (phase === 'awaiting-verdict') return !proven;
  return !isOver(phase);
}

/** True as long as what runs is ours alone; after that Nova is at work, and knows no pause. */
export function canPause({ phase, active, enteredAtMs }: MigrationView): boolean {
  if (!active || enteredAtMs['handing-over'] !== undefined) return false;
  return ['planned', 'staging', 'stopping', 'preparing', 'copying', 'verifying'].includes(phase);
}

function confirmOf(view: MigrationView): Offer {
  const { server, source, destination, route, proven, proofs } = view;
  const open = proofs.filter(({ ok }) => !ok);
  return {
    decision: 'confirm',
    label: `Confirm ${server.name} on ${destination}`,
    refused: proven
      ? undefined
      : open.length === 0
        ? `Not possible: nothing was proven yet. A confirm would remove the copy on ${source}.`
        : `Not possible: ${open.map(({ name, said }) => `${name}: ${said}`).join('; ')}. A confirm would remove the copy on ${source}.`,
    does: [
      `Both hosts are looked at once more; if anything is no longer as it was proven, nothing is done.`,
      `Nova removes the source copy of ${server.name} on ${source}. This cannot be undone.`,
      route === 'nova' && server.running
        ? `${server.name} is started on ${destination}.`
        : `${server.name} stays on ${destination}, as it is.`,
      'The lock of the instance is given back.',
    ],
  };
}

function revertOf(view: MigrationView): Offer {
  const { server, source, destination, downtime, running } = view;
  const again = server.running
    ? `${server.name} is started on ${source} from the source copy.`
    : `${server.name} is on ${source} again, off as it was before.`;
  return {
    decision: 'revert',
    label: `Revert ${server.name} to ${source}`,
    refused: undefined,
    does: [
      `Both hosts are looked at once more; if the disks on ${source} are not what they were when it was stopped, nothing is done.`,
      running
        ? `Nova stops ${server.name} on ${destination}; it is off for a short time.`
        : `${server.name} is off on ${destination}.`,
      again,
      ...(running && downtime.endMs !== undefined
        ? [`What the guest wrote on ${destination} since ${timeText(downtime.endMs)} is lost.`]
        : []),
      'The lock of the instance is given back.',
    ],
  };
}

function cancelOf(view: MigrationView): Offer {
  const { server, source, destination, enteredAtMs, downtime } = view;
  const stopped = downtime.startMs !== undefined;
  return {
    decision: 'cancel',
    label: `Cancel the migration of ${server.name}`,
    refused: undefined,
    does: [
      stopped && server.running
        ? `${server.name} is started again on ${source}, where its disks were left as they were.`
        : `${server.name} stays on ${source}, as it is.`,
      ...(enteredAtMs.copying === undefined
        ? []
        : [`What was copied to ${destination} so far stays aside there, for a next try; it can be large.`]),
      'The lock of the instance is given back. Nova was not told to migrate anything.',
    ],
  };
}

/** Local time of day, with the date where it is another day. */
export function timeText(atMs: number, nowMs = Date.now()): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString('en-GB');
  return at.toDateString() === new Date(nowMs).toDateString()
    ? time
    : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${time}`;
}

/** For how long a verdict has been due. */
export function waitingText(view: MigrationView, nowMs: number): string | undefined {
  const sinceMs = view.enteredAtMs['awaiting-verdict'];
  return sinceMs === undefined ? undefined : formatSeconds((nowMs - sinceMs) / 1000);
}
