/** Middle and both ends of what was measured; NaN of nothing. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { median: Number.NaN, least: Number.NaN, most: Number.NaN };
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * How many times as much the one took as the other, round by round, then the middle: what was busy in a round was so
 * for both.
 *
 * @param pairs - What is compared with, then what is compared; rounds in which one is missing are left out.
 */
export function ratioOf(pairs: readonly (readonly [number | undefined, number | undefined])[]): number {
  return median(
    pairs.flatMap(([left, right]) =>
      left === undefined || right === undefined || right === 0 ? [] : [left / right],
    ),
  );
}

/** By how much what was said misses what came, in percent of what came; above zero, too much was said. */
export function errorPercent(predicted: number, actual: number): number {
  return (predicted / actual - 1) * 100;
}
