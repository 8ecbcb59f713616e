import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { exec } from './exec.ts';

/** Tells one run of one process from any other, also after its number was given to another one. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When it started, in whatever words the system has; empty if the system does not say. */
  readonly started: string;
  /** Changes with every boot; empty if the system does not say. */
  readonly boot: string;
}

/** Identity of a process of this machine that lives; `undefined` if there is none with this number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isThere(pid)) return undefined;
  const identity = { host: hostname(), pid };
  if (process.platform === 'linux') {
    const started = await startTicks(pid);
    if (started === undefined) return undefined;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return { ...identity, started, boot: boot.trim() };
  }
  if (process.platform === 'win32') return { ...identity, started: '', boot: '' };
  const listed = await exec(['ps', '-o', 'lstart=', '-p', String(pid)]);
  if (listed.kind !== 'exited' || listed.code !== 0) return undefined;
  return { ...identity, started: listed.stdout.trim(), boot: '' };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of proc_pid_stat(5); the name in field 2 may hold anything, so count from its closing bracket. */
async function startTicks(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch((error: unknown) => {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  });
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; nobody has waited for it yet.
  return fields?.[0] === 'Z' || fields?.[0] === 'X' ? undefined : fields?.[19];
}
