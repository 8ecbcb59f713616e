import type { MigrationView } from '@contract/views.ts';
import type { TableSort } from '../../components/table-parts.tsx';
import { kindOf, stateWords, type Kind } from './kinds.ts';

export type Shown = Kind | 'all';

export const SORT_KEYS = [
  'started',
  'name',
  'source',
  'destination',
  'state',
  'size',
  'downtime',
  'by',
  'cloud',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Arrangement {
  readonly shown: Shown;
  readonly search: string;
  readonly sort: TableSort & { readonly key: SortKey };
}

/** Newest first, as one looks for what one has just started. */
export const AT_FIRST: Arrangement = {
  shown: 'all',
  search: '',
  sort: { key: 'started', descending: true },
};

/** What is shown, in its order. Every word of the search must be found in a name, an id, a host, a user or a cloud. */
export function arrange(
  migrations: readonly MigrationView[],
  { shown, search, sort }: Arrangement,
  nowMs: number,
): readonly MigrationView[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = migrations.filter(
    (migration) =>
      (shown === 'all' || kindOf(migration) === shown) &&
      words.every((word) => haystack(migration).includes(word)),
  );
  const sign = sort.descending ? -1 : 1;
  return found.sort(
    (left, right) => sign * compare(sort.key, left, right, nowMs) || startedMs(right) - startedMs(left),
  );
}

function haystack(migration: MigrationView): string {
  const { id, server, source, destination, by, cloud, phase } = migration;
  return [server.name, server.id, id, source, destination, by, cloud, phase, stateWords(migration).word]
    .join('\n')
    .toLowerCase();
}

function compare(key: SortKey, left: MigrationView, right: MigrationView, nowMs: number): number {
  switch (key) {
    case 'started':
      return startedMs(left) - startedMs(right);
    case 'name':
      return byName(left.server.name, right.server.name);
    case 'source':
    case 'destination':
    case 'by':
    case 'cloud':
      return byName(left[key], right[key]);
    case 'state':
      return byName(stateWords(left).word, stateWords(right).word);
    case 'size':
      return left.bytesToMove - right.bytesToMove;
    case 'downtime':
      return (downtimeMs(left, nowMs) ?? -1) - (downtimeMs(right, nowMs) ?? -1);
  }
}

/** `web-2` before `web-10`. */
function byName(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

export function startedMs({ enteredAtMs, updatedAtMs }: MigrationView): number {
  return enteredAtMs.planned ?? updatedAtMs;
}

/** How long the instance was off, or is off by now; `undefined` if it was not stopped by this. */
export function downtimeMs({ downtime }: MigrationView, nowMs: number): number | undefined {
  const { startMs, endMs } = downtime;
  return startMs === undefined ? undefined : Math.max(0, (endMs ?? nowMs) - startMs);
}
