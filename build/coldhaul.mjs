// `npm run -s coldhaul -- …`: the command line, straight from its sources.
import { join } from 'node:path';
import { ensure, ROOT } from './setup/ensure.mjs';

ensure({});
const { runScript, typescript } = await import('./run-script.mjs');
process.exitCode = await runScript(process.execPath, [
  ...typescript(join(ROOT, 'main/cli.ts')),
  ...process.argv.slice(2),
]);
