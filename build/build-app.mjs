import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript } from './run-script.mjs';
import { ROOT } from './setup/ensure.mjs';

/** Written after a build that succeeded, with the time when it began: test/support/built-app.ts makes none anew that has it. */
const STAMP = join(ROOT, 'out/.built');

/**
 * Builds the app into out/. Says so on standard error: standard output is the program's that runs next.
 *
 * @returns {Promise<number>} exit code
 */
export async function buildApp() {
  console.error('Building the app …');
  const begun = new Date();
  const vite = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  const words = ['build', '--config', 'build/electron.vite.config.ts', '--logLevel', 'warn'];
  const code = await runScript(process.execPath, [vite, ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (code !== 0) return code;
  await writeFile(STAMP, '');
  await utimes(STAMP, begun, begun);
  return code;
}
