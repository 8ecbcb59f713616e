import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Recording } from '../recordings/recording.ts';
import { perform, type Scenario } from './scenario.ts';
import { ON_REQUEST, SCENARIOS } from './scenarios/all.ts';

/** Runs scenarios on a cloud that is up, in its network; build/openstack.mjs sees to both. */

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    short: { type: 'boolean' },
    swap: { type: 'boolean' },
    list: { type: 'boolean' },
    record: { type: 'string' },
  },
});

function chosen(): readonly Scenario[] {
  const { only } = values;
  if (only === undefined) return SCENARIOS.filter(({ short }) => values.short !== true || short === true);
  const names = only.flatMap((words) => words.split(','));
  const known = [...SCENARIOS, ...ON_REQUEST];
  const unknown = names.filter((name) => !known.some((scenario) => scenario.name === name));
  if (unknown.length === 0) return known.filter(({ name }) => names.includes(name));
  throw new Error(
    `there is no scenario ${unknown.join(', ')}, but ${known.map(({ name }) => name).join(', ')}`,
  );
}

/** One line for each, whatever happens to it. */
async function runOne(scenario: Scenario): Promise<boolean> {
  const startMs = Date.now();
  const line = (word: string, more: string): void => {
    const seconds = ((Date.now() - startMs) / 1000).toFixed(0);
    console.log(`${scenario.name.padEnd(24)} ${word.padEnd(7)} ${seconds.padStart(4)} s${more}`);
  };
  try {
    const { downtimes, legs } = await perform(scenario, values.swap === true ? 'hostB' : 'hostA');
    if (values.record !== undefined && legs.length > 0)
      await keep(values.record, { scenario: scenario.name, cloud: 'Nova 26.2.2', legs: [...legs] });
    line(
      'ok',
      downtimes.length === 0 ? '' : `  off for ${downtimes.map((each) => each.toFixed(1)).join(', ')} s`,
    );
    return true;
  } catch (error) {
    line('FAILED', '');
    console.log((error instanceof Error ? error.message : String(error)).replaceAll(/^/gm, '    '));
    return false;
  }
}

async function keep(directory: string, recording: Recording): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${recording.scenario}.json`), `${JSON.stringify(recording, null, 2)}\n`);
}

if (values.list === true) {
  for (const { name } of SCENARIOS) console.log(name);
  for (const { name } of ON_REQUEST) console.log(`${name} (only when it is named)`);
} else {
  const counted = { passed: 0, failed: 0 };
  for (const scenario of chosen()) counted[(await runOne(scenario)) ? 'passed' : 'failed'] += 1;
  console.log(`\n${String(counted.passed)} passed, ${String(counted.failed)} failed`);
  process.exitCode = counted.failed === 0 ? 0 : 1;
}
