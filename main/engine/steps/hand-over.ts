import type { MigrationRecord, Server } from '../../domain/cloud.ts';
import { novaTimeMs } from '../../domain/confirm-window.ts';
import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { travelling } from '../../domain/plan.ts';
import { describe, say, waitForServer, type StepContext } from '../context.ts';
import { copiedByNova, watchNovaCopy } from './watch-copy.ts';
import { askNova, type Asked } from './ask-nova.ts';
import { runsOn } from './runs.ts';

/** Time that Nova has to make a migration record of a migrate that it accepted. */
export const ACCEPT_MS = 120_000;
/** A guest may be off for a moment in VERIFY_RESIZE which already starts (measured on Nova 26: 0.15 s). */
const POWER_LAG_MS = 10_000;
/** A copy by Nova may take days; we only stop looking then. */
const WATCH_MS = 7 * 24 * 3_600_000;

/** Gives the proven files their names where Nova will look for them. */
export async function place(context: StepContext): Promise<NewFact> {
  const { ports, state, signal } = context;
  const names = travelling(state.plan).map((disk) => disk.name);
  await ports.hypervisors.place(state.plan.destination.name, state.plan.server.id, names, signal);
  return { type: 'placed' };
}

/** Tells Nova to migrate and follows it to VERIFY_RESIZE. The 202 of the call says nothing (docs/handbook/nova.md, answers): state and record decide. */
export async function handOver(context: StepContext): Promise<NewFact> {
  const { ports, state } = context;
  const { server, destination, route } = state.plan;
  let asked: Asked | undefined;
  let arrivedAtMs: number | undefined;
  let idleSinceMs: number | undefined;
  let askedAgain = false;
  let lastSaid = '';

  const arrived = await waitForServer(context, 'the hand-over', WATCH_MS, async (now) => {
    const words = describe(now);
    if (words !== lastSaid) say(context, `Nova: ${(lastSaid = words)}`);
    const nowMs = ports.clock.elapsedMs();
    if (now.host === destination.name && now.taskState === undefined && now.status !== 'ERROR') {
      arrivedAtMs ??= nowMs;
      const mayRun = route !== 'nova' && server.running && nowMs - arrivedAtMs <= POWER_LAG_MS;
      return !mayRun || (await runsOn(context, destination.name, now)) ? now : undefined;
    }
    if (route === 'nova' && now.taskState === 'resize_migrating') await watchNovaCopy(context);
    const record = await ourRecord(context);
    if (now.status === 'ERROR' || (isIdle(now) && record?.status === 'error'))
      throw await refusedByNova(context, now);
    // Idle at the source, asked or busy or with a record that nobody carries on: patience, but not without end.
    idleSinceMs = isIdle(now) ? (idleSinceMs ?? nowMs) : undefined;
    if (idleSinceMs === undefined) return undefined;
    if (nowMs - idleSinceMs > ACCEPT_MS) {
      if (record !== undefined || asked?.answered !== false || askedAgain)
        throw await refusedByNova(context, now);
      say(context, 'Nova did not take the migrate that was not answered; asking once more', {
        level: 'warn',
      });
      askedAgain = true;
      asked = undefined;
      idleSinceMs = nowMs;
    }
    if (record === undefined && asked === undefined) {
      asked = await askNova(context);
      // What it may have taken gets its time from here on.
      if (asked !== undefined) idleSinceMs = undefined;
    }
    return undefined;
  });

  const running = await runsOn(context, destination.name, arrived);
  const novaCopiedBytes = await copiedByNova(context, !running);
  const record = await ourRecord(context);
  say(context, `Nova took the copy over: ${describe(arrived)}, ${running ? 'running' : 'off'}`, {
    host: destination.name,
  });
  const finishedAtMs = novaTimeMs(record?.updatedAt);
  return {
    type: 'handed-over',
    requestId: asked?.requestId,
    running,
    novaCopiedBytes,
    recordId: record?.id,
    ...(finishedAtMs !== undefined && { finishedAtMs }),
  };
}

/** True if Nova is done with whatever it did, and the instance is in order. */
export function isIdle(server: Server): boolean {
  return server.taskState === undefined && (server.status === 'ACTIVE' || server.status === 'SHUTOFF');
}

/**
 * Nova's record of our migration: the newest that is younger than our hand-over, or the one that was ours then.
 *
 * @throws Failure `migration.changed` if somebody migrated the instance again since.
 */
export async function ourRecord({ ports, state, signal }: StepContext): Promise<MigrationRecord | undefined> {
  const [newest] = await ports.cloud.migrationRecords(state.plan.server.id, signal);
  if (newest === undefined || newest.id <= (state.handOverBegun?.lastRecordId ?? 0)) return undefined;
  const ours = state.handedOver?.recordId;
  if (ours === undefined || newest.id === ours) return newest;
  throw new Failure(
    'migration.changed',
    `somebody migrated the instance again (Nova’s migration ${String(newest.id)}, ours was ${String(ours)})`,
    {
      hint: 'What was proven is no longer what is there. Look at both hosts before any confirm or revert.',
    },
  );
}

/** True if at this moment Nova is idle with it at its source, and has made no record of our migrate. */
export async function isUntaken(context: StepContext): Promise<boolean> {
  const { ports, state, signal } = context;
  const now = await ports.cloud.server(state.plan.server.id, signal);
  return isIdle(now) && now.host === state.plan.source.name && (await ourRecord(context)) === undefined;
}

/** Why Nova gave up, from the fault, or else from the action's events, which tell more than the answer to the call did. */
async function refusedByNova({ ports, state, signal }: StepContext, now: Server): Promise<Failure> {
  const action = await ports.cloud.lastAction(state.plan.server.id, 'migrate', signal);
  const event = action?.events.find(
    (candidate) => candidate.result !== undefined && candidate.result !== 'Success',
  );
  const why = now.fault?.message ?? event?.details ?? action?.message ?? 'it gave no reason';
  return new Failure('migration.failed', `Nova did not migrate the instance (${describe(now)}): ${why}`, {
    hint: `The whole story: openstack server event list ${state.plan.server.id}, and nova-compute.log on ${state.plan.source.name} and ${state.plan.destination.name}.`,
    ...(action !== undefined && { requestId: action.requestId }),
  });
}
