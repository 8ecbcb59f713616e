import { errorPercent, median, ratioOf, spreadOf, type Spread } from './statistics.ts';
import { PEERS, WAYS, type Peer, type Run, type Spent, type Way } from './types.ts';

/** What all rounds of one way say together. */
export interface WaySummary {
  readonly way: Way;
  readonly downtimeSeconds: Spread;
  readonly totalSeconds: Spread;
  /** Medians of each. */
  readonly spent: Spent;
  /** Medians of each part, in seconds. */
  readonly parts: Readonly<Record<string, number>>;
  /** How many times as long each of Nova's ways took. */
  readonly shorterThan: Readonly<Record<Peer, number>>;
  /** While it copied; NaN where the copy is Nova's, in the middle of other things. */
  readonly copyBytesPerSecond: number;
  /** Medians of the longest copy alone; NaN as above. */
  readonly copyJobSeconds: number;
  /** In percent of the copy; NaN where nothing is proven. */
  readonly proofPercent: number;
  /** Neither flattening, copy, proof nor the cloud's own time; NaN where these cannot be told apart. */
  readonly restSeconds: number;
  readonly cloudSeconds: number;
  /** Medians; NaN where nothing was predicted. */
  readonly predictedSeconds: number;
  readonly errorPercent: number;
}

/** Ways that were not run are left out. */
export function summarize(runs: readonly Run[]): readonly WaySummary[] {
  return WAYS.filter((way) => runs.some((run) => run.way === way)).map((way) => summaryOf(way, runs));
}

/** Of a way of which no run came to its end: nothing but NaN. */
export function emptySummary(way: Way): WaySummary {
  return summaryOf(way, []);
}

function summaryOf(way: Way, all: readonly Run[]): WaySummary {
  const mine = all.filter((run) => run.way === way);
  const middle = (of: (run: Run) => number): number => median(mine.map(of));
  const taken = (side: 'source' | 'destination' | 'own'): Spent['own'] => ({
    cpuSeconds: middle((run) => run[side].cpuSeconds),
    peakBytes: middle((run) => run[side].peakBytes),
  });
  const names = Object.keys(mine[0]?.parts ?? {});
  const predicted = mine.filter((run) => run.predictedSeconds !== undefined);
  return {
    way,
    downtimeSeconds: spreadOf(mine.map((run) => run.downtimeSeconds)),
    totalSeconds: spreadOf(mine.map((run) => run.totalSeconds)),
    spent: {
      wireBytes: middle((run) => run.wireBytes),
      controlBytes: middle((run) => run.controlBytes),
      stolenPercent: middle((run) => run.stolenPercent),
      source: taken('source'),
      destination: taken('destination'),
      own: taken('own'),
    },
    parts: Object.fromEntries(names.map((name) => [name, middle((run) => run.parts[name] ?? 0)])),
    shorterThan: {
      'nova-icehouse': shorterThan('nova-icehouse', mine, all),
      'nova-scp': shorterThan('nova-scp', mine, all),
      'nova-rsync': shorterThan('nova-rsync', mine, all),
    },
    copyBytesPerSecond: middle((run) => run.movedBytes / (run.parts['copy'] ?? Number.NaN)),
    copyJobSeconds: middle((run) => run.copyJobSeconds ?? Number.NaN),
    proofPercent: middle(proofPercentOf),
    restSeconds: middle(restSecondsOf),
    cloudSeconds: middle((run) => run.cloudSeconds ?? Number.NaN),
    predictedSeconds: median(predicted.map((run) => run.predictedSeconds ?? Number.NaN)),
    errorPercent: median(
      predicted.map((run) => errorPercent(run.predictedSeconds ?? Number.NaN, run.downtimeSeconds)),
    ),
  };
}

function shorterThan(peer: (typeof PEERS)[number], mine: readonly Run[], all: readonly Run[]): number {
  return ratioOf(
    mine.map((run) => {
      const theirs = all.find((other) => other.way === peer && other.round === run.round);
      return [theirs?.downtimeSeconds, run.downtimeSeconds];
    }),
  );
}

function proofPercentOf({ parts }: Run): number {
  const { copy = Number.NaN, prove = Number.NaN } = parts;
  return (prove / copy) * 100;
}

/** Preparing is flattening where there is any, and else a rest. */
export function restSecondsOf({ way, downtimeSeconds, cloudSeconds = Number.NaN, parts }: Run): number {
  const { copy = Number.NaN, prove = Number.NaN, prepare = 0 } = parts;
  const flatten = way === 'flatten' ? prepare : 0;
  return downtimeSeconds - flatten - copy - prove - cloudSeconds;
}
