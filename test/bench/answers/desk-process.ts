import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMemorySecrets } from '../../../main/desk/memory-secrets.ts';
import { openDesk } from '../../../main/desk/open-desk.ts';
import type { Desk } from '../../../main/desk/desk.ts';
import type { Log } from '../../../main/domain/ports.ts';
import { createDispatch } from '../../../main/host/dispatch.ts';
import { openLoopback, type Loopback } from '../../../main/host/loopback/serve.ts';
import type { Calls } from '../../electron/wire.ts';
import { answerParent } from '../child.ts';
import { watchSpells, type Spells } from './spells.ts';
import { writeLines, type Written } from './write-lines.ts';

export interface Delays extends Spells {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** Of one core, in percent. */
  readonly cpuPercent: number;
}

/** The desk and its loopback host as `main/web/run.ts` puts them together, in a process that can be watched. */
export interface DeskCalls extends Calls {
  /** @returns the address that lets the page in. */
  open(input: { readonly home: string }): Promise<string>;
  /** From now on this many lines a second go through the engine's own log; 0 ends it. @returns what was written before. */
  lines(input: { readonly perSecond: number }): Written;
  /** Begins to watch the event loop afresh. */
  watch(input: null): void;
  /** Since `watch`. */
  delays(input: null): Delays;
  /** Bytes in use after garbage was collected, buffers included. */
  memory(input: null): number;
}

const PAGE_ROOT = fileURLToPath(new URL('../../../out/renderer', import.meta.url));
const NS_PER_MS = 1e6;
/** Of the watching timer. What it reports is the whole time between two of its ticks. */
const RESOLUTION_MS = 5;

let desk: Desk | undefined;
let loopback: Loopback | undefined;
/** Of the engine that was opened last. */
let log: Log = () => undefined;
const noLines = (): Written => ({ lines: 0, longestMs: 0 });
let stopLines = noLines;

const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let spells = watchSpells();
let watchedSince = { atMs: 0, cpu: process.cpuUsage() };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function late(ns: number): number {
  return Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
}

answerParent<DeskCalls>(
  {
    async open({ home }) {
      const secrets = createMemorySecrets('Kept for the measurement only.');
      const base = { env: process.env, home, cwd: home, shell: 'web', version: '0.0.0', secrets } as const;
      desk = await openDesk({
        ...base,
        around: (ports) => {
          ({ log } = ports);
          return ports;
        },
      });
      const { handlers } = desk;
      const listen = desk.listen.bind(desk);
      loopback = await openLoopback({ dispatch: createDispatch(handlers), listen, pageRoot: PAGE_ROOT });
      return loopback.newAddress();
    },
    lines({ perSecond }) {
      const written = stopLines();
      stopLines =
        perSecond === 0
          ? noLines
          : writeLines((line) => {
              log(line);
            }, perSecond);
      return written;
    },
    watch() {
      spells();
      spells = watchSpells();
      loop.reset();
      loop.enable();
      watchedSince = { atMs: performance.now(), cpu: process.cpuUsage() };
    },
    delays() {
      const { user, system } = process.cpuUsage(watchedSince.cpu);
      return {
        ...spells(),
        p50Ms: late(loop.percentile(50)),
        p95Ms: late(loop.percentile(95)),
        maxMs: late(loop.max),
        cpuPercent: (user + system) / 10 / (performance.now() - watchedSince.atMs),
      };
    },
    memory() {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    },
  },
  async () => {
    stopLines();
    await loopback?.close();
    await desk?.close();
  },
);
