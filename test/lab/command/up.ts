import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabProblem } from '../hosts/problem.ts';
import { ServeAnswer, type ServeOptions } from './serve.ts';
import { readState } from './state.ts';

/**
 * Starts a lab in a process of its own and waits until it answers. A lab that is up already stays as it is.
 *
 * @returns false if it was up.
 * @throws LabProblem with the reason, if it does not come up.
 */
export async function up(options: ServeOptions): Promise<boolean> {
  if ((await readState(options.directory)) !== undefined) return false;
  const parent = join(options.directory, '..');
  await mkdir(parent, { recursive: true });
  // Beside the directory: what went wrong can be read although the directory is gone.
  const logPath = `${options.directory}.log`;
  const log = await open(logPath, 'w', 0o600);
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, main, 'serve', JSON.stringify(options)], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  try {
    const ended = once(child, 'exit').then(() => undefined);
    const said = await Promise.race([once(child, 'message'), ended]);
    if (said === undefined) throw new LabProblem('the lab ended before it was up', `see ${logPath}`);
    const word = ServeAnswer.parse(said[0]);
    if (word.kind === 'failed') throw new LabProblem(word.message, word.hint ?? `see ${logPath}`);
    return true;
  } finally {
    await log.close();
    child.unref();
    if (child.connected) child.disconnect();
  }
}
