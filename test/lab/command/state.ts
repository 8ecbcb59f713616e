import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { removeTree } from '../hosts/namespace.ts';
import { LabProblem } from '../hosts/problem.ts';
import { identify, isAlive, ProcessIdentity } from './process-identity.ts';

/** What is known of a running lab, for the commands that come later: `state.json` in its directory. */
export const LabState = z.object({
  owner: ProcessIdentity,
  hosts: z.array(
    z.object({ name: z.string(), address: z.string(), sshPort: z.int(), process: ProcessIdentity }),
  ),
  authUrl: z.string(),
  controlUrl: z.string(),
  login: z.string(),
});
export type LabState = z.infer<typeof LabState>;

// Without it a directory is not ours, and is neither filled nor removed.
const MARKER = '.coldhaul-lab';
const OWNER = 'owner.json';
const STATE = 'state.json';

/**
 * Takes the directory for this process. The owner's name lies in it as long as the owner lives.
 *
 * @throws LabProblem if another lab runs there, or if it holds files that are not a lab's.
 */
export async function takeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory);
  if (names.length > 0 && !names.includes(MARKER)) {
    throw new LabProblem(`${directory} is not empty and not a lab's`, 'choose another one with --directory');
  }
  await writeFile(
    join(directory, MARKER),
    'Made by npm run lab; `npm run lab -- down` removes this directory.\n',
  );
  const owner = await readOwner(directory);
  if (owner !== undefined && (await isAlive(owner))) {
    throw new LabProblem(`process ${owner.pid} has a lab in ${directory}`, 'npm run lab -- status, or down');
  }
  await rm(join(directory, OWNER), { force: true });
  await rm(join(directory, STATE), { force: true });
  // `wx` fails if another process was quicker.
  await writeFile(join(directory, OWNER), JSON.stringify(await identify(process.pid)), {
    flag: 'wx',
    mode: 0o600,
  });
}

export async function writeState(directory: string, state: LabState): Promise<void> {
  const path = join(directory, STATE);
  await writeFile(`${path}.new`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** `undefined` if no lab is up in this directory, or its owner has died. */
export async function readState(directory: string): Promise<LabState | undefined> {
  const text = await readFile(join(directory, STATE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state = LabState.parse(JSON.parse(text));
  return (await isAlive(state.owner)) ? state : undefined;
}

/** Whoever last took the directory, alive or not. */
export async function readOwner(directory: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(directory, OWNER), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : ProcessIdentity.parse(JSON.parse(text));
}

/** Processes of the hosts as they were written down, whatever became of the owner. */
export async function readHostProcesses(directory: string): Promise<readonly ProcessIdentity[]> {
  const text = await readFile(join(directory, STATE), 'utf8').catch(() => undefined);
  return text === undefined ? [] : LabState.parse(JSON.parse(text)).hosts.map((host) => host.process);
}

/** Removes a lab's directory with all that is in it. @returns false if there was none, or it is not a lab's. */
export async function removeDirectory(directory: string): Promise<boolean> {
  const marked = await stat(join(directory, MARKER)).catch(() => undefined);
  if (marked === undefined) return false;
  await removeTree(directory);
  return true;
}
