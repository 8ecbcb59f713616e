import type { Cloud, Server } from '../../main/domain/cloud.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Fact } from '../../main/domain/facts.ts';
import type { InstanceOnHost } from '../../main/domain/host.ts';
import type { Migration } from '../../main/domain/migration.ts';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import type { Ports } from '../../main/domain/ports.ts';
import type { Transfer } from '../../main/domain/transfer.ts';
import type { StepContext } from '../../main/engine/context.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';

/** A cloud and two hosts that a test plays; what it does not play fails the test when it is called. */
export interface World {
  server: Server;
  /** By name of the host. */
  readonly hosts: Record<string, () => InstanceOnHost>;
  readonly cloud?: Partial<Cloud>;
  readonly hypervisors?: Partial<Hypervisors>;
  readonly transfer?: Partial<Transfer>;
  /** Called after every pause of the engine. */
  readonly onWait?: (nowMs: number) => void;
}

export interface StepBench {
  readonly context: StepContext;
  readonly clock: ManualClock;
  readonly said: string[];
  readonly stop: AbortController;
}

/** A step's context without a lab: one migration, a clock that stands still until something is waited for. */
export function stepBench(state: Migration, world: World): StepBench {
  const clock = manualClock(state.updatedAtMs);
  const said: string[] = [];
  const stop = new AbortController();
  const ports = {
    cloud: {
      server: () => Promise.resolve(world.server),
      migrationRecords: () => Promise.resolve([]),
      lastAction: () => Promise.resolve(undefined),
      ...world.cloud,
    },
    hypervisors: {
      instance: async (host: string) => {
        await Promise.resolve();
        const see = world.hosts[host];
        if (see === undefined) throw new TypeError(`the test has no host ${host}`);
        return see();
      },
      stat: (_host: string, paths: readonly string[]) => Promise.resolve(paths.map(() => undefined)),
      unplace: () => Promise.resolve(),
      ...world.hypervisors,
    },
    transfer: { forget: () => Promise.resolve(), ...world.transfer },
    clock: {
      nowMs: () => clock.nowMs(),
      elapsedMs: () => clock.elapsedMs(),
      async wait(ms: number, signal?: AbortSignal) {
        await clock.wait(ms);
        if (signal?.aborted === true) throw new Failure('cancelled', 'the wait was ended');
        world.onWait?.(clock.nowMs());
      },
    },
    log: ({ message }: { readonly message: string }) => said.push(message),
  } as unknown as Ports<Fact>;
  const context: StepContext = {
    ports,
    state,
    signal: stop.signal,
    who: 'a test',
    pollMs: 2_000,
    limit: { kibPerSecond: () => undefined, onChange: () => () => undefined },
    moved: () => undefined,
  };
  return { context, clock, said, stop };
}
