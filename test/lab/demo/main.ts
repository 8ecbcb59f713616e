import { parseArgs } from 'node:util';
import { LabProblem } from '../hosts/problem.ts';
import { openDemoLab } from './demo-lab.ts';
import { moveOnce } from './once.ts';
import { showApp } from './show-app.ts';
import { tell } from './tell.ts';

/** `npm run demo`: a lab with samples, and the product on it. */

const { values } = parseArgs({
  options: {
    'no-open': { type: 'boolean' },
    once: { type: 'boolean' },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});

try {
  tell('Starting two hypervisors and a cloud on this machine, with sample instances …');
  const lab = await openDemoLab(values.keep === true);
  try {
    if (values.once === true) await moveOnce(lab, values.json === true);
    else await showApp(lab.paths, values['no-open'] !== true);
  } finally {
    await lab.end();
  }
  if (values.keep === true)
    tell('The lab goes on: npm run lab -- status tells how to use it, npm run lab -- down ends it.');
} catch (error) {
  tell(`demo: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof LabProblem && error.hint !== undefined) tell(`  ${error.hint}`);
  process.exitCode = 1;
}
