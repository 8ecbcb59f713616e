import { Failure } from '../../domain/failure.ts';
import { beforeHandOver, unchangedSince } from '../../domain/interlocks.ts';
import { showCommand } from '../../domain/naming.ts';
import { travelling } from '../../domain/plan.ts';
import { describe, look, refuse, say, type StepContext } from '../context.ts';
import { bringBasesBackAt, strangeBases } from './bases.ts';
import { stagedPath } from './copying.ts';
import { changedLayers, changedLayersThere } from './layer.ts';
import { waitForStopNews } from './stop-news.ts';

/** A migrate that was sent. */
export interface Asked {
  readonly requestId: string | undefined;
  /** False if no answer came: Nova may have taken it or not. */
  readonly answered: boolean;
}

/** Codes by which the cloud says no for good. */
const REFUSALS = new Set(['cloud.refused', 'cloud.forbidden', 'cloud.not-found', 'cloud.too-old']);

/**
 * Looks at everything once more, then tells Nova to migrate.
 *
 * @returns `undefined` if something is busy with the instance for the moment: ask again.
 * @throws Failure `migration.changed` if it must not be handed over, `migration.failed` if Nova refuses at once.
 */
export async function askNova(context: StepContext): Promise<Asked | undefined> {
  const { ports, state, signal } = context;
  const { server, source, destination, route } = state.plan;
  // Also here: it may go on in another process, right after the hand-over was begun.
  await waitForStopNews(context);
  const refusals = beforeHandOver(await look(context), source.name);
  if (refusals.length > 0 && refusals.every((reason) => reason.endsWith('(G1)'))) {
    sayBusy(context, refusals.join('; '));
    return;
  }
  refuse('the hand-over', refusals);
  await refuseChanged(context);
  await bringBasesBackAt(
    context,
    destination.name,
    state.plan.bases.map((base) => base.path),
  );
  const strange = await strangeBases(context);
  refuse(
    'the hand-over',
    strange.map((path) => `${path} at the destination is another file than the base that was compared`),
  );
  // Outside of what may mean that Nova was told: a mark that failed in passing is tried again with the whole step.
  if (route !== 'nova' && server.running && !(await marked(context))) return;
  say(context, 'handing over to Nova', {
    command: showCommand(['openstack', 'server', 'migrate', '--host', destination.name, server.id]),
  });
  try {
    const { requestId } = await ports.cloud.migrate(server.id, destination.name, signal);
    return { requestId, answered: true };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Nova stops by itself what it calls active and finds off; a migrate that meets this is answered with 409.
    if (error.code === 'cloud.conflict') {
      sayBusy(context, error.message);
      return;
    }
    if (error.passing) return { requestId: error.requestId, answered: false };
    throw refusal(error);
  }
}

/** @returns false if something is busy with the instance for the moment. */
async function marked(context: StepContext): Promise<boolean> {
  try {
    await markActive(context);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code !== 'cloud.conflict') throw refusal(error);
    sayBusy(context, error.message);
    return false;
  }
}

/** The end of the migration if the cloud says no for good; anything else as it is. */
function refusal(error: Failure): Failure {
  if (!REFUSALS.has(error.code)) return error;
  return new Failure('migration.failed', `Nova refused the migrate: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.requestId !== undefined && { requestId: error.requestId }),
  });
}

function sayBusy(context: StepContext, why: string): void {
  say(context, `not now (${why}); asking again`, { level: 'warn' });
  return undefined;
}

/** @throws Failure `migration.changed` if a file is not what was proven, on either side. */
async function refuseChanged(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const { source, destination, route } = state.plan;
  const disks = travelling(state.plan);
  const frozen = state.frozen ?? [];
  const paths = disks.map((disk) => disk.path);
  refuse('the hand-over', unchangedSince(frozen, await ports.hypervisors.stat(source.name, paths, signal)));
  refuse('the hand-over', [...(await changedLayers(context)), ...(await changedLayersThere(context))]);
  if (route !== 'seed') return;
  const staged = await ports.hypervisors.stat(
    destination.name,
    disks.map((disk) => stagedPath(state.plan, disk.name)),
    signal,
  );
  // Another inode, but the same size and whole second, or Nova's rsync would copy again.
  const expected = frozen.map((file, index) => ({ ...file, inode: staged[index]?.inode ?? -1 }));
  refuse(
    'the hand-over',
    unchangedSince(expected, staged).map((reason) => reason.replace('on the source', 'at the destination')),
  );
}

/**
 * Nova starts at the destination what was active at the source, and in VERIFY_RESIZE nothing can be started by hand
 * (docs/handbook/nova.md, handing over). So the stopped instance is marked active right before: it runs again at the destination
 * without waiting for the verdict. Where policy forbids it, it is started after the confirm. Reset-state would also
 * wipe a task of Nova's, so it is only sent to what is off and idle at this moment.
 */
async function markActive(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const now = await ports.cloud.server(state.plan.server.id, signal);
  if (now.status === 'ACTIVE' && now.taskState === undefined) return;
  if (now.status !== 'SHUTOFF' || now.taskState !== undefined)
    throw new Failure('cloud.conflict', `Nova says ${describe(now)}`);
  try {
    await ports.cloud.resetStateToActive(state.plan.server.id, signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'cloud.forbidden') throw error;
    say(context, 'this login may not use os-resetState, so the instance stays off until the confirm', {
      level: 'warn',
    });
  }
}
