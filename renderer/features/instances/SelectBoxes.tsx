import { useEffect, useRef } from 'react';
import { toggleAll } from './selection.ts';
import { useShownIds } from './shown.ts';
import { select, useView } from './view.ts';

/** The box of one row. The table itself turns it over, so that Shift makes a range. */
export function SelectOne({ name, selected }: { readonly name: string; readonly selected: boolean }) {
  return (
    <span data-select className="inst-box">
      <input type="checkbox" tabIndex={-1} readOnly checked={selected} aria-label={`Select ${name}`} />
    </span>
  );
}

/** All rows that the filters let through; half ticked if some of them are selected. */
export function SelectAll() {
  const shown = useShownIds();
  const box = useRef<HTMLInputElement>(null);
  const count = useView(({ selection }) => shown.filter((id) => selection.ids.has(id)).length);
  const all = shown.length > 0 && count === shown.length;
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = count > 0 && !all;
  }, [count, all]);
  return (
    <span className="inst-box">
      <input
        ref={box}
        type="checkbox"
        checked={all}
        disabled={shown.length === 0}
        aria-label="Select all that are shown"
        onChange={() => {
          select((before) => toggleAll(before, shown));
        }}
      />
    </span>
  );
}
