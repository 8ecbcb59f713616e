import type { Handlers } from '../contract/ipc.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import { beforeConfirm, beforeRevert } from '../domain/interlocks.ts';
import { isProven, type Migration } from '../domain/migration.ts';
import { hasRootDisk, type Plan } from '../domain/plan.ts';
import type { Ports } from '../domain/ports.ts';
import { blocks } from '../domain/preflight/finding.ts';
import { look } from './context.ts';
import { bringBasesBack } from './steps/bases.ts';
import { runDoctor } from './doctor.ts';
import { readInventory } from './inventory.ts';
import { mayCancel, mayConfirm, mayRevert, type Migrations } from './migrations.ts';
import { makePlan } from './planning/make-plan.ts';
import { planView } from './views.ts';

export interface Defaults {
  readonly limitMibPerSecond: number | undefined;
  readonly stopTimeoutSeconds: number;
  readonly reserveBytes: number;
}

/** A plan older than this is made again: hosts and instance move on. */
const PLAN_LIFE_MS = 30 * 60_000;

/** The calls of the contract, over the ports. `signal` ends what a call is still looking at when the engine closes. */
export function createHandlers(
  ports: Ports<Fact>,
  migrations: Migrations,
  defaults: Defaults,
  signal: AbortSignal,
): Handlers {
  const plans = new Map<string, Plan>();

  const planToStart = (id: string, acknowledged: readonly string[]): Plan => {
    const plan = plans.get(id);
    if (plan === undefined || ports.clock.nowMs() - plan.madeAtMs > PLAN_LIFE_MS) {
      throw new Failure('plan.blocked', 'this plan is not known any more, or older than 30 minutes', {
        hint: 'Make a new plan.',
      });
    }
    const blocking = blocks(plan.findings);
    if (blocking.length > 0) {
      throw new Failure('plan.blocked', blocking.map((finding) => finding.message).join(' '), {
        hint: blocking.flatMap((finding) => finding.fix ?? []).join(' '),
      });
    }
    const unread = plan.findings.filter(
      (finding) => finding.verdict === 'warn' && !acknowledged.includes(finding.id),
    );
    if (unread.length > 0) {
      throw new Failure(
        'plan.blocked',
        `not acknowledged: ${unread.map((finding) => `${finding.id} (${finding.message})`).join(' ')}`,
        {
          hint: `Acknowledge each by its name: ${unread.map((finding) => `--acknowledge ${finding.id}`).join(' ')}`,
        },
      );
    }
    return plan;
  };

  /** Reads both hosts before the verdict is written down, so that a refused click changes nothing. */
  const seen = async (id: string, act: 'confirm' | 'revert'): Promise<void> => {
    const state = await migrations.read(id);
    (act === 'confirm' ? mayConfirm : mayRevert)(state);
    const context = migrations.context(state, signal);
    if (act === 'revert') await bringBasesBack(context);
    const sight = await look(context);
    if (isElsewhere(sight.server.status)) return;
    const refusals =
      act === 'confirm'
        ? beforeConfirm(sight, isProven(state), state.plan.destination.name, hasRootDisk(state.plan))
        : beforeRevert(sight, state.frozen ?? []);
    if (refusals.length > 0) {
      throw new Failure(
        act === 'confirm' ? 'migration.unproven' : 'migration.changed',
        `the ${act} is refused: ${refusals.join('; ')}`,
        {
          hint:
            act === 'confirm'
              ? `Go back instead: coldhaul revert ${id}`
              : 'Look at the disks on both hosts first.',
        },
      );
    }
  };

  return {
    'engine.snapshot': async () => ({
      cloud: (await ports.cloud.identity(signal)).cloud,
      migrations: await migrations.list(),
    }),
    'inventory.read': (input) => readInventory(ports, { host: input.host, onHosts: input.onHosts }, signal),
    'plan.make': async (input) => {
      const limit = input.limitMibPerSecond ?? defaults.limitMibPerSecond;
      const plan = await makePlan(
        ports,
        {
          server: input.server,
          destination: input.destination,
          route: input.route,
          options: {
            limitKibPerSecond: limit === undefined ? undefined : Math.max(1, Math.round(limit * 1024)),
            stopTimeoutSeconds: input.stopTimeoutSeconds ?? defaults.stopTimeoutSeconds,
            reserveBytes: defaults.reserveBytes,
          },
        },
        signal,
      );
      plans.set(plan.id, plan);
      return planView(plan);
    },
    'migration.start': ({ planId, acknowledged, by }) =>
      migrations.start(planToStart(planId, acknowledged), by),
    'migration.show': ({ id }) => migrations.show(id),
    'migration.resume': ({ id }) => migrations.resume(id),
    'migration.cancel': ({ id, by }) => migrations.decide(id, { type: 'cancelled', by }, mayCancel),
    'migration.confirm': async ({ id, by }) => {
      await seen(id, 'confirm');
      return migrations.decide(id, { type: 'verdict', choice: 'confirm', by }, (state: Migration) => {
        mayConfirm(state);
      });
    },
    'migration.revert': async ({ id, by }) => {
      await seen(id, 'revert');
      return migrations.decide(id, { type: 'verdict', choice: 'revert', by }, (state: Migration) => {
        mayRevert(state);
      });
    },
    'doctor.run': ({ hosts }) => runDoctor(ports, hosts, signal),
  };
}

/** Somebody else gave the verdict already; the step will find that out and record it. */
function isElsewhere(status: string): boolean {
  return status === 'ACTIVE' || status === 'SHUTOFF';
}
