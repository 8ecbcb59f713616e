import { readFile } from 'node:fs/promises';
import { processesOf } from '../../support/lab-directory.ts';

/** Of the fields of /proc/PID/stat behind the name: utime, stime, cutime, cstime (proc(5)), in hundredths of a second. */
const TIMES = [11, 15] as const;
const CHILDREN_TIMES = [13, 15] as const;
const TICKS_PER_SECOND = 100;
const KIB = 1024;

/**
 * Seconds that everything in this host has computed since it started: what runs, and what they have waited for. Its PID 1
 * buries orphans, so nothing gets lost; but a program that was brought in from outside is its bringer's child.
 */
export async function cpuSecondsOf(hostPid: number): Promise<number> {
  const pids = await processesOf(hostPid);
  const each = await Promise.all(pids.map((pid) => times(pid, TIMES)));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

/** Seconds that our own children computed which have ended: what the lab and the bench run inside the hosts. */
export function cpuSecondsOfEndedChildren(): Promise<number> {
  return times(process.pid, CHILDREN_TIMES);
}

/** Memory that only these processes have, in bytes: `RssAnon` of each, so that shared programs do not count. */
export async function privateBytesOf(hostPid: number): Promise<number> {
  const each = await Promise.all((await processesOf(hostPid)).map(privateBytes));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

async function times(pid: number, [from, to]: readonly [number, number]): Promise<number> {
  // A process that is gone has left its times to its parent.
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return readTimes(stat, from, to);
}

/** Sum of some fields behind the name, which may hold anything, in seconds. */
export function readTimes(stat: string, from: number, to: number): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(from, to).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_PER_SECOND;
}

async function privateBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * KIB;
}
