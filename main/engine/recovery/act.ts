import { randomUUID } from 'node:crypto';
import type { Accepted, Server } from '../../domain/cloud.ts';
import { Failure } from '../../domain/failure.ts';
import type { Fact } from '../../domain/facts.ts';
import type { Ports } from '../../domain/ports.ts';
import type { Action } from '../../domain/recovery/action.ts';
import { comparedWords } from '../../domain/recovery/compared.ts';
import type { Evidence } from '../../domain/recovery/evidence.ts';
import { describe } from '../context.ts';
import { bringBase } from './bring-base.ts';
import { compareDisks } from './compare.ts';
import type { MadeComparison } from './gather.ts';

/** Nova stops a guest gently for up to its shutdown timeout, and a revert copies nothing. */
const SETTLE_MS = 15 * 60_000;
/** An ERROR without a task after so long is that of this step, and not the one from which it began. */
const BEGIN_MS = 30_000;

export interface ActContext {
  readonly ports: Ports<Fact>;
  readonly signal: AbortSignal;
  /** `user@workstation`. */
  readonly who: string;
  readonly pollMs: number;
}

export interface Done {
  /** What happened, in one sentence. */
  readonly said: string;
  readonly requestId?: string | undefined;
  readonly comparisons?: readonly MadeComparison[];
}

/**
 * Does one step that the interlocks have let through, and waits for its end. The instance is locked meanwhile, in Nova
 * and on every host of the case that answers, so that nobody else works on it (G6).
 *
 * @throws Failure `migration.changed` if the server is no longer as it was read (G7); `migration.failed` if Nova does not
 * come to an end with it; whatever the cloud or a host fails with; `cancelled`.
 */
export async function act(context: ActContext, evidence: Evidence, action: Action): Promise<Done> {
  if (action.kind === 'by-hand') throw new Failure('bad-request', 'this step is for a person to do');
  if (action.kind === 'compare') return comparing(context, evidence);
  const { ports, signal, who } = context;
  const { id } = evidence.server;
  const owner = { migrationId: randomUUID(), who };
  const hosts = evidence.sides.filter(({ told }) => told.known).map(({ name }) => name);
  const held: string[] = [];
  let isLocked = false;
  try {
    for (const host of hosts) {
      await ports.hypervisors.lock(host, id, owner, signal);
      held.push(host);
    }
    await ports.cloud.lock(id, `Coldhaul recovers it, by ${who}`, signal);
    isLocked = true;
    unchanged(evidence.server, await ports.cloud.server(id, signal));
    return await perform(context, evidence, action);
  } finally {
    // Not by the signal: whoever breaks this off wants it free again.
    if (isLocked) await released(context, 'the cloud', ports.cloud.unlock(id));
    for (const host of held) await released(context, host, ports.hypervisors.unlock(host, id, owner));
  }
}

/** A lock that stays hides nothing that was done; it is told, with how it is taken away. */
async function released({ ports }: ActContext, where: string, freeing: Promise<unknown>): Promise<void> {
  try {
    await freeing;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    ports.log({
      level: 'warn',
      message: `the lock on the instance stays on ${where}: ${error.message}; it is taken away by openstack server unlock, on a host by removing its file in /run/coldhaul/locks`,
    });
  }
}

/** @throws Failure `migration.changed` (G7) */
function unchanged(before: Server, now: Server): void {
  if (before.status === now.status && before.taskState === now.taskState && before.host === now.host) return;
  throw new Failure('migration.changed', `it was ${describe(before)}, and is ${describe(now)} now (G7)`, {
    hint: 'Nothing was done. Look again.',
  });
}

async function comparing({ ports, signal }: ActContext, evidence: Evidence): Promise<Done> {
  const comparisons = await compareDisks(ports, evidence, signal);
  return { said: comparedWords(evidence, comparisons), comparisons };
}

async function perform(
  context: ActContext,
  evidence: Evidence,
  action: Exclude<Action, { kind: 'by-hand' | 'compare' }>,
): Promise<Done> {
  const { ports, signal } = context;
  const { cloud, hypervisors } = ports;
  const { id } = evidence.server;
  const asked = async (call: Promise<Accepted>, said: string, wanted: readonly string[]): Promise<Done> => {
    const { requestId } = await call;
    const now = await settled(context, id, wanted, requestId);
    return { said: `${said} Nova says ${now.status} on ${now.host ?? 'no host'}.`, requestId };
  };
  switch (action.kind) {
    case 'revert':
      return asked(cloud.revertResize(id, signal), 'It was reverted.', ['ACTIVE', 'SHUTOFF']);
    case 'confirm':
      return asked(cloud.confirmResize(id, signal), 'It was confirmed.', ['ACTIVE', 'SHUTOFF']);
    case 'reset-state':
      return action.to === 'active'
        ? asked(cloud.resetStateToActive(id, signal), 'Its state was reset.', ['ACTIVE'])
        : asked(cloud.resetStateToError(id, signal), 'Its state was reset.', ['ERROR']);
    case 'stop':
      return asked(cloud.stop(id, signal), 'It was stopped.', ['SHUTOFF']);
    case 'start':
      return asked(cloud.start(id, signal), 'It was started.', ['ACTIVE']);
    case 'hard-reboot':
      return asked(cloud.hardReboot(id, signal), 'It was defined anew and started.', ['ACTIVE']);
    case 'put-back':
      await hypervisors.putBack(action.host, id, signal);
      return { said: `The disks on ${action.host} have their name back.` };
    case 'set-aside': {
      const kept = await hypervisors.setAside(action.host, action.path, signal);
      return {
        said:
          kept === undefined
            ? `${action.path} was gone already.`
            : `On ${action.host} it is called ${kept} now.`,
      };
    }
    case 'bring-base':
      return { said: await bringBase(ports, evidence, action, signal) };
    case 'make-swap':
      await hypervisors.makeSwap(action.host, id, action.sizeBytes, signal);
      return { said: `${action.name} is on ${action.host}.` };
    case 'undefine': {
      const kept = await hypervisors.undefine(action.host, id, signal);
      return {
        said:
          kept === ''
            ? `libvirt on ${action.host} did not know it.`
            : `libvirt on ${action.host} has forgotten it; its XML is in ${kept}.`,
      };
    }
  }
}

/** Nova answers before it acts, so a task is waited for to come and to go; it need not be seen. */
async function settled(
  { ports, signal, pollMs }: ActContext,
  id: string,
  wanted: readonly string[],
  requestId: string | undefined,
): Promise<Server> {
  const beganMs = ports.clock.elapsedMs();
  for (;;) {
    const now = await ports.cloud.server(id, signal);
    if (now.taskState === undefined && wanted.includes(now.status)) return now;
    const hasFailed = now.taskState === undefined && now.status === 'ERROR';
    if (ports.clock.elapsedMs() - beganMs > (hasFailed ? BEGIN_MS : SETTLE_MS)) {
      throw new Failure(
        'migration.failed',
        `Nova says ${describe(now)}, and not ${wanted.join(' or ')}${now.fault === undefined ? '' : `: ${now.fault.message}`}`,
        {
          hint: 'Look again: what is to be done now may be another thing.',
          ...(requestId !== undefined && { requestId }),
        },
      );
    }
    await ports.clock.wait(pollMs, signal);
  }
}
