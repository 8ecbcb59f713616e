import { experienceOf, type CloudTimes } from '../../domain/experience.ts';
import type { Fact } from '../../domain/facts.ts';
import { isOver, replay, type Migration } from '../../domain/migration.ts';
import type { Journals, StoredJournal } from '../../domain/ports.ts';

/** Reads what earlier migrations of this user in this cloud took. One that is over is read once. */
export function createExperience(journals: Journals<Fact>): (cloud: string) => Promise<CloudTimes> {
  const over = new Map<string, { readonly stored: StoredJournal<Fact>; readonly state: Migration }>();
  return async function experience(cloud) {
    const stored = await journals.list((id) => over.get(id)?.stored);
    const states = stored.flatMap((journal) => {
      const state = over.get(journal.id)?.state ?? replay(journal.facts);
      if (state === undefined) return [];
      if (isOver(state.phase)) over.set(journal.id, { stored: journal, state });
      return [state];
    });
    return experienceOf(states, cloud);
  };
}
