// `npm run demo`: sees to what is missing, builds, and shows the product on a lab of its own.
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { ensure, labPrograms, ROOT } from './setup/ensure.mjs';

const HELP = `npm run demo -- [--once] [--json] [--keep]

  --once   moves the sample instance without a page: route seed, proof, confirm
  --json   with --once: one JSON line last, for programs
  --keep   leaves the lab running; npm run lab -- down ends it

Examples:
  npm run demo
  npm run demo -- --once --json`;

function options() {
  try {
    return parseArgs({
      options: {
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

const { once = false, help = false } = options();
if (help) {
  console.log(HELP);
  process.exit(0);
}
ensure({ tools: labPrograms(), namespaces: true });
const { runScript, typescript } = await import('./run-script.mjs');
// What is for a person goes to standard error: standard output ends with the JSON line.
const built = await runScript(
  process.execPath,
  [
    join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'),
    'build',
    '--config',
    'build/electron.vite.config.ts',
    '--logLevel',
    'warn',
  ],
  { cwd: ROOT, stdio: ['inherit', process.stderr, 'inherit'] },
);
if (built !== 0) process.exit(built);
if (!once) console.error('The app’s page comes with a later version; going on as with --once.');
process.exitCode = await runScript(process.execPath, [
  ...typescript(join(ROOT, 'test/lab/demo/main.ts')),
  ...process.argv.slice(2),
]);
