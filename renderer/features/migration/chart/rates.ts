import type { Series } from '../../../store/samples.ts';

/** Rates of every disk on one common time axis, ready to draw. */
export interface Rates {
  /** Seconds since 1970, ascending; each is the end of the span that its rates are the average of. */
  readonly atSeconds: readonly number[];
  readonly disks: readonly {
    readonly name: string;
    /** MiB/s; `null` where the disk did not travel, or nothing was heard. */
    readonly mibPerSecond: readonly (number | null)[];
  }[];
}

const MOST_POINTS = 300;
const LEAST_SPAN_MS = 1_000;
/** A longer silence between two counts is a gap and not an average. */
const LEAST_GAP_MS = 30_000;
const MIB = 1024 ** 2;

/** Turns counts into rates: the difference of the interpolated counts over spans of equal length. */
export function ratesOf(samples: Readonly<Record<string, Series>>): Rates {
  const entries = Object.entries(samples).filter(([, { atMs }]) => atMs.length > 1);
  const firstMs = Math.min(...entries.map(([, { atMs }]) => atMs[0] ?? Infinity));
  const lastMs = Math.max(...entries.map(([, { atMs }]) => atMs.at(-1) ?? 0));
  if (entries.length === 0 || lastMs <= firstMs) return { atSeconds: [], disks: [] };
  const spanMs = Math.max(LEAST_SPAN_MS, Math.ceil((lastMs - firstMs) / MOST_POINTS / 1000) * 1000);
  const gapMs = Math.max(LEAST_GAP_MS, 4 * spanMs);
  // Edges at whole spans since 1970, so that a growing series does not make earlier points jump.
  const from = Math.floor(firstMs / spanMs);
  const edges = Array.from(
    { length: Math.ceil(lastMs / spanMs) - from + 1 },
    (_none, index) => (from + index) * spanMs,
  );
  return {
    atSeconds: edges.slice(1).map((atMs) => atMs / 1000),
    disks: entries
      .sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true }))
      .map(([name, series]) => ({ name, mibPerSecond: spread(series, edges, gapMs) })),
  };
}

/** Gives the bytes between each two counts to the spans that they lie in. */
function spread(series: Series, edges: readonly number[], gapMs: number): readonly (number | null)[] {
  const bytes: (number | null)[] = edges.slice(1).map(() => null);
  const heardMs = edges.slice(1).map(() => 0);
  const [first = 0, second = 1] = edges;
  const spanMs = second - first;
  for (let index = 1; index < series.atMs.length; index += 1) {
    const fromMs = series.atMs[index - 1] ?? 0;
    const toMs = series.atMs[index] ?? 0;
    const moved = (series.bytesDone[index] ?? 0) - (series.bytesDone[index - 1] ?? 0);
    // A smaller count is a copy begun again: nothing is known of the time between.
    if (moved < 0 || toMs <= fromMs || toMs - fromMs > gapMs) continue;
    const last = Math.min(bytes.length - 1, Math.ceil((toMs - first) / spanMs) - 1);
    for (let at = Math.max(0, Math.floor((fromMs - first) / spanMs)); at <= last; at += 1) {
      const left = first + at * spanMs;
      const shared = Math.min(toMs, left + spanMs) - Math.max(fromMs, left);
      if (shared <= 0) continue;
      bytes[at] = (bytes[at] ?? 0) + (moved * shared) / (toMs - fromMs);
      heardMs[at] = (heardMs[at] ?? 0) + shared;
    }
  }
  // The first and the last span are heard of in part only.
  return bytes.map((value, at) => {
    const ms = heardMs[at] ?? 0;
    return value === null || ms === 0 ? null : (value * 1000) / ms / MIB;
  });
}
