import type { Server } from '../../domain/cloud.ts';
import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { asPlanned } from '../../domain/interlocks.ts';
import { asBeforeTheFreeze } from '../../domain/live.ts';
import { describe, refuse, say, type StepContext } from '../context.ts';
import { nextLookMs } from '../next-look.ts';

/** Time for Nova to notice that the domain is gone after we pulled the plug. */
const AFTER_HARD_STOP_MS = 60_000;
/** Something else that Nova is at, such as a snapshot of the instance, may take this long before we give way. */
const OTHER_TASK_MS = 30 * 60_000;

/** Stops the instance: gracefully by Nova; when the time limit is over, by pulling the plug of its domain on the host. */
export async function stop(context: StepContext): Promise<NewFact> {
  const { ports, state, signal, pollMs } = context;
  const { server, options } = state.plan;
  const limitMs = options.stopTimeoutSeconds * 1000;
  const startedMs = ports.clock.elapsedMs();
  // Counted from when this run saw it begin: a guest that we left alone for an hour has not had an hour to stop.
  let beganAtMs: number | undefined;
  let waitingSinceMs: number | undefined;
  let asked = false;
  let pulledAtMs: number | undefined;

  for (;;) {
    const now = await ports.cloud.server(server.id, signal);
    if (await isOff(context, now)) break;
    if (now.status === 'ACTIVE' && now.taskState === undefined) {
      if (await askToStop(context)) {
        beganAtMs = asked ? beganAtMs : undefined;
        asked = true;
      }
    }
    const nowMs = ports.clock.elapsedMs();
    if (asked || now.status === 'SHUTOFF' || now.taskState === 'powering-off') {
      beganAtMs ??= nowMs;
    } else {
      // The guest was never asked: its time to stop has not begun, and its plug stays in.
      if (waitingSinceMs === undefined)
        say(context, `waiting for Nova to end what it does with the instance: ${describe(now)}`);
      waitingSinceMs ??= nowMs;
      if (nowMs - waitingSinceMs > OTHER_TASK_MS) throw stillBusy(now);
    }
    if (beganAtMs !== undefined) {
      if (pulledAtMs === undefined && server.running && nowMs - beganAtMs > limitMs) {
        pulledAtMs = nowMs;
        await pullThePlug(context);
      } else if (nowMs - (pulledAtMs ?? beganAtMs + limitMs) > AFTER_HARD_STOP_MS) {
        throw new Failure('migration.failed', `the instance did not stop: Nova says ${describe(now)}`, {
          hint: `Look at the domain on ${state.plan.source.name}: virsh domstate ${server.id}`,
        });
      }
    }
    await ports.clock.wait(nextLookMs(pollMs, nowMs - startedMs), signal);
  }
  say(context, `the instance is off on ${state.plan.source.name}`, { host: state.plan.source.name });
  return {
    type: 'stopped',
    how: !server.running ? 'was off' : pulledAtMs !== undefined ? 'hard' : 'graceful',
  };
}

/** @throws Failure `migration.changed` if it is not what was planned for, which no further wait mends. */
async function isOff({ ports, state, signal }: StepContext, now: Server): Promise<boolean> {
  const { server, source } = state.plan;
  const changed = (why: string, hint?: string): Failure =>
    new Failure('migration.changed', why, hint === undefined ? {} : { hint });
  if (now.host !== source.name) throw changed(`the instance left ${source.name}: Nova says ${describe(now)}`);
  if (now.status !== 'ACTIVE' && now.status !== 'SHUTOFF')
    throw changed(`the instance could not be stopped: Nova says ${describe(now)}`);
  if (now.status === 'ACTIVE' && !server.running)
    throw changed(
      'the instance was off when this was planned, and somebody has started it since',
      'Plan again.',
    );
  if (now.status !== 'SHUTOFF' || now.taskState !== undefined) return false;
  const here = await ports.hypervisors.instance(source.name, server.id, signal);
  if (here.domain === 'running' || here.domain === 'paused')
    throw changed(
      `Nova says SHUTOFF, but libvirt on ${source.name} runs the instance`,
      `Somebody started it beside Nova. On ${source.name}: virsh list`,
    );
  if (here.openBy.length > 0 || (here.domain !== 'shut off' && here.domain !== 'unknown')) return false;
  // Hours of copying bases may lie between the lock and the stop, and a snapshot tool on the host asks nobody.
  refuse('going on', asPlanned(state.plan, asBeforeTheFreeze(state.plan, here)));
  return true;
}

/** @returns false if Nova is at something else: then nothing was asked. */
async function askToStop(context: StepContext): Promise<boolean> {
  const { ports, state, signal } = context;
  const { id } = state.plan.server;
  say(context, 'stopping the instance', { command: `openstack server stop ${id}` });
  try {
    await ports.cloud.stop(id, signal);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'cloud.conflict') return false;
    throw error;
  }
}

async function pullThePlug(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const { server, source, options } = state.plan;
  say(context, `the guest did not stop within ${String(options.stopTimeoutSeconds)} s; pulling the plug`, {
    level: 'warn',
    host: source.name,
  });
  await ports.hypervisors.destroyDomain(source.name, server.id, signal);
}

function stillBusy(now: Server): Failure {
  const minutes = String(OTHER_TASK_MS / 60_000);
  return new Failure(
    'migration.changed',
    `Nova has been busy with the instance for ${minutes} min, so it was not asked to stop: ${describe(now)}`,
    { hint: 'Begin again when that is over. The instance was not touched.' },
  );
}
