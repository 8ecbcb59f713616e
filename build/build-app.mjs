import { join } from 'node:path';
import { runScript } from './run-script.mjs';
import { ROOT } from './setup/ensure.mjs';

/**
 * Builds the app into out/. Says so on standard error: standard output is the program's that runs next.
 *
 * @returns {Promise<number>} exit code
 */
export function buildApp() {
  console.error('Building the app …');
  const vite = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  const words = ['build', '--config', 'build/electron.vite.config.ts', '--logLevel', 'warn'];
  return runScript(process.execPath, [vite, ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
