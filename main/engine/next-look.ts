const SOONEST_MS = 250;
/** Looks come further apart the longer it has taken: what an instance loses by a late look stays a small part of it. */
const PART_OF_THE_WAIT = 8;

/** Milliseconds until the next look at the cloud, while an instance is off and waits for it. */
export function nextLookMs(pollMs: number, waitedMs: number): number {
  return Math.min(pollMs, Math.max(SOONEST_MS, waitedMs / PART_OF_THE_WAIT));
}
