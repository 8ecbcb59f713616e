// What `npm run test:faults` runs: build/faults.mjs has seen to all that it needs.
import { writeFile } from 'node:fs/promises';
import type { FaultCase } from './fault-case.ts';
import { openField, type Lane } from './field.ts';
import { KINDS } from './kinds/all.ts';
import { readFaultOptions, type FaultOptions } from './options.ts';
import { caseNamed, planCases } from './plan.ts';
import { passed, progressLine, summary, type Result } from './report.ts';
import { runCase } from './run-case.ts';

function casesOf({ seed, cases, only, ids, short }: FaultOptions): readonly FaultCase[] {
  const kinds = KINDS.filter(({ name }) => only.includes(name));
  const whole = kinds.reduce((sum, { share }) => sum + share, 0);
  if (ids.length === 0) return planCases(kinds, seed, cases ?? (short ? 1 : whole));
  return ids.map((id) => {
    const found = caseNamed(KINDS, seed, id);
    if (found === undefined) throw new Error(`there is no case ${id}`);
    return found;
  });
}

async function main(options: FaultOptions): Promise<number> {
  const cases = casesOf(options);
  const lanes = Math.min(options.lanes, cases.length);
  process.stdout.write(
    `${String(cases.length)} cases, seed ${String(options.seed)}, ${String(lanes)} at a time\n`,
  );
  const field = await openField(lanes);
  const results: Result[] = [];
  const waiting = [...cases];
  // Ctrl-C: what goes on is brought to its end, and all that was seen is told.
  const stop = (signal: string): void => {
    process.stdout.write(`${signal}: no more cases are begun\n`);
    waiting.length = 0;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const begunMs = performance.now();
  const serve = async (lane: Lane): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const result = await runCase(field, lane, one);
      results.push(result);
      const secondsEach = (performance.now() - begunMs) / 1000 / results.length;
      const left = secondsEach * (waiting.length + lanes - 1);
      process.stdout.write(`${progressLine(result, results.length, cases.length, left)}\n`);
      await note(options, results);
    }
  };
  try {
    await Promise.all(field.lanes.map(serve));
  } finally {
    await field.down();
  }
  const failed = results.filter((result) => !passed(result)).length;
  process.stdout.write(`\n${summary(KINDS, results, options.seed)}\n\n`);
  process.stdout.write(`${String(results.length - failed)} passed, ${String(failed)} failed\n`);
  return failed === 0 ? 0 : 1;
}

/** After every case: a run that is broken off has told what it saw. */
async function note({ json, seed }: FaultOptions, results: readonly Result[]): Promise<void> {
  if (json === undefined) return;
  const told = results.map(({ one, ...rest }) => {
    const { id, kind, title, travel, moment } = one;
    const { judgement, met, seconds } = rest;
    const evidence = judgement.problems.length > 0 ? { commands: rest.commands, log: rest.log } : {};
    const ok = passed({ one, ...rest });
    return { id, kind, ok, title, travel, moment, ...judgement, met, seconds, ...evidence };
  });
  await writeFile(json, `${JSON.stringify({ seed, results: told }, undefined, 1)}\n`);
}

process.exitCode = await main(readFaultOptions(process.argv.slice(2)));
