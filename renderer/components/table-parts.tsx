import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { memo, type CSSProperties, type ReactNode } from 'react';

export const ROW_PX = 32;
export const HEAD_PX = 32;

/** One column; cells that hold figures stand at the right. Columns must stay the same objects between renders. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What the column counts, for whoever rests on its header. */
  readonly hint?: string;
  /** In place of the title, such as a checkbox for all rows. */
  readonly head?: ReactNode;
  /** Least width; what is left over goes to the columns that grow. */
  readonly widthPx: number;
  readonly grow?: number;
  readonly figures?: boolean;
  /** Distance from the left at which it stays while the others scroll under it. */
  readonly stickyPx?: number;
  readonly sortable?: boolean;
  readonly cell: (row: Row, selected: boolean) => ReactNode;
}

export interface TableSort {
  readonly key: string;
  readonly descending: boolean;
}

/** Tracks of the grid that head and rows share, and the width below which the table scrolls sideways. */
export function tracksOf<Row>(columns: readonly Column<Row>[]): { tracks: string; leastPx: number } {
  const tracks = columns.map(({ widthPx, grow }) =>
    grow === undefined ? `${String(widthPx)}px` : `minmax(${String(widthPx)}px, ${String(grow)}fr)`,
  );
  return { tracks: tracks.join(' '), leastPx: columns.reduce((sum, { widthPx }) => sum + widthPx, 0) };
}

interface HeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: TableSort | undefined;
  readonly onSort: (key: string) => void;
}

/** The row of headers; a click on one sorts by it, a second click turns the order round. */
export function TableHead<Row>({ columns, sort, onSort }: HeadProps<Row>) {
  return (
    <div role="rowgroup" className="vt-head">
      <div role="row" aria-rowindex={1} className="vt-row">
        {columns.map((column) => {
          const order = sort?.key === column.key ? (sort.descending ? 'descending' : 'ascending') : 'none';
          return (
            <div
              key={column.key}
              role="columnheader"
              className={classOf(column)}
              style={stickyOf(column)}
              title={column.hint}
              {...(column.sortable === true && { 'aria-sort': order })}
            >
              {column.head ??
                (column.sortable === true ? (
                  <button
                    type="button"
                    className="vt-sort"
                    onClick={() => {
                      onSort(column.key);
                    }}
                  >
                    <span>{column.title}</span>
                    {order === 'ascending' && <IconArrowUp size={14} aria-hidden />}
                    {order === 'descending' && <IconArrowDown size={14} aria-hidden />}
                  </button>
                ) : (
                  column.title
                ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface RowProps<Row> {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly id: string;
  readonly index: number;
  readonly topPx: number;
  readonly active: boolean;
  readonly selected: boolean;
}

function PlainRow<Row>({ row, columns, id, index, topPx, active, selected }: RowProps<Row>) {
  return (
    <div
      role="row"
      id={id}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={active ? 'vt-row vt-item vt-active' : 'vt-row vt-item'}
      style={{ transform: `translateY(${String(topPx)}px)` }}
    >
      {columns.map((column) => (
        <div key={column.key} role="gridcell" className={classOf(column)} style={stickyOf(column)}>
          {column.cell(row, selected)}
        </div>
      ))}
    </div>
  );
}

/** Drawn again only if something of it changed: scrolling moves rows in and out, and leaves the others alone. */
export const TableRow = memo(PlainRow) as typeof PlainRow;

function classOf<Row>({ figures, stickyPx }: Column<Row>): string {
  return ['vt-cell', figures === true && 'figures', stickyPx !== undefined && 'vt-sticky']
    .filter(Boolean)
    .join(' ');
}

function stickyOf<Row>({ stickyPx }: Column<Row>): CSSProperties | undefined {
  return stickyPx === undefined ? undefined : { left: stickyPx };
}
