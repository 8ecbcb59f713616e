import { go } from '../../route.ts';
import type { Row } from './rows.ts';
import { useView } from './view.ts';

/** Goes to the plan of these; if some cannot move, says which and why instead. */
export function planThem(rows: readonly Row[]): void {
  if (rows.length === 0) return;
  const ids = rows.map(({ instance }) => instance.id);
  if (rows.some(({ refusal }) => refusal !== undefined)) {
    useView.setState({ refused: ids });
    return;
  }
  useView.setState({ refused: undefined });
  go({ page: 'plan', servers: ids });
}

/** What a plan would be for: what is selected, shown or not; without a selection, the active row. */
export function rowsToPlan(
  rows: readonly Row[],
  selected: ReadonlySet<string>,
  active: string | undefined,
): readonly Row[] {
  if (selected.size > 0) return rows.filter(({ instance }) => selected.has(instance.id));
  return rows.filter(({ instance }) => instance.id === active);
}
