import { refuse } from './nova-errors.ts';
import type { NovaRequest } from './nova.ts';

/** Nova's `osapi_max_limit`. */
const MAX_LIMIT = 1000;

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** The `…_links` of the answer; absent on the last page. */
  readonly links: readonly { readonly rel: 'next'; readonly href: string }[] | undefined;
}

/** Cuts one page out of all rows, by `limit` and `marker`. A full page has a link to the next, even if that is empty. */
export function pageOf<Row>(
  request: NovaRequest,
  rows: readonly Row[],
  idOf: (row: Row) => string,
): Page<Row> {
  const marker = request.query.get('marker');
  const asked = request.query.get('limit');
  if (asked !== null && !/^\d+$/.test(asked)) throw refuse(400, `Invalid input for query parameters limit.`);
  const limit = Math.min(asked === null ? MAX_LIMIT : Number(asked), MAX_LIMIT);
  const start = marker === null ? 0 : rows.findIndex((row) => idOf(row) === marker) + 1;
  if (marker !== null && start === 0) throw refuse(400, `Marker ${marker} could not be found.`);
  const page = rows.slice(start, start + limit);
  const last = page.at(-1);
  if (last === undefined || page.length < limit) return { rows: page, links: undefined };
  const query = new URLSearchParams(request.query);
  query.delete('marker');
  query.sort();
  query.append('marker', idOf(last));
  return {
    rows: page,
    links: [{ rel: 'next', href: `${request.origin}${request.path}?${query.toString()}` }],
  };
}
