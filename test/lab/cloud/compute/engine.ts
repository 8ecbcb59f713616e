import type { CloudState, LabCompute, LabServer } from '../model.ts';
import { ComputeDied } from './failures.ts';
import { openSession, type Session } from './session.ts';

/** Places in a migration where a fault or a meddling owner can be put. */
export const POINTS = [
  'resize_prep',
  'scheduled',
  'before-copy',
  'copy-file',
  'copied',
  'before-finish',
  'verify_resize',
  'before-rename-back',
  'renamed-back',
] as const;
export type Point = (typeof POINTS)[number];

export type NetworkFailure = 'refused' | 'unauthorized';

export interface Hook {
  readonly point: Point;
  /** Only for this server; else for the first that comes by. */
  readonly serverId?: string;
  /** Only for the copy of this file, such as `disk`; for `copy-file`. */
  readonly file?: string;
  readonly act: (server: LabServer) => void | Promise<void>;
}

/** Things that go wrong on compute hosts, by host name. */
export interface ComputeFaults {
  /** Hosts that report their partner's address as their own: Nova then sees shared storage. */
  readonly wrongAddress: Set<string>;
  readonly slowCopyKibPerSecond: Map<string, number>;
  /** Hosts whose calls to Neutron fail after a copy: not reached, or refused because of the token. */
  readonly networkFails: Map<string, NetworkFailure>;
  readonly hooks: Hook[];
}

export interface Engine {
  readonly state: CloudState;
  readonly faults: ComputeFaults;
  /** Sends a message to a nova-compute: done in order per server, and only while the compute lives. */
  cast(compute: LabCompute, server: LabServer, work: (session: Session) => Promise<void>): void;
  /** Work that is nobody's message, such as the conductor's. */
  spawn(work: () => Promise<void>): void;
  /** Runs the hooks for this point, each once. */
  reach(point: Point, server: LabServer, file?: string): Promise<void>;
  /** One at a time for each key. */
  exclusively<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Settles when nothing is under way but what waits for a dead compute. @throws the first defect of the lab itself. */
  idle(): Promise<void>;
  readonly timers: Set<NodeJS.Timeout>;
}

export function createEngine(state: CloudState): Engine {
  const faults: ComputeFaults = {
    wrongAddress: new Set(),
    slowCopyKibPerSecond: new Map(),
    networkFails: new Map(),
    hooks: [],
  };
  const queues = new Map<string, Promise<unknown>>();
  const sleepers: (() => void)[] = [];
  const defects: unknown[] = [];
  let busy = 0;

  const settle = (): void => {
    busy -= 1;
    if (busy === 0) for (const wake of sleepers.splice(0)) wake();
  };
  const track = (work: Promise<void>): void => {
    work
      .catch((error: unknown) => {
        if (!(error instanceof ComputeDied)) defects.push(error);
      })
      .finally(settle);
  };
  const alive = async (compute: LabCompute): Promise<void> => {
    while (!compute.alive) {
      const woken = new Promise<void>((resolve) => {
        compute.waiting.push(resolve);
      });
      settle();
      await woken;
      busy += 1;
    }
  };
  const exclusively = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = queues.get(key) ?? Promise.resolve();
    const mine = before.then(work);
    const quiet = mine.catch(() => undefined);
    queues.set(key, quiet);
    return mine;
  };

  return {
    state,
    faults,
    exclusively,
    timers: new Set(),
    cast(compute, server, work) {
      busy += 1;
      track(
        exclusively(`${compute.name} ${server.id}`, async () => {
          await alive(compute);
          await work(openSession(compute));
        }),
      );
    },
    spawn(work) {
      busy += 1;
      track(work());
    },
    async reach(point, server, file) {
      const due = faults.hooks.filter(
        (hook) =>
          hook.point === point &&
          (hook.serverId ?? server.id) === server.id &&
          (hook.file === undefined || hook.file === file),
      );
      for (const hook of due) {
        faults.hooks.splice(faults.hooks.indexOf(hook), 1);
        await hook.act(server);
      }
    },
    async idle() {
      while (busy > 0) {
        await new Promise<void>((resolve) => {
          sleepers.push(resolve);
        });
      }
      if (defects.length > 0) throw defects[0];
    },
  };
}
