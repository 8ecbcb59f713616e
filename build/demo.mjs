// `npm run demo`: sees to what is missing, builds, and shows the product on a lab of its own.
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { ensure, labPrograms, ROOT } from './setup/ensure.mjs';

const HELP = `npm run demo -- [--no-open] [--once] [--json] [--keep]

Starts a cloud and two hypervisors on this machine, and opens the app on them: the window, or a browser where the
window cannot be had. It all ends with the window, or with Ctrl-C.

  --no-open  prints the address of the page, and opens nothing
  --once     moves the sample instance without a page: route seed, proof, confirm
  --json     with --once: one JSON line last, for programs
  --keep     leaves the lab running; npm run lab -- down ends it

Examples:
  npm run demo
  npm run demo -- --once --json`;

function options() {
  try {
    return parseArgs({
      options: {
        'no-open': { type: 'boolean' },
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

if (options().help === true) {
  console.log(HELP);
  process.exit(0);
}
ensure({ tools: labPrograms(), namespaces: true });
const { buildApp } = await import('./build-app.mjs');
const { runScript, typescript } = await import('./run-script.mjs');
const built = await buildApp();
process.exitCode =
  built === 0
    ? await runScript(process.execPath, [
        ...typescript(join(ROOT, 'test/lab/demo/main.ts')),
        ...process.argv.slice(2),
      ])
    : built;
