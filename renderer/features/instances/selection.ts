/** Ids that are selected, and the one from which a range with Shift begins. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly anchor: string | undefined;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: undefined };

/** Turns one over. */
export function toggle({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Takes in everything from the anchor to this one, in the order that is shown. Without an anchor it is a toggle. */
export function selectTo(before: Selection, id: string, shown: readonly string[]): Selection {
  const from = before.anchor === undefined ? -1 : shown.indexOf(before.anchor);
  const to = shown.indexOf(id);
  if (from < 0 || to < 0) return toggle(before, id);
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...before.ids, ...range]), anchor: before.anchor };
}

/** All that is shown; if all of it is selected already, none of it. */
export function toggleAll(before: Selection, shown: readonly string[]): Selection {
  const all = shown.every((id) => before.ids.has(id));
  const next = new Set(before.ids);
  for (const id of shown) {
    if (all) next.delete(id);
    else next.add(id);
  }
  return { ids: next, anchor: undefined };
}

/** Drops what is not there any more. The same object if nothing is. */
export function onlyThere(before: Selection, there: ReadonlySet<string>): Selection {
  const ids = [...before.ids].filter((id) => there.has(id));
  return ids.length === before.ids.size ? before : { ids: new Set(ids), anchor: undefined };
}
