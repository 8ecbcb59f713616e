/** A count of bytes at a time. Cumulative: a lost one costs a point, not the truth. */
export interface Count {
  readonly atMs: number;
  readonly bytesDone: number;
}

export interface Pace {
  readonly latest: Count;
  /** Smoothed over about ten seconds; `undefined` until two counts differ in time. */
  readonly bytesPerSecond: number | undefined;
}

/** After this time a change of speed counts for about two thirds. */
const SMOOTHING_MS = 10_000;

/** Takes one more count. A count that is older, or smaller (a copy begun again), starts afresh. */
export function pace(before: Pace | undefined, now: Count): Pace {
  if (before === undefined || now.bytesDone < before.latest.bytesDone)
    return { latest: now, bytesPerSecond: undefined };
  const elapsedMs = now.atMs - before.latest.atMs;
  if (elapsedMs <= 0) return before;
  const rate = ((now.bytesDone - before.latest.bytesDone) * 1000) / elapsedMs;
  if (before.bytesPerSecond === undefined) return { latest: now, bytesPerSecond: rate };
  const weight = 1 - Math.exp(-elapsedMs / SMOOTHING_MS);
  return { latest: now, bytesPerSecond: before.bytesPerSecond + weight * (rate - before.bytesPerSecond) };
}

/** Seconds until `bytesTotal`; `undefined` while nothing moves. */
export function secondsLeft(current: Pace | undefined, bytesTotal: number): number | undefined {
  if (current?.bytesPerSecond === undefined || current.bytesPerSecond <= 0) return undefined;
  return Math.max(0, bytesTotal - current.latest.bytesDone) / current.bytesPerSecond;
}

/**
 * Adds a point to those that are kept, oldest first, never more than `most` (4 or more). When there are too many, every
 * second one of the older half goes: the first and the newest stay, and what is recent is told more finely.
 */
export function keepPoint<T>(points: readonly T[], point: T, most: number): readonly T[] {
  const all = [...points, point];
  if (all.length <= most) return all;
  const half = Math.floor(all.length / 2);
  return all.filter((_kept, index) => index >= half || index % 2 === 0);
}
