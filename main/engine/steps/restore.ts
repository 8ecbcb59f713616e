import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { InstanceOnHost } from '../../domain/host.ts';
import { notRunningOn, nothingHasItOpen, type Sight } from '../../domain/interlocks.ts';
import { type Migration } from '../../domain/migration.ts';
import { travelling } from '../../domain/plan.ts';
import { instanceDirectory, stageDirectory } from '../../domain/naming.ts';
import { describe, look, say, waitForServer, withoutHost, type StepContext } from '../context.ts';
import { isUnderWay } from './begin-hand-over.ts';
import { ACCEPT_MS, isIdle, ourRecord } from './hand-over.ts';
import { undoLayers } from './merge.ts';
import { runOn, SETTLE_MS } from './run-on.ts';
import { whereItIs } from './where-it-is.ts';

/**
 * After a failure or a cancel: back to where the instance was, as far as that is certainly safe; otherwise nothing is
 * touched and the fact says where the good copy is.
 */
export async function restore(context: StepContext): Promise<NewFact> {
  try {
    return await restoreIt(context);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'cloud.not-found') throw error;
    return {
      type: 'restored',
      running: false,
      goodCopy: 'unknown',
      said: 'The instance was deleted meanwhile; nothing was done to its files.',
    };
  }
}

async function restoreIt(context: StepContext): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { source, destination } = state.plan;
  await ports.transfer.forget(source.name, state.id, signal);
  await withoutHost(context, destination.name, 'its jobs go on', () =>
    ports.transfer.forget(destination.name, state.id, signal),
  );
  if (!state.locked) return untouched(context);
  // A migrate that the cancel broke off may still be taken.
  if (state.handOverBegun !== undefined && state.cancelledBy !== undefined) await isGivenUp(context);
  const settled = await waitForServer(context, 'the end of what Nova is doing', SETTLE_MS, (now) =>
    now.taskState === undefined ? now : undefined,
  );
  // Not by the journal alone: a disk that lost its end may hold less than Nova was told.
  if (state.handOverBegun === undefined && !isUnderWay(settled, source.name)) return goHome(context);
  if (
    settled.status === 'RESIZE' ||
    settled.status === 'VERIFY_RESIZE' ||
    settled.status === 'REVERT_RESIZE'
  ) {
    throw new Failure(
      'migration.changed',
      `Nova goes on with the migration (${describe(settled)}), so nothing is taken back`,
      {
        hint:
          settled.status === 'VERIFY_RESIZE'
            ? `Look at the disks on both hosts, then: openstack server migration revert ${settled.id}, and coldhaul resume ${state.id}`
            : `coldhaul resume ${state.id}`,
      },
    );
  }
  if (!(await reaches(context, destination.name)) && (await isGivenUp(context))) {
    const here = await ports.hypervisors.instance(source.name, state.plan.server.id, signal);
    if (state.frozen !== undefined && filesAreBack(state, here)) return goHome(context, true);
  }
  const sight = await revived(context, await look(context));
  if (isBackAtSource(state, sight)) return goHome(context);
  const { server, source: here, destination: there } = sight;
  const running = server.powerState === 1 || here.domain === 'running' || there.domain === 'running';
  return { type: 'restored', running, ...whereItIs(state, sight) };
}

/** True if the destination answers. Its instances directory gets its mode back, if that can be. */
async function reaches(context: StepContext, host: string): Promise<boolean> {
  const { ports, state, signal } = context;
  await withoutHost(
    context,
    host,
    'its instances directory may be left at mode 0700 by Nova’s clean-up; look at it before an instance is to start there',
    () => mendInstancesDirectory(context),
  );
  const there = await withoutHost(
    context,
    host,
    'the instance goes home only if Nova is idle with it at its source and has given the migration up',
    () => ports.hypervisors.instance(host, state.plan.server.id, signal),
  );
  return there !== undefined;
}

/**
 * Whether Nova gave the migration up by itself, or never took it: idle at the source, with our record in error, or none for
 * the time that Nova has to make one. The instance leaves its source, for Nova, before the destination defines it.
 */
function isGivenUp(context: StepContext): Promise<boolean> {
  const { ports, state } = context;
  const endMs = ports.clock.elapsedMs() + ACCEPT_MS;
  let said = false;
  return waitForServer(context, 'the end of the hand-over', SETTLE_MS, async (now) => {
    if (now.taskState !== undefined) return undefined;
    if (!isIdle(now) || now.host !== state.plan.source.name) return false;
    const record = await ourRecord(context);
    if (record !== undefined) return record.status === 'error';
    if (ports.clock.elapsedMs() >= endMs) return true;
    if (!said) say(context, 'waiting whether Nova still takes a migrate that may have been sent');
    said = true;
    return undefined;
  });
}

