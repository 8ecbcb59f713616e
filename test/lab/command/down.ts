import { rm } from 'node:fs/promises';
import { LabProblem } from '../hosts/problem.ts';
import { isAlive, waitForEnd, type ProcessIdentity } from './process-identity.ts';
import { readHostProcesses, readOwner, removeDirectory } from './state.ts';

// Bounds against hanging: an orderly end takes about a second.
const ORDERLY_MS = 60_000;
const KILLED_MS = 10_000;

/**
 * Ends the lab in this directory, however it was left, and removes its files. Processes are known by PID and start
 * time, so nobody else's can be hit. Safe to repeat.
 *
 * @returns false if there was nothing.
 */
export async function down(directory: string): Promise<boolean> {
  const owner = await readOwner(directory);
  if (owner !== undefined) await end(owner, 'SIGTERM');
  // An owner that was killed takes its hosts along; this is for the case that it could not.
  for (const host of await readHostProcesses(directory)) await end(host, 'SIGKILL');
  const removed = await removeDirectory(directory);
  await rm(`${directory}.log`, { force: true });
  return removed;
}

async function end(wanted: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!(await isAlive(wanted))) return;
  process.kill(wanted.pid, signal);
  if (await waitForEnd(wanted, signal === 'SIGTERM' ? ORDERLY_MS : KILLED_MS)) return;
  if (signal === 'SIGTERM') {
    await end(wanted, 'SIGKILL');
    return;
  }
  throw new LabProblem(
    `process ${wanted.pid} of the lab does not end`,
    `look at it with: ps -fp ${wanted.pid}`,
  );
}
