// `npm run web -- …`: builds, and serves the page to browsers on this machine (main/web.ts).
import { join } from 'node:path';
import { ensure, ROOT } from './setup/ensure.mjs';

ensure({});
const { buildApp } = await import('./build-app.mjs');
const { runScript } = await import('./run-script.mjs');
const built = await buildApp();
process.exitCode =
  built === 0
    ? await runScript(process.execPath, [join(ROOT, 'out/main/web.js'), ...process.argv.slice(2)])
    : built;
