import type { Rates } from './rates.ts';

/** As many as a person reads; more spans are put together. */
const MOST_ROWS = 60;

export interface RateRow {
  /** End of the row's time. */
  readonly atSeconds: number;
  /** MiB/s, in the order of the disks; averages over the row's time. */
  readonly values: readonly (number | null)[];
  readonly total: number | null;
}

/** The rates as rows, newest first. */
export function tableRows({ atSeconds, disks }: Rates): readonly RateRow[] {
  const together = Math.max(1, Math.ceil(atSeconds.length / MOST_ROWS));
  const rows: RateRow[] = [];
  for (let from = 0; from < atSeconds.length; from += together) {
    const until = Math.min(from + together, atSeconds.length);
    const values = disks.map(({ mibPerSecond }) => average(mibPerSecond.slice(from, until)));
    const heard = values.filter((value) => value !== null);
    rows.unshift({
      atSeconds: atSeconds[until - 1] ?? 0,
      values,
      total: heard.length === 0 ? null : heard.reduce((sum, value) => sum + value, 0),
    });
  }
  return rows;
}

function average(values: readonly (number | null)[]): number | null {
  const heard = values.filter((value) => value !== null);
  return heard.length === 0 ? null : heard.reduce((sum, value) => sum + value, 0) / heard.length;
}
