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

function stays(tookMs: number) {
  const seen: number[] = [];
  const waitsMs: number[] = [];
  let now = 0;
  const clock = {
    nowMs: () => now,
    elapsedMs: () => now,
    wait: (ms: number) => {
      waitsMs.push(ms);
      return Promise.resolve();
    },
  };
  const follow = createFollow({ clock, log: () => undefined }, (_host, _key, _offset, _limit, seconds) => {
    seen.push(seconds);
    now += seconds === 0 ? 10 : tookMs;
    return Promise.resolve(
      seen.length < 4 ? ['running', '', '1000', '', ''] : ['ended', '0', '1000', '3000', '', ''],
    );
  });
  return { follow, seen, waitsMs };
}

test('a look stays on the host for the end of the job, and the next one follows at once', async () => {
  const { follow, seen, waitsMs } = stays(1000);
  const key = { migrationId: 'mig-1', name: 'copy-disk' };
  await follow('hostA', key, new AbortController().signal).next();
  expect(seen).toEqual([1, 1, 1, 1]);
  expect(waitsMs).toEqual([]);
});

test('at most four stay on one host: the channels of its connection are few', async () => {
  const asked: number[] = [];
  const held: (() => void)[] = [];
  const clock = { nowMs: () => 0, elapsedMs: () => 0, wait: () => Promise.resolve() };
  const follow = createFollow(
    { clock, log: () => undefined },
    async (_host, _key, _offset, _limit, seconds) => {
      asked.push(seconds);
      await new Promise<void>((go) => held.push(go));
      return ['ended', '0', '1000', '3000', '', ''];
    },
  );
  const ended = [1, 2, 3, 4, 5].map((number) =>
    follow(
      'hostA',
      { migrationId: 'mig-1', name: `copy-${String(number)}` },
      new AbortController().signal,
    ).next(),
  );
  expect(asked).toEqual([1, 1, 1, 1, 0]);
  for (const go of held) go();
  await Promise.all(ended);
  const later = follow(
    'hostA',
    { migrationId: 'mig-1', name: 'copy-6' },
    new AbortController().signal,
  ).next();
  expect(asked.at(-1)).toBe(1);
  held.at(-1)?.();
  await later;
});
