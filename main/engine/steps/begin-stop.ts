import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { HostFacts } from '../../domain/host.ts';
import type { MoveEvidence } from '../../domain/preflight/evidence.ts';
import type { TunnelTrial } from '../../domain/transfer.ts';
import { worsened } from '../../domain/preflight/finding.ts';
import { judgeBeforeStop } from '../../domain/preflight/judge.ts';
import { asBeforeTheFreeze } from '../../domain/live.ts';
import { streamed } from '../../domain/plan.ts';
import { say, type StepContext } from '../context.ts';
import { tryTunnel } from '../planning/flatten-where.ts';
import { gather, type Gathered } from '../planning/gather.ts';
import { isOurs } from './lock.ts';

/**
 * Asks every check once more, right before the instance is stopped: minutes or hours of copying bases lie between the
 * plan and now.
 *
 * @throws Failure `migration.changed` with every finding that has got worse; nothing has been changed yet.
 */
export async function beginStop(context: StepContext): Promise<NewFact> {
  await checkOnceMore(context, 'the stop', 'not stopped');
  return { type: 'stop-begun' };
}

/** @throws Failure `migration.changed` as above. */
export async function checkOnceMore(context: StepContext, before: string, not: string): Promise<void> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const wanted = { server: plan.server.id, destination: plan.destination.name };
  say(context, `checking everything once more before ${before}`);
  const gathered = await gather(ports, wanted, () => undefined, signal);
  const reason = gathered.server.lockedReason;
  const evidence: MoveEvidence = {
    ...withOurOwn(context, gathered),
    disks: plan.disks,
    // All are there by now, and compared again when they were pinned or staged.
    bases: plan.bases.map((base) => ({ ...base, action: 'present' })),
    route: plan.route,
    reserveBytes: plan.options.reserveBytes,
    live: plan.options.live === true,
    tunnel: await tunnelNow(context, gathered),
    measured: plan,
    own: reason !== undefined && isOurs(reason, plan.id) ? { lockReason: reason } : undefined,
  };
  const worse = worsened(plan.findings, judgeBeforeStop(evidence));
  if (worse.length > 0) {
    throw new Failure(
      'migration.changed',
      `${not}, for since the plan this has changed: ${worse.map(({ id, message }) => `${id}: ${message}`).join(' ')}`,
      { hint: [...worse.flatMap(({ fix }) => fix ?? []), 'Then plan again.'].join(' ') },
    );
  }
}

/** What was proven while it runs needs the tunnel no more. */
async function tunnelNow(
  { ports, state, signal }: StepContext,
  gathered: Gathered,
): Promise<TunnelTrial | undefined> {
  const disks = streamed(state.plan);
  if (disks.length === 0) return undefined;
  const left = disks.filter(({ name }) => state.verified[name] === undefined);
  return left.length > 0 ? tryTunnel(ports, gathered, signal) : { ok: true, said: 'it was used already' };
}

/**
 * What this migration has made itself is no change: its layers at the source, and the room that they take at the destination, as
 * flattened ones do at the source.
 */
function withOurOwn({ state }: StepContext, gathered: Gathered): Gathered {
  const { source, destination } = gathered;
  const flat = Object.values(state.flattened).filter(({ flatLayer }) => flatLayer !== undefined);
  return {
    ...gathered,
    source: {
      ...source,
      instance: asBeforeTheFreeze(state.plan, source.instance),
      facts: withRoom(source.facts, flat),
    },
    destination: { ...destination, facts: withRoom(destination.facts, Object.values(state.copied)) },
  };
}

function withRoom(facts: HostFacts, files: readonly { readonly bytes: number }[]): HostFacts {
  const { instancesFileSystem } = facts;
  const freeBytes = files.reduce((sum, { bytes }) => sum + bytes, instancesFileSystem.freeBytes);
  return { ...facts, instancesFileSystem: { ...instancesFileSystem, freeBytes } };
}
