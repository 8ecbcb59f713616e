import { create } from 'zustand';
import type { Filter, Sort } from './arrange.ts';
import { NOTHING_SELECTED, type Selection } from './selection.ts';

interface ViewState {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly selection: Selection;
  /** Id of the row that the keyboard is on, and that the details are about. */
  readonly active: string | undefined;
  readonly detailsOpen: boolean;
  /** Ids that were asked to be planned although some of them cannot move; the page says which and why. */
  readonly refused: readonly string[] | undefined;
}

const ALL: Filter = { text: '', host: undefined, status: undefined };

/** How the admin looks at the list; it is still so when they come back from a plan. */
export const useView = create<ViewState>(() => ({
  filter: ALL,
  sort: { key: 'name', descending: false },
  selection: NOTHING_SELECTED,
  active: undefined,
  detailsOpen: false,
  refused: undefined,
}));

export function setFilter(change: Partial<Filter>): void {
  useView.setState(({ filter }) => ({ filter: { ...filter, ...change } }));
}

export function showAll(): void {
  useView.setState({ filter: ALL });
}

/** A second click on the same column turns the order round. */
export function sortBy(key: Sort['key']): void {
  useView.setState(({ sort }) => ({
    sort: { key, descending: sort.key === key && !sort.descending },
  }));
}

export function select(change: (before: Selection) => Selection): void {
  useView.setState(({ selection }) => ({ selection: change(selection), refused: undefined }));
}
