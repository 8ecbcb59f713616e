import { create } from 'zustand';
import type { MigrationView } from '@contract/views.ts';

interface MigrationsSlice {
  readonly migrations: readonly MigrationView[];
  readonly problem: string | undefined;
  readonly take: (migrations: readonly MigrationView[]) => void;
  readonly change: (migration: MigrationView) => void;
  readonly fail: (problem: string) => void;
}

/** Migrations as the engine last told them, newest first. */
export const useMigrations = create<MigrationsSlice>((set) => ({
  migrations: [],
  problem: undefined,
  take(migrations) {
    set({ migrations, problem: undefined });
  },
  change(migration) {
    set((state) => ({
      migrations: [migration, ...state.migrations.filter((other) => other.id !== migration.id)],
    }));
  },
  fail(problem) {
    set({ problem });
  },
}));
