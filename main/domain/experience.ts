import type { Migration } from './migration.ts';

/** What this cloud took for its own part, in seconds: as known from one real Nova, or as seen in earlier migrations. */
export interface CloudTimes {
  /** From the order to stop until it is off. */
  readonly stopSeconds: number;
  /** From the proof until the instance runs at the destination, without the wait until Nova has heard of the stop. */
  readonly handOverSeconds: number;
  /** In how many earlier migrations that was seen; 0 is none. */
  readonly seenIn: number;
}

/**
 * Measured on a Nova 26 with libvirt (docs/handbook/nova.md, handing over: 5.7 s for a stopped instance with all its files in place; each
 * rsync start 0.35-0.5 s of it). A guest that obeys needs a few seconds to stop (1.3 to 1.8 s for a small one on a real Nova;
 * others more).
 */
export const USUAL_TIMES: CloudTimes = { stopSeconds: 5, handOverSeconds: 6, seenIn: 0 };

/** Fewer may all have been odd. */
const LEAST = 3;
/** Clouds are upgraded; what was long ago says little. */
const MOST = 9;

interface Times {
  readonly atMs: number;
  readonly stopMs: number;
  readonly handOverMs: number;
}

/** The medians of the latest migrations in this cloud that stopped a running instance and gave our copy to Nova. */
export function experienceOf(migrations: readonly Migration[], cloud: string): CloudTimes {
  const seen = migrations
    .filter(({ plan }) => plan.cloud === cloud && plan.server.running && plan.route !== 'nova')
    .flatMap((migration) => timesOf(migration) ?? [])
    .sort((left, right) => right.atMs - left.atMs)
    .slice(0, MOST);
  if (seen.length < LEAST) return USUAL_TIMES;
  return {
    stopSeconds: median(seen.map(({ stopMs }) => stopMs)) / 1000,
    handOverSeconds: median(seen.map(({ handOverMs }) => handOverMs)) / 1000,
    seenIn: seen.length,
  };
}

/** `undefined` if it never came so far, or its times make no sense because somebody set the clock. */
function timesOf({ enteredAtMs, handOverBegun, plan }: Migration): Times | undefined {
  const { stopping, preparing, 'handing-over': proven, 'awaiting-verdict': arrived } = enteredAtMs;
  if (stopping === undefined || preparing === undefined) return undefined;
  if (proven === undefined || arrived === undefined || handOverBegun === undefined) return undefined;
  const newsMs = preparing + (plan.options.stopNewsSeconds ?? 0) * 1000;
  const waitedMs = Math.max(0, Math.min(newsMs, handOverBegun.atMs) - proven);
  const [stopMs, handOverMs] = [preparing - stopping, arrived - proven - waitedMs];
  return stopMs < 0 || handOverMs < 0 ? undefined : { atMs: arrived, stopMs, handOverMs };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
