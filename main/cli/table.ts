import { cutMiddle, printable } from '../domain/naming.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Longest cell in characters; longer ones are cut in the middle. */
  readonly width?: number;
}

/** Plain columns for a terminal. Cells come from the cloud and from hosts, so control characters are made visible. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map((column) => column.title), ...rows].map((row) =>
    columns.map((column, index) => cutMiddle(printable(row[index] ?? ''), column.width ?? 200)),
  );
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => length(row[index] ?? ''))));
  return cells
    .map((row) =>
      row
        .map((cell, index) => {
          const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - length(cell)));
          return columns[index]?.align === 'right' ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function length(text: string): number {
  return Array.from(text).length;
}
