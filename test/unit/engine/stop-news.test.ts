import { expect, test } from 'vitest';
import { waitForStopNews } from '../../../main/engine/steps/stop-news.ts';
import { migration, plan, server } from '../../support/samples.ts';
import { stepBench } from '../../support/step-bench.ts';

const DAY_MS = 24 * 3_600_000;
const NEWS_SECONDS = 20;

/** What is waited for by a migration whose instance was off since so long, as this machine has the time now. */
async function waits(sinceMs: number, running = true): Promise<readonly number[]> {
  const planned = plan();
  const options = { ...planned.options, stopNewsSeconds: NEWS_SECONDS };
  const state = migration([{ type: 'locked' }], {
    ...planned,
    route: 'seed',
    options,
    server: { ...planned.server, running },
  });
  const { context, clock } = stepBench(state, { server: server(), hosts: {} });
  const preparing = clock.nowMs() - sinceMs;
  await waitForStopNews({
    ...context,
    state: { ...state, enteredAtMs: { ...state.enteredAtMs, preparing } },
  });
  return clock.waitsMs;
}

test('Nova hears of a stop some seconds late: what is left of them is waited for', async () => {
  expect(await waits(5_000)).toEqual([15_000]);
  expect(await waits(NEWS_SECONDS * 1000)).toEqual([]);
  expect(await waits(5_000, false)).toEqual([]);
});

test('a clock that was set back by a day since the stop makes nobody wait for a day', async () => {
  expect(await waits(-DAY_MS)).toEqual([NEWS_SECONDS * 1000]);
});
