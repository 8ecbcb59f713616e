import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { LockOwner } from '../../domain/hypervisors.ts';
import type { LogLine } from '../../domain/ports.ts';
import { say, withoutHost, type StepContext } from '../context.ts';
import { endure } from '../endure.ts';
import { isOurs } from './lock.ts';

/** An sshd that is only restarted is back by then. The instance is where it is to be, so it does not wait for this. */
const GRACE_MS = 20_000;

/** Gives everything back: jobs, staged names, locks. What has bytes of its own is kept under another name and told. */
export async function tidy(context: StepContext): Promise<NewFact> {
  const { ports, state, signal, who } = context;
  const { source, destination } = state.plan;
  const owner = { migrationId: state.id, who };
  const kept: string[] = [];
  const succeeded = state.failure === undefined && state.cancelledBy === undefined;
  // The owner first: a host that is gone must not keep them out.
  await unlockServer(context);
  for (const host of [source.name, destination.name]) {
    await withoutHost(context, host, `its jobs, and the lock below /run/coldhaul, stay until it boots`, () =>
      patiently(context, host, () => tidyHost(host)),
    );
  }
  for (const path of kept) say(context, `kept ${path}; remove it when you are sure`, { level: 'warn' });
  return { type: 'tidied', kept };

  async function tidyHost(host: string): Promise<void> {
    await ports.transfer.forget(host, state.id, signal);
    // After a failure the copy stays as it is, for the next try; and the pins, where Nova may still need them.
    const spent = succeeded || (host === source.name && state.handOverBegun === undefined);
    if (spent && state.locked)
      kept.push(...(await releaseStage(context, host)).map((path) => `${host}:${path}`));
    await unlockHost(context, host, owner);
  }
}

/** What was given back already is not there a second time, so all of it may be tried again. */
function patiently(context: StepContext, host: string, act: () => Promise<void>): Promise<void> {
  const { ports, signal } = context;
  const log = ({ message, ...more }: LogLine): void => {
    say(context, message, { ...more, host });
  };
  const enduring = { clock: ports.clock, log, signal, outageMs: GRACE_MS, troubled: () => undefined };
  return endure(`tidying ${host}`, enduring, act);
}

/** What a chain or a process still needs stays as it is, with its name: nothing else waits for it. */
async function releaseStage(context: StepContext, host: string): Promise<readonly string[]> {
  const { ports, state, signal } = context;
  try {
    return await ports.hypervisors.releaseStage(host, state.plan.server.id, signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'migration.changed') throw error;
    say(context, `${error.message} It stays.`, { level: 'warn', host });
    return [];
  }
}

/** One who never got the instance may still hold the lock on one of the hosts; the other's stays. */
async function unlockHost(
  { ports, state, signal }: StepContext,
  host: string,
  owner: LockOwner,
): Promise<void> {
  try {
    await ports.hypervisors.unlock(host, state.plan.server.id, owner, signal);
  } catch (error) {
    if (state.locked || !(error instanceof Failure) || error.code !== 'migration.in-use') throw error;
  }
}

async function unlockServer({ ports, state, signal }: StepContext): Promise<void> {
  try {
    const now = await ports.cloud.server(state.plan.server.id, signal);
    // An old cloud tells no reason; then the lock is ours only if we have had the instance.
    const ours = now.lockedReason === undefined ? state.locked : isOurs(now.lockedReason, state.id);
    if (now.locked === true && ours) await ports.cloud.unlock(state.plan.server.id, signal);
  } catch (error) {
    // Its owner may have deleted it meanwhile; then there is no lock left to give back.
    if (!(error instanceof Failure) || error.code !== 'cloud.not-found') throw error;
  }
}
