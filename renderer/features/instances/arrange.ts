import type { Row } from './rows.ts';

export const SORT_KEYS = [
  'name',
  'status',
  'host',
  'project',
  'allocated',
  'virtual',
  'chain',
  'changed',
  'notes',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** What is left out of the list. Status is Nova's word, or one of two kinds that are no status of Nova's. */
export interface Filter {
  readonly text: string;
  readonly host: string | undefined;
  readonly status: string | undefined;
}
export const STUCK = 'looks stuck';
export const MOVING = 'being migrated';

export function filterRows(rows: readonly Row[], { text, host, status }: Filter): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      (host === undefined || row.instance.host === host) &&
      (status === undefined || hasStatus(row, status)) &&
      words.every((word) => row.searched.includes(word)),
  );
}

function hasStatus(row: Row, status: string): boolean {
  if (status === STUCK) return row.instance.warning !== undefined;
  if (status === MOVING) return row.migration !== undefined;
  return row.instance.status === status;
}

/** Every status that occurs, with its count, and the two kinds if there are any of them. */
export function statusChoices(
  rows: readonly Row[],
): readonly { readonly value: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  const count = (value: string): void => {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  for (const { instance, migration } of rows) {
    count(instance.status);
    if (instance.warning !== undefined) count(STUCK);
    if (migration !== undefined) count(MOVING);
  }
  return [...counts]
    .map(([value, number]) => ({ value, count: number }))
    .sort((left, right) => rank(left.value) - rank(right.value) || (left.value < right.value ? -1 : 1));
}

function rank(value: string): number {
  return value === STUCK ? 0 : value === MOVING ? 1 : 2;
}

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** In the order that was asked for, then by name and id. What is not known comes last, both ways. */
export function sortRows(rows: readonly Row[], { key, descending }: Sort): readonly Row[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row, key) }));
  keyed.sort((left, right) => {
    if (left.value === undefined || right.value === undefined) {
      if (left.value === right.value) return byName(left.row, right.row);
      return left.value === undefined ? 1 : -1;
    }
    const order = compare(left.value, right.value);
    return (descending ? -order : order) || byName(left.row, right.row);
  });
  return keyed.map(({ row }) => row);
}

function valueOf(row: Row, key: SortKey): string | number | undefined {
  switch (key) {
    case 'name':
      return row.instance.name;
    case 'status':
      return row.status.word;
    case 'host':
      return row.instance.host;
    case 'project':
      return row.instance.projectName ?? row.instance.projectId;
    case 'allocated':
      return row.allocatedBytes;
    case 'virtual':
      return row.virtualBytes;
    case 'chain':
      return row.chain?.word;
    case 'changed':
      return Number.isNaN(row.updatedAtMs) ? undefined : -row.updatedAtMs;
    case 'notes':
      return notesRank(row);
  }
}

/** What wants an eye comes first. */
function notesRank({ instance, migration }: Row): number {
  if (migration !== undefined) return 0;
  if (instance.warning !== undefined) return 1;
  if (instance.taskState !== undefined) return 2;
  if (instance.locked === true) return 3;
  return instance.volumes > 0 ? 4 : instance.configDrive ? 5 : 6;
}

function compare(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return names.compare(String(left), String(right));
}

function byName(left: Row, right: Row): number {
  return (
    names.compare(left.instance.name, right.instance.name) || (left.instance.id < right.instance.id ? -1 : 1)
  );
}
