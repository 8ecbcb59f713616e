import { useId, useRef, type CSSProperties, type KeyboardEvent, type MouseEvent } from 'react';
import { tableMove, type TableMove } from './table-keys.ts';
import {
  HEAD_PX,
  ROW_PX,
  TableHead,
  TableRow,
  tracksOf,
  type Column,
  type TableSort,
} from './table-parts.tsx';
import { useVirtualRows } from './use-virtual-rows.ts';
import './virtual-table.css';

interface VirtualTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly sort: TableSort | undefined;
  readonly onSort: (key: string) => void;
  /** Key of the row that the keyboard is on. */
  readonly active: string | undefined;
  readonly selected: ReadonlySet<string>;
  /** A row was gone to, selected or opened; clicks come as the same moves as keys do. `key` is the row's. */
  readonly onMove: (move: TableMove, key: string | undefined) => void;
  /** Keys that mean nothing to the table itself. */
  readonly onOtherKey?: (event: KeyboardEvent) => void;
  /** Height of each row, for cells of several lines. */
  readonly rowPx?: number;
}

/**
 * A grid of any number of rows of one height, of which only those in view are in the page. One tab stop; the arrows
 * walk through the rows. A click opens a row; on an element with `data-select` it selects; links and buttons in a row
 * do their own.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, columns, keyOf, sort, onSort, active, selected, onMove, onOtherKey } = props;
  const { rowPx = ROW_PX } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const idPrefix = useId();
  const activeIndex = active === undefined ? -1 : rows.findIndex((row) => keyOf(row) === active);
  const { virtualizer, page } = useVirtualRows(scroller, rows.length, activeIndex, rowPx);

  const act = (move: TableMove, index: number): void => {
    const row = rows[move.kind === 'go' ? move.index : index];
    if (move.kind === 'go') virtualizer.scrollToIndex(move.index);
    onMove(move, row === undefined ? undefined : keyOf(row));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const move = tableMove(event, activeIndex, rows.length, page);
    if (move === undefined) {
      onOtherKey?.(event);
      return;
    }
    event.preventDefault();
    act(move, activeIndex);
  };
  const click = (event: MouseEvent): void => {
    const { index, what } = hitOf(event.target);
    if (what === 'own') return;
    onMove({ kind: 'go', index }, keyAt(index));
    onMove(what === 'select' ? { kind: 'select', range: event.shiftKey } : { kind: 'open' }, keyAt(index));
  };
  const keyAt = (index: number): string | undefined => {
    const row = rows[index];
    return row === undefined ? undefined : keyOf(row);
  };
  /** The keyboard stays with the table whatever is clicked in it, and Shift does not mark text. */
  const keepFocus = (event: MouseEvent): void => {
    if (hitOf(event.target).what === 'own') return;
    event.preventDefault();
    scroller.current?.focus({ preventScroll: true });
  };

  const { tracks, leastPx } = tracksOf(columns);
  const items = virtualizer.getVirtualItems();
  const drawn = items.some(({ index }) => index === activeIndex);
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable
      aria-activedescendant={drawn ? `${idPrefix}${String(activeIndex)}` : undefined}
      tabIndex={0}
      className="vt"
      style={{ '--vt-tracks': tracks, '--vt-row': `${String(rowPx)}px` } as CSSProperties}
      onKeyDown={press}
    >
      <div style={{ minWidth: leastPx }} role="presentation">
        <TableHead columns={columns} sort={sort} onSort={onSort} />
        <div
          role="rowgroup"
          className="vt-body"
          style={{ height: virtualizer.getTotalSize() }}
          onMouseDown={keepFocus}
          onClick={click}
        >
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const key = keyOf(row);
            return (
              <TableRow
                key={key}
                row={row}
                columns={columns}
                id={`${idPrefix}${String(index)}`}
                index={index}
                topPx={start - HEAD_PX}
                active={index === activeIndex}
                selected={selected.has(key)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Which row was hit, and whether the click is for the row, for its selection, or for something of its own. */
function hitOf(target: EventTarget): { readonly index: number; readonly what: 'row' | 'select' | 'own' } {
  if (!(target instanceof Element)) return { index: -1, what: 'own' };
  const index = Number(target.closest('[data-index]')?.getAttribute('data-index') ?? -1);
  if (index < 0 || target.closest('a, button') !== null) return { index, what: 'own' };
  return { index, what: target.closest('[data-select]') === null ? 'row' : 'select' };
}
