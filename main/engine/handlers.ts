import type { EngineHandlers } from '../contract/ipc.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure } from '../domain/failure.ts';
import { beforeConfirm, beforeRevert } from '../domain/interlocks.ts';
import { isProven, type Migration } from '../domain/migration.ts';
import { hasRootDisk } from '../domain/plan.ts';
import type { Ports } from '../domain/ports.ts';
import { look } from './context.ts';
import type { Events } from './events.ts';
import { bringBasesBack } from './steps/bases.ts';
import { isUntaken } from './steps/hand-over.ts';
import { runDoctor } from './doctor.ts';
import { readInventory } from './inventory.ts';
import { mayCancel, mayConfirm, mayRevert } from './may.ts';
import type { Migrations } from './migrations.ts';
import { createPlans, wholeKib, type Defaults } from './planning/plans.ts';
import type { CaseRecords } from './recovery/record.ts';
import { createRecovery } from './recovery/recovery.ts';
import { reportFile } from './report/report-file.ts';
import { planView } from './views.ts';

export interface HandlersOptions {
  readonly ports: Ports<Fact>;
  readonly events: Events;
  readonly migrations: Migrations;
  /** What is kept of recoveries. */
  readonly records: CaseRecords;
  readonly defaults: Defaults;
  /** `user@workstation`: who decided, where a call does not say. */
  readonly who: string;
  /** Milliseconds between two looks at the cloud. */
  readonly pollMs: number;
  /** Ends what a call is still looking at when the engine closes. */
  readonly signal: AbortSignal;
}

/** The calls of the contract, over the ports. */
export function createHandlers(options: HandlersOptions): EngineHandlers {
  const { ports, events, migrations, who, signal } = options;
  const plans = createPlans(ports, events, options.defaults, signal);
  const recovery = createRecovery({
    ports,
    records: options.records,
    who,
    pollMs: options.pollMs,
    signal,
    tell: (message) => {
      events.emit({ name: 'recovery.progress', payload: { message } });
    },
  });
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
    'inventory.read': (input) => readInventory(ports, { host: input.host, onHosts: input.onHosts }, signal),
    'plan.make': async (input) => planView(await plans.make(input)),
    'plan.stop': ({ ask }) => {
      plans.stop(ask);
      return Promise.resolve({});
    },
    'migration.start': ({ planId, acknowledged, by = who }) =>
      migrations.start(plans.toStart(planId, acknowledged, by), by),
    'migration.show': ({ id }) => migrations.show(id),
    'migration.resume': ({ id }) => migrations.resume(id),
    'migration.pause': ({ id, by = who }) => migrations.pause(id, by),
    'migration.cancel': async ({ id, by = who }) => {
      const state = await migrations.read(id);
      const mayBeTold = state.phase === 'handing-over' && state.handOverBegun !== undefined;
      const untaken = mayBeTold && (await isUntaken(migrations.context(state, signal)));
      return migrations.decide(id, { type: 'cancelled', by }, (now) => {
        mayCancel(now, untaken);
      });
    },
    'migration.confirm': async ({ id, by = who }) => {
      await seen(id, 'confirm');
      return migrations.decide(id, { type: 'verdict', choice: 'confirm', by }, (state: Migration) => {
        mayConfirm(state);
      });
    },
    'migration.revert': async ({ id, by = who }) => {
      await seen(id, 'revert');
      return migrations.decide(id, { type: 'verdict', choice: 'revert', by }, (state: Migration) => {
        mayRevert(state);
      });
    },
    'migration.limit': ({ id, limitMibPerSecond }) =>
      migrations.limit(id, limitMibPerSecond === null ? undefined : wholeKib(limitMibPerSecond)),
    'migration.report': ({ id }) => migrations.report(id),
    'migration.report-file': async ({ id, format }) => reportFile(await migrations.report(id), format),
    'recovery.stuck': () => recovery.stuck(),
    'recovery.diagnose': ({ server }) => recovery.diagnose(server),
    'recovery.step': ({ server, key }) => recovery.step(server, key),
    'recovery.record-file': ({ server }) => recovery.recordFile(server),
    'doctor.run': ({ hosts }) =>
      runDoctor(ports, hosts, signal, (payload) => {
        events.emit({ name: 'doctor.progress', payload });
      }),
  };
}

/** Somebody else gave the verdict already; the step will find that out and record it. */
function isElsewhere(status: string): boolean {
  return status === 'ACTIVE' || status === 'SHUTOFF';
}