/** Nova has nothing of it any more: our names at the destination are taken back, and it runs again if it ran. */
async function goHome(context: StepContext, givenUp = false): Promise<NewFact> {
  const { ports, state, signal } = context;
  const { plan } = state;
  await finishSwaps(context);
  await undoLayers(context);
  const names = travelling(plan).map((disk) => disk.name);
  await withoutHost(
    context,
    plan.destination.name,
    `it may keep ${instanceDirectory(plan.destination.instancesPath, plan.server.id)}`,
    () => ports.hypervisors.unplace(plan.destination.name, plan.server.id, names, signal),
  );
  const stopped = state.enteredAtMs.stopping !== undefined;
  const running =
    plan.server.running && stopped
      ? await runOn(context, givenUp)
      : (await ports.cloud.server(plan.server.id, signal)).powerState === 1;
  const place = instanceDirectory(plan.source.instancesPath, plan.server.id);
  return {
    type: 'restored',
    running,
    goodCopy: 'source',
    said: `The instance is where it was, on ${plan.source.name} in ${place}, ${running ? 'running' : 'off'}; nothing of it was lost.`,
  };
}

/** It never was ours: what happens with it now is the doing of whoever has it, and is left alone. */
async function untouched({ ports, state, signal }: StepContext): Promise<NewFact> {
  const now = await ports.cloud.server(state.plan.server.id, signal);
  return {
    type: 'restored',
    running: now.powerState === 1,
    goodCopy: 'source',
    said: `Nothing was begun. Nova says ${describe(now)}.`,
  };
}

/**
 * Nova's clean-up after a failed rsync copy gives the destination's instances directory the mode of its temporary
 * directory, 0700 (seen on Nova 26), and from then on no instance starts there. It gets back what it had.
 */
async function mendInstancesDirectory(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const { name, instancesPath, instancesMode } = state.plan.destination;
  const [now] = await ports.hypervisors.stat(name, [instancesPath], signal);
  if (now === undefined || now.mode === instancesMode) return;
  await ports.hypervisors.setMode(name, instancesPath, instancesMode, signal);
  say(
    context,
    `${instancesPath} on ${name} has its mode ${instancesMode.toString(8)} again; Nova’s clean-up had left it at ${now.mode.toString(8)}`,
    { level: 'warn', host: name },
  );
}

/**
 * A copy by Nova that failed leaves ERROR on the source, with every file back in its place. Then, and only then, the
 * mark is taken away and the instance called what it is, off (tried with a full disk on a real Nova: 202 and 202).
 */
async function revived(context: StepContext, sight: Sight): Promise<Sight> {
  const { ports, state, signal } = context;
  const { server, source, destination } = sight;
  const quiet =
    notRunningOn(source, destination).length === 0 && nothingHasItOpen(source, destination).length === 0;
  const stuck =
    server.status === 'ERROR' && server.taskState === undefined && server.host === state.plan.source.name;
  if (!stuck || !quiet || state.frozen === undefined || !filesAreBack(state, sight.source)) return sight;
  say(context, 'Nova’s copy failed and all files are back at the source; taking the ERROR away', {
    level: 'warn',
  });
  await ports.cloud.resetStateToActive(server.id, signal);
  await ports.cloud.stop(server.id, signal);
  await waitForServer(context, 'the stop', SETTLE_MS, (now) =>
    now.status === 'SHUTOFF' && now.taskState === undefined ? true : undefined,
  );
  return look(context);
}

/** True if Nova and the disks agree that the instance is at its source, and nothing is going on. */
function isBackAtSource(state: Migration, sight: Sight): boolean {
  const { server } = sight;
  return isIdle(server) && server.host === state.plan.source.name && filesAreBack(state, sight.source);
}

/** The directory holds the very files that were there when the instance had stopped, and nothing lies beside it. */
function filesAreBack(state: Migration, source: InstanceOnHost): boolean {
  const files = [...(source.directory?.disks ?? []), ...(source.directory?.others ?? [])];
  const same = (state.frozen ?? []).every((frozen) =>
    files.some((file) => file.inode === frozen.inode && file.path.endsWith(`/${frozen.name}`)),
  );
  return source.directory !== undefined && source.resizeDirectory === undefined && same;
}

/**
 * A flattened disk stays: it was compared with the original, and the guest may have run on it since. Only a swap that
 * was cut between its two renames is brought to its end, or the instance would have no disk.
 */
async function finishSwaps(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const stage = stageDirectory(plan.source.instancesPath, plan.server.id);
  for (const disk of plan.disks.filter((candidate) => candidate.strategy === 'flatten')) {
    const [flat, original] = [`${stage}/${disk.name}.flat`, `${stage}/${disk.name}.before-flatten`];
    const [now, kept] = await ports.hypervisors.stat(plan.source.name, [disk.path, original], signal);
    if (now !== undefined || kept === undefined) continue;
    await ports.hypervisors.swapIn(plan.source.name, disk.path, flat, original, signal);
    say(context, `${disk.name} has its name again`, { host: plan.source.name, disk: disk.name });
  }
}
