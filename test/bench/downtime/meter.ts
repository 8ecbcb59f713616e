import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { cpuSecondsOf, cpuSecondsOfEndedChildren, privateBytesOf } from './processes.ts';
import type { Spent, Taken } from './types.ts';

/** Between two looks at the memory: soon at first, since a small copy is over at once, and then less and less often. */
const FIRST_LOOK_MS = 50;
const LOOK_MS = 500;
const LOOK_GROWTH = 1.2;

/** What our own process says of itself. */
export interface OwnSpent extends Taken {
  readonly controlBytes: number;
}

export interface Meter {
  /** What was spent since the start. @param own - Nothing where none of our processes had a part in it. */
  stop(own?: OwnSpent): Promise<Spent>;
}

interface HostPids {
  readonly source: number;
  readonly destination: number;
}

/** Counts from now on what the hosts spend. Nothing else may run in them. */
export async function startMeter({ source, destination }: HostPids): Promise<Meter> {
  const [atSource, atDestination] = await Promise.all([watchMemory(source), watchMemory(destination)]);
  const before = await readAll(source, destination);
  return {
    async stop(own = { cpuSeconds: 0, peakBytes: 0, controlBytes: 0 }) {
      const after = await readAll(source, destination);
      const children = after.children - before.children;
      return {
        wireBytes: after.wire - before.wire - own.controlBytes,
        controlBytes: own.controlBytes,
        stolenPercent: stolenPercent(before.processors, after.processors),
        source: {
          cpuSeconds: after.source - before.source + children,
          peakBytes: await atSource.stop(),
        },
        destination: {
          cpuSeconds: after.destination - before.destination,
          peakBytes: await atDestination.stop(),
        },
        own: { cpuSeconds: own.cpuSeconds, peakBytes: own.peakBytes },
      };
    },
  };
}

interface Readings {
  readonly wire: number;
  readonly source: number;
  readonly destination: number;
  readonly children: number;
  readonly processors: ProcessorTicks;
}

async function readAll(sourcePid: number, destinationPid: number): Promise<Readings> {
  const [wire, processors, source, destination, children] = await Promise.all([
    readFile('/proc/net/dev', 'utf8').then(loopbackBytes),
    readFile('/proc/stat', 'utf8').then(processorTicks),
    cpuSecondsOf(sourcePid),
    cpuSecondsOf(destinationPid),
    cpuSecondsOfEndedChildren(),
  ]);
  return { wire, processors, source, destination, children };
}

/** Bytes that the loopback interface has carried, each once: what it received (proc(5), /proc/net/dev). */
export function loopbackBytes(devices: string): number {
  const found = /^\s*lo:\s*(\d+)/m.exec(devices)?.[1];
  return found === undefined ? Number.NaN : Number(found);
}

/** Of all processors together, since the boot. */
export interface ProcessorTicks {
  /** Given to other machines by the one that this is a guest of. */
  readonly stolen: number;
  readonly all: number;
}

/** The first line: user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)). */
export function processorTicks(stat: string): ProcessorTicks {
  const ticks = (/^cpu +([\d ]+)/m.exec(stat)?.[1] ?? '').split(' ').slice(0, 8).map(Number);
  return { stolen: ticks[7] ?? Number.NaN, all: ticks.reduce((sum, each) => sum + each, 0) };
}

export function stolenPercent(before: ProcessorTicks, after: ProcessorTicks): number {
  return ((after.stolen - before.stolen) / (after.all - before.all)) * 100;
}

async function watchMemory(hostPid: number): Promise<{ stop(): Promise<number> }> {
  const before = await privateBytesOf(hostPid);
  const over = new AbortController();
  let most = before;
  const look = async (): Promise<void> => {
    most = Math.max(most, await privateBytesOf(hostPid));
  };
  const watch = async (): Promise<void> => {
    for (let waitMs = FIRST_LOOK_MS; !over.signal.aborted; waitMs = Math.min(LOOK_MS, waitMs * LOOK_GROWTH)) {
      await setTimeout(waitMs, undefined, { signal: over.signal }).catch(() => undefined);
      await look();
    }
  };
  const watching = watch();
  return {
    async stop() {
      over.abort();
      await watching;
      return most - before;
    },
  };
}
