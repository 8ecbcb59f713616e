import type { EngineCallName, EngineHandlers, Input, Output } from '../contract/ipc.ts';
import { reportFile } from '../engine/compose.ts';
import type { OpenCloud } from './clouds.ts';
import type { Engines } from './engines.ts';
import type { DeskMigrations } from './migrations.ts';
import type { DeskServices } from './services.ts';

export interface EngineHandlersOptions {
  readonly cloud: OpenCloud;
  readonly engines: Engines;
  readonly migrations: DeskMigrations;
  readonly archive: DeskServices['archive'];
}

type OnMigration = Extract<
  EngineCallName,
  `migration.${'resume' | 'pause' | 'cancel' | 'confirm' | 'revert' | 'limit'}`
>;

/** Calls of the engine, each brought to the one that it concerns. What the journals alone can tell needs no cloud. */
export function createEngineHandlers(options: EngineHandlersOptions): EngineHandlers {
  const { cloud, engines, migrations, archive } = options;
  /** Which cloud each plan was made on: it may be started after another cloud was opened. */
  const plannedOn = new Map<string, string>();

  const onMigration =
    <K extends OnMigration>(name: K) =>
    async (input: Input<K> & { readonly id: string }): Promise<Output<K>> => {
      const { cloud: where } = await archive.show(input.id);
      return engines.useFor(input.id, where, (engine) => {
        const handle = engine.handlers[name] as (given: Input<K>) => Promise<Output<K>>;
        return handle(input);
      });
    };

  return {
    'inventory.read': (input) => cloud.use((engine) => engine.handlers['inventory.read'](input)),
    'doctor.run': (input) => cloud.use((engine) => engine.handlers['doctor.run'](input)),
    'recovery.stuck': (input) => cloud.use((engine) => engine.handlers['recovery.stuck'](input)),
    'recovery.diagnose': (input) => cloud.use((engine) => engine.handlers['recovery.diagnose'](input)),
    'recovery.step': (input) => cloud.use((engine) => engine.handlers['recovery.step'](input)),
    'recovery.record-file': (input) => cloud.use((engine) => engine.handlers['recovery.record-file'](input)),
    'plan.make': (input) =>
      cloud.use(async (engine) => {
        const plan = await engine.handlers['plan.make'](input);
        plannedOn.set(plan.id, plan.cloud);
        return plan;
      }),
    'plan.stop': async ({ ask }) => {
      await engines.stopPlan(ask);
      return {};
    },
    'migration.start': (input) => {
      const where = plannedOn.get(input.planId);
      return where === undefined
        ? cloud.use((engine) => engine.handlers['migration.start'](input))
        : engines.use(where, (engine) => engine.handlers['migration.start'](input));
    },
    'migration.show': ({ id }) => migrations.show(id),
    'migration.resume': onMigration('migration.resume'),
    'migration.pause': onMigration('migration.pause'),
    'migration.cancel': onMigration('migration.cancel'),
    'migration.confirm': onMigration('migration.confirm'),
    'migration.revert': onMigration('migration.revert'),
    'migration.limit': onMigration('migration.limit'),
    'migration.report': async ({ id }) => ({
      ...(await archive.report(id)),
      migration: await migrations.show(id),
    }),
    'migration.report-file': async ({ id, format }) =>
      reportFile({ ...(await archive.report(id)), migration: await migrations.show(id) }, format),
  };
}
