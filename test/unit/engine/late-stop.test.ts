import { expect, test } from 'vitest';
import { restore } from '../../../main/engine/steps/restore.ts';
import { migration, onHost, plan, server } from '../../support/samples.ts';
import { stepBench, type World } from '../../support/step-bench.ts';

/** A cancel breaks the stop off, but a slow API carries it out afterwards. */

const OFF = server({ status: 'SHUTOFF', vmState: 'stopped', powerState: 4 });
const cancelled = migration(
  [{ type: 'locked' }, { type: 'stop-begun' }, { type: 'cancelled', by: 'a test' }],
  plan({ disks: [], bases: [] }),
);

function bench(state = cancelled, stopsAfterMs?: number) {
  const began = state.updatedAtMs;
  const starts: number[] = [];
  let stopped = false;
  const world: World = {
    server: server(),
    hosts: { hostA: () => onHost('hostA'), hostB: () => onHost('hostB') },
    cloud: {
      start: () => {
        starts.push(1);
        world.server = server();
        return Promise.resolve({ requestId: undefined });
      },
    },
    onWait(nowMs) {
      if (stopsAfterMs === undefined || stopped || nowMs - began < stopsAfterMs) return;
      stopped = true;
      world.server = OFF;
    },
  };
  return { ...stepBench(state, world), starts, world };
}

test('a stop that takes effect after the cancel is seen, and the instance runs again', async () => {
  const at = bench(cancelled, 20_000);
  expect(await restore(at.context)).toMatchObject({ type: 'restored', running: true });
  expect(at.starts).toHaveLength(1);
  expect(at.world.server.status).toBe('ACTIVE');
  expect(at.said.join('\n')).toContain('took effect only now');
});

test('without one it is left alone, after less than a minute', async () => {
  const at = bench();
  expect(await restore(at.context)).toMatchObject({ type: 'restored', running: true });
  expect(at.starts).toEqual([]);
  expect(at.clock.nowMs() - cancelled.updatedAtMs).toBeLessThan(60_000);
});

test('a stop that had come to its end is not waited for', async () => {
  const state = migration(
    [
      { type: 'locked' },
      { type: 'stop-begun' },
      { type: 'stopped', how: 'graceful' },
      { type: 'cancelled', by: 'a test' },
    ],
    plan({ disks: [], bases: [] }),
  );
  const at = bench(state);
  at.world.server = OFF;
  expect(await restore(at.context)).toMatchObject({ running: true });
  expect(at.starts).toHaveLength(1);
  expect(at.clock.nowMs() - state.updatedAtMs).toBeLessThan(10_000);
});
