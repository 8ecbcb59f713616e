import { mkdtemp, readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../lab/hosts/namespace.ts';

export interface LabDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

/** An empty directory for one lab, to be removed when its hosts have stopped. */
export async function makeLabDirectory(): Promise<LabDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'coldhaul-lab-'));
  return { path, remove: () => removeTree(path) };
}

const namespaces = new Map<number, string>();

/**
 * PIDs, on this machine, of all processes of the host with this PID 1. Ask once while the host runs: afterwards
 * only the memory of its namespace tells which processes would be its.
 */
export async function processesOf(hostPid: number): Promise<readonly number[]> {
  const namespace = (await pidNamespace(hostPid)) ?? namespaces.get(hostPid);
  if (namespace === undefined) throw new Error(`process ${hostPid} never was a host`);
  namespaces.set(hostPid, namespace);
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(
    pids.map(async (pid) => ((await pidNamespace(pid)) === namespace ? pid : 0)),
  );
  return found.filter((pid) => pid > 0);
}

/** `undefined` for a process that is gone, or that is not ours to look at. */
async function pidNamespace(pid: number): Promise<string | undefined> {
  return await readlink(`/proc/${pid}/ns/pid`).catch(() => undefined);
}
