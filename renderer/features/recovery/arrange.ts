import { URGENCIES } from '@contract/recovery-steps.ts';
import type { TableSort } from '../../components/table-parts.tsx';
import type { StuckCase } from '../../store/recovery.ts';

export const SORT_KEYS = ['urgency', 'name', 'status', 'host', 'what', 'clock', 'age', 'bytes'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Arrangement {
  readonly search: string;
  readonly sort: TableSort & { readonly key: SortKey };
}

/** Worst first, and of the same urgency the one with the most at stake. */
export const AT_FIRST: Arrangement = { search: '', sort: { key: 'urgency', descending: false } };

/** What is shown, in its order. Every word of the search must be found somewhere in the line. */
export function arrange(cases: readonly StuckCase[], { search, sort }: Arrangement): readonly StuckCase[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const sign = sort.descending ? -1 : 1;
  return cases
    .filter((line) => words.every((word) => haystack(line).includes(word)))
    .sort((left, right) => sign * compare(sort.key, left, right) || byUrgency(left, right));
}

function haystack({ id, name, status, host = '', title, verdict, urgency }: StuckCase): string {
  return [id, name, status, host, title, verdict, urgency].join('\n').toLowerCase();
}

function compare(key: SortKey, left: StuckCase, right: StuckCase): number {
  switch (key) {
    case 'urgency':
      return byUrgency(left, right);
    case 'name':
    case 'status':
      return byWord(left[key], right[key]);
    case 'host':
      return byWord(left.host ?? '', right.host ?? '');
    case 'what':
      return byWord(left.title, right.title);
    case 'clock':
      return clockOf(left) - clockOf(right);
    case 'age':
      return right.updatedAt.localeCompare(left.updatedAt);
    case 'bytes':
      return left.bytesAtStake - right.bytesAtStake;
  }
}

function byUrgency(left: StuckCase, right: StuckCase): number {
  return (
    URGENCIES.indexOf(left.urgency) - URGENCIES.indexOf(right.urgency) ||
    right.bytesAtStake - left.bytesAtStake
  );
}

/** `web-2` before `web-10`. */
function byWord(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

/** What has no clock comes after all that have one. */
function clockOf({ nextClock }: StuckCase): number {
  return nextClock?.atMs ?? Number.MAX_SAFE_INTEGER;
}
