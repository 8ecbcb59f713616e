import { create } from 'zustand';
import { AT_FIRST, SORT_KEYS, type Arrangement } from './arrange.ts';

interface View extends Arrangement {
  /** Id of the row that the keyboard is on. */
  readonly active: string | undefined;
}

/** How the list is looked at; it is the same when one comes back from a case. */
export const useView = create<View>(() => ({ ...AT_FIRST, active: undefined }));

export function search(words: string): void {
  useView.setState({ search: words });
}

/** A second press on the same header turns the order round; figures begin with the largest. */
export function sortBy(title: string): void {
  const key = SORT_KEYS.find((known) => known === title);
  if (key === undefined) return;
  useView.setState(({ sort }) => ({
    sort: { key, descending: sort.key === key ? !sort.descending : key === 'bytes' || key === 'age' },
  }));
}
