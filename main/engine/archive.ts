import type { MigrationView, ReportView } from '../contract/views.ts';
import type { Fact } from '../domain/facts.ts';
import { isOver, replay } from '../domain/migration.ts';
import type { Clock, Journals, StoredJournal } from '../domain/ports.ts';
import { makeReport } from './report/make-report.ts';
import { AT_REST, migrationView, stateOf } from './views.ts';

/** The journals of this user on this machine, read without a lock and without any cloud. */
export interface Archive {
  /** Newest first, as if nobody drove any of them. */
  list(): Promise<{
    readonly migrations: readonly MigrationView[];
    /** Journals that cannot be read, in words. */
    readonly problems: readonly string[];
  }>;
  /** @throws Failure `migration.not-found`, `journal.damaged` */
  show(id: string): Promise<MigrationView>;
  report(id: string): Promise<ReportView>;
}

export function createArchive(journals: Journals<Fact>, clock: Clock): Archive {
  // Journals that did not change come back as the same value.
  const views = new WeakMap<StoredJournal<Fact>, MigrationView>();
  const viewOf = (stored: StoredJournal<Fact>): MigrationView | undefined => {
    const before = views.get(stored);
    if (before !== undefined) return before;
    const state = replay(stored.facts);
    if (state === undefined) return undefined;
    const view = migrationView(state, AT_REST);
    views.set(stored, view);
    return view;
  };
  // No fact follows the end of a migration. Most of what is listed has ended, and the page asks often.
  let over: ReadonlyMap<string, StoredJournal<Fact>> = new Map();
  return {
    async list() {
      const stored = await journals.list((id) => over.get(id));
      const viewed = stored.flatMap((journal) => {
        const view = viewOf(journal);
        return view === undefined ? [] : [{ journal, view }];
      });
      over = new Map(
        viewed.flatMap(({ journal, view }) => (isOver(view.phase) ? [[journal.id, journal] as const] : [])),
      );
      return {
        migrations: viewed
          .map(({ view }) => view)
          .sort((left, right) => right.updatedAtMs - left.updatedAtMs),
        problems: stored.flatMap(({ id, problem }) =>
          problem === undefined ? [] : [`the journal of ${id}: ${problem}`],
        ),
      };
    },
    async show(id) {
      return migrationView(stateOf(id, await journals.read(id)), AT_REST);
    },
    async report(id) {
      const stored = await journals.read(id);
      stateOf(id, stored);
      return makeReport(stored.facts, AT_REST, clock.nowMs());
    },
  };
}
