import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { asPlanned } from '../../domain/interlocks.ts';
import { printable } from '../../domain/naming.ts';
import { describe, refuse, say, withoutHost, type StepContext } from '../context.ts';
import { pinCompared } from './compared-bases.ts';

/**
 * Reason that we leave in Nova's lock, so that others, and we after a crash, know whose it is.
 *
 * @param who - `user@workstation`; left out where it is not known yet.
 */
export function lockReason(migrationId: string, who?: string): string {
  return `Coldhaul migration ${migrationId}${who === undefined ? '' : ` by ${printable(who)}`}`;
}

/** True if this migration wrote the reason, from whatever workstation. */
export function isOurs(reason: string, migrationId: string): boolean {
  return reason === lockReason(migrationId) || reason.startsWith(`${lockReason(migrationId)} by `);
}

/** Takes the instance for us: on both hosts, against a second Coldhaul, and in Nova, against its owner (G6). */
export async function lock(context: StepContext): Promise<NewFact> {
  const { ports, state, signal, who } = context;
  const { server, source, destination } = state.plan;
  const owner = { migrationId: state.id, who };
  await ports.hypervisors.lock(source.name, server.id, owner, signal);
  await ports.hypervisors.lock(destination.name, server.id, owner, signal);

  const now = await ports.cloud.server(server.id, signal);
  const expected = server.running ? 'ACTIVE' : 'SHUTOFF';
  if (now.status !== expected || now.host !== source.name || now.taskState !== undefined) {
    throw new Failure(
      'migration.changed',
      `the instance changed since the plan: Nova now says ${describe(now)}`,
      {
        hint: 'Make a new plan.',
      },
    );
  }
  refuse(
    'the migration',
    asPlanned(state.plan, await ports.hypervisors.instance(source.name, server.id, signal)),
  );
  if (now.locked !== true) {
    await ports.cloud.lock(server.id, lockReason(state.id, who), signal);
  } else if (now.lockedReason !== undefined && !isOurs(now.lockedReason, state.id)) {
    throw new Failure('migration.in-use', `the instance was locked meanwhile (“${now.lockedReason}”)`, {
      hint: 'Ask who locked it; nothing was done.',
    });
  }
  // While it waits for a verdict, no instance of the source names the bases any more, and the image cache may remove them.
  refuse('the migration', await pinCompared(context));
  say(context, 'locked the instance against its owner and against a second Coldhaul');
  return { type: 'locked' };
}

/**
 * Takes the locks on the hosts once more, as long as the copy is ours: a host that was booted meanwhile has forgotten them.
 *
 * @throws Failure `migration.in-use` if another has got the instance since.
 */
export async function lockAgain(context: StepContext): Promise<void> {
  const { ports, state, signal, who } = context;
  const owner = { migrationId: state.id, who };
  for (const { name } of [state.plan.source, state.plan.destination]) {
    await withoutHost(context, name, 'its lock on the instance is not looked at', () =>
      ports.hypervisors.lock(name, state.plan.server.id, owner, signal),
    );
  }
}
