import type { Codec } from '../../../main/domain/codec.ts';
import type { Bench } from './bench.ts';
import { withinBound } from './bounds.ts';
import { runPeer } from './run-peer.ts';
import { runRoute } from './run-route.ts';
import { runLine } from './table.ts';
import { isRoute, WAY_NAMES, type FailedRun, type Run, type Way } from './types.ts';

export interface RoundsOrder {
  readonly sizeMib: number;
  readonly rounds: number;
  readonly ways: readonly Way[];
  readonly codec?: Codec | undefined;
}

/** Every way once a round; each round begins with another, so that none always follows the same one. */
export function orderOf(round: number, ways: readonly Way[]): readonly Way[] {
  const first = (round - 1) % ways.length;
  return [...ways.slice(first), ...ways.slice(0, first)];
}

export interface Rounds {
  readonly runs: readonly Run[];
  readonly failed: readonly FailedRun[];
}

/** Runs all of it, one after the other: two at once would share the machine. */
export async function runRounds(
  bench: Bench,
  { sizeMib, rounds, ways, codec }: RoundsOrder,
  say: (text: string) => void,
): Promise<Rounds> {
  const runs: Run[] = [];
  const failed: FailedRun[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const way of orderOf(round, ways)) {
      const run = await withinBound(sizeMib, WAY_NAMES[way], attempt(bench, way, round, codec));
      if ('why' in run) failed.push(run);
      else runs.push(run);
      const done = `round ${round}, ${runs.length + failed.length} of ${rounds * ways.length} runs`;
      say(`${done}: ${'why' in run ? `${WAY_NAMES[way]} FAILED: ${run.why}` : runLine(run)}`);
    }
  }
  return { runs, failed };
}

/** An hour of measuring is not thrown away for one run that ended badly. */
async function attempt(
  bench: Bench,
  way: Way,
  round: number,
  codec: Codec | undefined,
): Promise<Run | FailedRun> {
  try {
    return isRoute(way) ? await runRoute(bench, way, round, codec) : await runPeer(bench, way, round);
  } catch (error) {
    return { way, round, why: error instanceof Error ? error.message : String(error) };
  }
}
