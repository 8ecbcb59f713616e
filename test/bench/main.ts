import { loadavg } from 'node:os';
import { builtApp } from '../support/built-app.ts';
import { measureAnswers } from './answers/measure.ts';
import { measureDowntime } from './downtime/measure.ts';
import { readDowntimeOptions, type DowntimeOptions } from './downtime/options.ts';
import { figureLine, isBounded, isBroken, type Figure } from './figures.ts';
import { measureFrames } from './frames/measure.ts';
import { measureInventory } from './inventory/measure.ts';
import { measureMemory } from './memory/measure.ts';

type Say = (text: string) => void;
type Measure = (say: Say, show: Say) => Promise<readonly Figure[]>;

/** The names of the measures come first, then the options of those that have some. */
const words = process.argv.slice(2);
const optionsFrom = words.findIndex((word) => word.startsWith('--'));
const names = optionsFrom < 0 ? words : words.slice(0, optionsFrom);
const downtimeOptions = optionsOrEnd(optionsFrom < 0 ? [] : words.slice(optionsFrom));

const MEASURES: readonly (readonly [string, Measure])[] = [
  ['answers', measureAnswers],
  ['memory', measureMemory],
  ['frames', measureFrames],
  ['inventory', measureInventory],
  ['downtime', (say, show) => measureDowntime(downtimeOptions, say, show)],
];
/** The others look at the built app. */
const RUNS_SOURCES = 'downtime';

/** What happens now goes to standard error; standard output has tables, one line for each figure, and a closing one. */
async function run(wanted: readonly string[]): Promise<number> {
  let [kept, broken] = [0, 0];
  const show = (text: string): void => {
    process.stdout.write(text);
  };
  for (const [name, measure] of MEASURES) {
    if (!wanted.includes(name)) continue;
    const figures = await measure((text) => {
      process.stderr.write(`${name}: ${text}\n`);
    }, show);
    for (const figure of figures) show(`${figureLine(figure)}\n`);
    const bounded = figures.filter(isBounded);
    broken += bounded.filter(isBroken).length;
    kept += bounded.filter((figure) => !isBroken(figure)).length;
  }
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  show(`\n${String(kept)} bounds kept, ${String(broken)} broken; load of the machine ${load}\n`);
  return broken === 0 ? 0 : 1;
}

/** A wrong word ends the process with 2, as a wrong name does. */
function optionsOrEnd(options: readonly string[]): DowntimeOptions {
  try {
    return readDowntimeOptions(options);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

if (names.some((name) => name !== RUNS_SOURCES)) await builtApp();
process.exitCode = await run(names);
