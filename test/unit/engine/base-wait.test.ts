import { expect, test } from 'vitest';
import type { Migration } from '../../../main/domain/migration.ts';
import { stageBase } from '../../../main/engine/steps/stage-base.ts';
import { IMAGE_BASE, INSTANCES, migration } from '../../support/samples.ts';
import { stepBench } from '../../support/step-bench.ts';

/** Two migrations need the same base: one brings it, the others wait. */

const BASE = `${INSTANCES}/_base/${IMAGE_BASE}`;
const state: Migration = migration([{ type: 'locked' }]);
const FILE = { path: BASE, sizeBytes: 512 };

/** A migration that finds the base already there, once `makeStage`, its first act, goes on. */
function bench(makeStage: () => Promise<string>) {
  return stepBench(state, {
    server: undefined as never,
    hosts: {},
    hypervisors: {
      makeStage,
      stat: () => Promise.resolve([FILE as never]),
      pin: () => Promise.resolve(''),
    },
    transfer: { digest: () => Promise.resolve({ digest: 'd', seconds: 1 }) },
  });
}

test('a cancel does not wait for another migration’s copy; who comes later still does', async () => {
  let finish: (path: string) => void = () => undefined;
  const bringing = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const order: string[] = [];
  const first = stageBase(bench(() => bringing).context, BASE);
  const waiting = bench(() => Promise.reject(new Error('it must not begin')));
  const second = stageBase(waiting.context, BASE);
  waiting.stop.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  const third = stageBase(
    bench(() => {
      order.push('third begins');
      return Promise.resolve('');
    }).context,
    BASE,
  );
  // Everything that could begin has begun by then.
  await new Promise((resolve) => setImmediate(resolve));
  order.push('first ends');
  finish('');
  expect(await first).toMatchObject({ type: 'base-staged', path: BASE });
  expect(await third).toMatchObject({ type: 'base-staged', path: BASE });
  expect(order).toEqual(['first ends', 'third begins']);
});
