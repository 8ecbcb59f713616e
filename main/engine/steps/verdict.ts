import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { beforeConfirm, beforeRevert, beforeStart } from '../../domain/interlocks.ts';
import { isProven } from '../../domain/migration.ts';
import { hasRootDisk, layered } from '../../domain/plan.ts';
import type { MigrationRecord, Server } from '../../domain/cloud.ts';
import type { Sight } from '../../domain/interlocks.ts';
import { describe, look, refuse, say, waitForServer, withoutHost, type StepContext } from '../context.ts';
import { bringBasesBack, changedBelow } from './bases.ts';
import { ourRecord } from './hand-over.ts';
import { changedLayers, changedLayersThere } from './layer.ts';
import { notOnLayer } from './layer-chain.ts';
import { runsOn } from './runs.ts';

/** Nova's own steps after a verdict took 1 to 4 s on a real cloud; a busy one gets this long. */
const VERDICT_MS = 15 * 60_000;

/** Confirm by Nova: it removes the source copy. */
export function confirm(context: StepContext): Promise<NewFact> {
  return unlessDeleted(() => confirmIt(context));
}

/** Revert by Nova: it takes the source copy back into use and removes the one at the destination. */
export function revert(context: StepContext): Promise<NewFact> {
  return unlessDeleted(() => revertIt(context));
}

/** Its owner may delete it; then there is nothing left to decide. */
export async function unlessDeleted(act: () => Promise<NewFact>): Promise<NewFact> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'cloud.not-found') throw error;
    return { type: 'decided-elsewhere', choice: 'other', said: 'The instance was deleted meanwhile.' };
  }
}

async function confirmIt(context: StepContext): Promise<NewFact> {
  const { plan } = context.state;
  let asked = false;
  let waiting = false;
  const fact = await waitForServer<NewFact>(context, 'the confirm', VERDICT_MS, async (now) => {
    const record = await ourRecord(context);
    if (record?.status === 'reverted')
      return { type: 'decided-elsewhere', choice: 'revert', said: 'somebody else reverted it' };
    if (now.status === 'ERROR') throw wentWrong('confirm', describe(now), now.fault?.message);
    if (record?.status === 'confirmed' && now.taskState === undefined && now.host === plan.destination.name)
      return { type: 'confirmed', running: await runsOn(context, plan.destination.name, now) };
    if (!asked && isAwaited(now, record)) {
      const sight = await look(context);
      refuse('the confirm', [
        ...beforeConfirm(sight, isProven(context.state), plan.destination.name, hasRootDisk(plan)),
        ...layered(plan).flatMap((disk) => notOnLayer(plan, sight.destination, disk)),
        ...(await changedLayersThere(context)),
      ]);
      // A confirm makes SHUTOFF of what Nova believes to be off, and its power sync then stops the running guest.
      if (sight.destination.domain === 'running' && now.powerState !== 1) {
        if (!waiting)
          say(context, 'the instance runs, but Nova does not know it yet: waiting for its power sync');
        waiting = true;
        return undefined;
      }
      say(context, 'confirming', { command: `openstack server migration confirm ${plan.server.id}` });
      await context.ports.cloud.confirmResize(plan.server.id, context.signal);
      asked = true;
    }
    return undefined;
  });
  if (fact.type === 'confirmed') say(context, `confirmed: the instance belongs to ${plan.destination.name}`);
  return fact;
}

async function revertIt(context: StepContext): Promise<NewFact> {
  const { plan } = context.state;
  let asked = false;
  const fact = await waitForServer<NewFact>(context, 'the revert', VERDICT_MS, async (now) => {
    const record = await ourRecord(context);
    if (record?.status === 'confirmed')
      return { type: 'decided-elsewhere', choice: 'confirm', said: 'somebody else confirmed it' };
    if (now.status === 'ERROR') throw wentWrong('revert', describe(now), now.fault?.message);
    if (record?.status === 'reverted' && now.taskState === undefined && now.host === plan.source.name)
      return { type: 'reverted', running: await runsOn(context, plan.source.name, now) };
    if (!asked && isAwaited(now, record)) {
      await bringBasesBack(context);
      refuse('the revert', [
        ...beforeRevert(await look(context), context.state.frozen ?? []),
        ...(await changedBelow(context)),
        ...(await changedLayers(context)),
      ]);
      say(context, 'reverting', { command: `openstack server migration revert ${plan.server.id}` });
      await context.ports.cloud.revertResize(plan.server.id, context.signal);
      asked = true;
    }
    return undefined;
  });
  if (fact.type === 'reverted') say(context, `reverted: the instance is back on ${plan.source.name}`);
  return fact;
}

