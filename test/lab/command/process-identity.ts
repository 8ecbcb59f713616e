import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A process as it can be told from a later one with the same PID. */
export const ProcessIdentity = z.object({
  pid: z.int().positive(),
  /** Clock ticks between the machine's start and the process's (field 22 of /proc/PID/stat, proc(5)). */
  startedAtTicks: z.string(),
  /** The ticks count from here. */
  bootId: z.string(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** `undefined` if there is no such process. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in brackets, and may hold blanks and brackets itself.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startedAtTicks] = [fields?.[0], fields?.[19]];
  if (startedAtTicks === undefined || state === 'Z') return undefined;
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  return { pid, startedAtTicks, bootId };
}

export async function isAlive(wanted: ProcessIdentity): Promise<boolean> {
  const found = await identify(wanted.pid);
  return found?.startedAtTicks === wanted.startedAtTicks && found.bootId === wanted.bootId;
}

const STEP_MS = 50;

/** Waits until the process is gone. @returns false if it still is there after that time. */
export async function waitForEnd(wanted: ProcessIdentity, limitMs: number): Promise<boolean> {
  const endAtMs = Date.now() + limitMs;
  while (await isAlive(wanted)) {
    if (Date.now() > endAtMs) return false;
    // It is no child of ours, so nobody tells us: look again soon.
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  return true;
}
