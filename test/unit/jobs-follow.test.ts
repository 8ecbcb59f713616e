import { expect, test } from 'vitest';
import { createFollow } from '../../main/services/jobs/follow.ts';

test('a job is looked at soon, then less and less often', async () => {
  const waitsMs: number[] = [];
  const clock = {
    nowMs: () => 0,
    elapsedMs: () => 0,
    wait: (ms: number) => {
      waitsMs.push(ms);
      return Promise.resolve();
    },
  };
  const look = () =>
    Promise.resolve(
      waitsMs.length < 6 ? ['running', '', '1000', '', ''] : ['ended', '0', '1000', '3000', '', ''],
    );
  const key = { migrationId: 'mig-1', name: 'copy-disk' };
  const log = () => undefined;
  const steps = createFollow({ clock, log }, look)('hostA', key, new AbortController().signal);
  expect(await steps.next()).toEqual({ done: true, value: { code: 0, seconds: 2, stderr: '' } });
  expect(waitsMs).toEqual([100, 150, 225, 337.5, 500, 500]);
});