/** Starts an instance that ran before and does not run now, wherever Nova says that it belongs. */
export async function start(context: StepContext): Promise<NewFact> {
  const { plan, phase } = context.state;
  await startAt(context, phase === 'confirming' ? plan.destination.name : plan.source.name);
  return { type: 'started' };
}

/**
 * @param atSourceOnly - Nova has defined it at its source and nowhere else, so a destination that is gone is no reason against it.
 * @throws Failure `migration.changed` if it must not be started there.
 */
export async function startAt(
  context: StepContext,
  host: string,
  atSourceOnly = context.state.handOverBegun === undefined,
): Promise<void> {
  const { ports, state, signal } = context;
  let asked = false;
  await waitForServer(context, 'the start', VERDICT_MS, async (now) => {
    const idle = now.taskState === undefined;
    if (now.status === 'ACTIVE' && idle && (await runsOn(context, host, now))) return true;
    if (now.status === 'ERROR') throw wentWrong('start', describe(now), now.fault?.message);
    if (now.status === 'SHUTOFF' && idle && !asked) {
      refuse(
        'the start',
        beforeStart(atSourceOnly ? await lookForStart(context, now) : await look(context), host),
      );
      say(context, `starting the instance on ${host}`, { command: `openstack server start ${now.id}` });
      await ports.cloud.start(state.plan.server.id, signal);
      asked = true;
    }
    return undefined;
  });
}

/** A process that runs a guest, as `pid command`. */
const GUEST = /qemu-system|qemu-kvm|\bkvm\b/;

/**
 * Nova has defined it nowhere else, before the hand-over or after it gave it up, so a destination that is gone, or whose libvirt is silent, cannot
 * keep it from starting; one that runs it, or has its disk open in a QEMU, does.
 */
async function lookForStart(context: StepContext, server: Server): Promise<Sight> {
  const { ports, state, signal } = context;
  const { source, destination } = state.plan;
  const nothing = {
    host: destination.name,
    directory: undefined,
    resizeDirectory: undefined,
    stage: undefined,
    leftovers: [],
    domain: 'absent' as const,
    openBy: [],
    hasNvram: false,
    copyProcesses: [],
  };
  const [here, there] = await Promise.all([
    ports.hypervisors.instance(source.name, server.id, signal),
    withoutHost(
      context,
      destination.name,
      'Nova does not have it there, so the instance starts at its source',
      () => ports.hypervisors.instance(destination.name, server.id, signal),
    ),
  ]);
  if (there?.domain !== 'unknown' || there.openBy.some((process) => GUEST.test(process)))
    return { server, source: here, destination: there ?? nothing };
  say(
    context,
    `libvirt on ${destination.name} does not tell whether the instance runs there; Nova does not have it there, so the instance starts at its source`,
    { level: 'warn', host: destination.name },
  );
  return { server, source: here, destination: { ...there, domain: 'absent' } };
}

/**
 * True if Nova waits for a verdict on our migration.
 *
 * @throws Failure `migration.changed` if it waits for one, and shows no record of ours: no wait would end that.
 */
function isAwaited(now: Server, record: MigrationRecord | undefined): boolean {
  if (now.status !== 'VERIFY_RESIZE' || now.taskState !== undefined) return false;
  if (record !== undefined) return record.status === 'finished';
  throw new Failure(
    'migration.changed',
    'Nova waits for a verdict, but on a migration that is not the one of this journal',
    {
      hint: `Nothing was done. Compare: coldhaul diagnose ${now.id}, and openstack server migration list --server ${now.id}`,
    },
  );
}

function wentWrong(act: string, words: string, fault: string | undefined): Failure {
  return new Failure(
    'migration.failed',
    `the ${act} went wrong: Nova says ${words}${fault === undefined ? '' : ` (${fault})`}`,
    {
      hint: 'Do not use reset-state. Look at the disks on both hosts first.',
    },
  );
}
