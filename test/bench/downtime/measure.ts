import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Figure } from '../figures.ts';
import { barFigures } from './bars.ts';
import { withBench } from './bench.ts';
import { chartOf } from './chart.ts';
import { load, lookAtMachine } from './machine.ts';
import type { DowntimeOptions } from './options.ts';
import { runRounds } from './rounds.ts';
import { summarize, type WaySummary } from './summary.ts';
import { sizeWords, tablesOf } from './table.ts';
import type { FailedRun, Machine, Run } from './types.ts';

/** All that was measured, as `--json` writes it. Seconds and bytes say so in their names. */
export interface DowntimeResult {
  readonly measuredAt: string;
  readonly options: Omit<DowntimeOptions, 'json' | 'svg'>;
  readonly machine: Machine;
  readonly runs: readonly Run[];
  readonly failed: readonly FailedRun[];
  readonly summaries: readonly WaySummary[];
  readonly figures: readonly Figure[];
}

/** Runs every way and puts together what they say. Nothing of it is left behind. */
export async function compareDowntimes(
  { sizeMib, rounds, ways, codec }: Omit<DowntimeOptions, 'json' | 'svg'>,
  say: (text: string) => void,
): Promise<DowntimeResult> {
  const about = await lookAtMachine();
  const loadBefore = load();
  const { runs, failed } = await withBench(sizeMib, say, (bench) =>
    runRounds(bench, { sizeMib, rounds, ways, codec }, say),
  );
  const summaries = summarize(runs);
  return {
    measuredAt: new Date().toISOString(),
    options: { sizeMib, rounds, ways, codec },
    machine: { ...about, loadBefore, loadAfter: load() },
    runs,
    failed,
    summaries,
    figures: [...barFigures(summaries, ways), failures(failed)],
  };
}

/** The measure of `npm run bench`: a table for a person, files if they are wanted, and what was promised. */
export async function measureDowntime(
  options: DowntimeOptions,
  say: (text: string) => void,
  show: (text: string) => void,
): Promise<readonly Figure[]> {
  await mustBeWritable([options.json, options.svg]);
  const result = await compareDowntimes(options, say);
  const { summaries, machine, figures } = result;
  if (!machine.ownNetwork)
    say('no network of its own: what else used the loopback interface was counted as bytes on the wire');
  show(`${tablesOf(summaries, options.sizeMib, options.rounds)}\n`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.svg !== undefined) await writeFile(options.svg, chartOf(summaries, ...captions(result)));
  return figures;
}

/** Better told now than after the last round. */
async function mustBeWritable(files: readonly (string | undefined)[]): Promise<void> {
  for (const file of files) if (file !== undefined) await access(dirname(resolve(file)), constants.W_OK);
}

function failures(failed: readonly FailedRun[]): Figure {
  return { name: 'runs that did not come to their end', value: failed.length, unit: '', most: 0 };
}

function captions({ options, machine }: DowntimeResult): readonly [heading: string, note: string] {
  const gib = (bytes: number): string => (bytes / 1024 ** 3).toFixed(0);
  const rounds = options.rounds === 1 ? 'one round' : `median and range of ${options.rounds} rounds`;
  return [
    `How long an instance of ${sizeWords(options.sizeMib)} is off`,
    `${rounds}; both hosts on one machine: ${machine.cores} cores, ${gib(machine.memoryBytes)} GiB. Nova: the copy alone.`,
  ];
}
