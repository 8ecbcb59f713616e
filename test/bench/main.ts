import { loadavg } from 'node:os';
import { builtApp } from '../support/built-app.ts';
import { measureAnswers } from './answers/measure.ts';
import { figureLine, isBroken, type Figure } from './figures.ts';
import { measureFrames } from './frames/measure.ts';
import { measureInventory } from './inventory/measure.ts';
import { measureMemory } from './memory/measure.ts';

type Measure = (say: (text: string) => void) => Promise<readonly Figure[]>;

const MEASURES: readonly (readonly [string, Measure])[] = [
  ['answers', measureAnswers],
  ['memory', measureMemory],
  ['frames', measureFrames],
  ['inventory', measureInventory],
];

/** What happens now goes to standard error; standard output has one line for each figure, and a closing one. */
async function run(wanted: readonly string[]): Promise<number> {
  let [kept, broken] = [0, 0];
  for (const [name, measure] of MEASURES) {
    if (!wanted.includes(name)) continue;
    const figures = await measure((text) => {
      process.stderr.write(`${name}: ${text}\n`);
    });
    for (const figure of figures) process.stdout.write(`${figureLine(figure)}\n`);
    const bounded = figures.filter(({ most }) => most !== undefined);
    broken += bounded.filter(isBroken).length;
    kept += bounded.filter((figure) => !isBroken(figure)).length;
  }
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  process.stdout.write(
    `\n${String(kept)} bounds kept, ${String(broken)} broken; load of the machine ${load}\n`,
  );
  return broken === 0 ? 0 : 1;
}

await builtApp();
process.exitCode = await run(process.argv.slice(2));
