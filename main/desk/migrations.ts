import type { MigrationView } from '../contract/views.ts';
import type { Archive } from '../engine/compose.ts';
import type { Engines } from './engines.ts';

/** Every migration of this user on this machine, of whatever cloud, whether or not one is open. */
export interface DeskMigrations {
  /** Takes what an engine told. */
  heard(view: MigrationView): void;
  /** What engines told since this desk was opened, the newest of each. */
  told(): readonly MigrationView[];
  /** Those that the journals have, as they are by now. At once: nothing can happen between this and what is read beside it. */
  merged(stored: readonly MigrationView[]): readonly MigrationView[];
  /** @throws Failure `migration.not-found`, `journal.damaged` */
  show(id: string): Promise<MigrationView>;
}

export function createDeskMigrations(archive: Archive, engines: Pick<Engines, 'active'>): DeskMigrations {
  // What only the engine knew, such as why it stopped, outlives it here.
  const told = new Map<string, MigrationView>();
  const newest = (stored: MigrationView): MigrationView => {
    const heard = told.get(stored.id);
    return heard === undefined || heard.updatedAtMs < stored.updatedAtMs ? stored : heard;
  };
  return {
    heard(view) {
      told.set(view.id, view);
    },
    told: () => [...told.values()],
    merged(stored) {
      const views = new Map(told);
      for (const view of stored) views.set(view.id, newest(view));
      for (const view of engines.active()) views.set(view.id, view);
      return [...views.values()].sort((left, right) => right.updatedAtMs - left.updatedAtMs);
    },
    async show(id) {
      const stored = await archive.show(id);
      return engines.active().find((view) => view.id === id) ?? newest(stored);
    },
  };
}
