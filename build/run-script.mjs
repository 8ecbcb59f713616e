import { spawn } from 'node:child_process';

/**
 * Runs a program with our terminal and answers with its exit code. Ctrl-C reaches it too; it decides what that means.
 *
 * @param {string} program
 * @param {readonly string[]} words
 * @param {{ readonly env?: NodeJS.ProcessEnv, readonly cwd?: string, readonly stdio?: import('node:child_process').StdioOptions }} options
 * @returns {Promise<number>}
 */
export function runScript(program, words, { env = process.env, cwd, stdio = 'inherit' } = {}) {
  const child = spawn(program, words, { env, cwd, stdio });
  const ignore = () => {};
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore);
  process.on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      resolve(code ?? 1);
    });
  });
}

/**
 * The words that let Node run one of our TypeScript files.
 *
 * @param {string} file - absolute path
 */
export function typescript(file) {
  return ['--import', import.meta.resolve('tsx'), file];
}
