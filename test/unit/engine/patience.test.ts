import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { asEnd, withPatience } from '../../../main/engine/patience.ts';

const refused = new Failure('migration.failed', 'Nova said no');

test('a step that cannot succeed ends the migration; after the hand-over nothing does', () => {
  expect(asEnd({ kind: 'copy', disk: 'disk' }, false, new Failure('job.failed', 'full'))).toMatchObject({
    type: 'failed',
    code: 'job.failed',
  });
  expect(asEnd({ kind: 'prove' }, true, refused)).toBeUndefined();
  expect(asEnd({ kind: 'confirm' }, true, refused)).toBeUndefined();
});

test.each(['host.command-failed', 'cloud.bad-answer', 'cloud.forbidden', 'job.failed'] as const)(
  'while Nova copies, a look that fails with %s is no end',
  (code) => {
    expect(asEnd({ kind: 'hand-over' }, false, new Failure(code, 'odd'))).toBeUndefined();
  },
);

test('Nova’s own refusal is an end', () => {
  expect(asEnd({ kind: 'hand-over' }, false, refused)).toMatchObject({ type: 'failed' });
});

test.each([
  'cloud.unreachable',
  'cloud.credentials',
  'host.unreachable',
  'host.key-changed',
  'host.no-sudo',
  'journal.unwritable',
  'cancelled',
  'internal',
] as const)('%s leaves the migration where it is', (code) => {
  expect(asEnd({ kind: 'copy', disk: 'disk' }, false, new Failure(code, 'odd'))).toBeUndefined();
});

test('what is passing is tried again with growing pauses, for a quarter of an hour', async () => {
  let nowMs = 0;
  const pauses: number[] = [];
  const clock = {
    nowMs: () => nowMs,
    wait: (ms: number) => {
      pauses.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const passing = new Failure('host.disconnected', 'cut', { passing: true });
  await expect(
    withPatience(
      'copy',
      clock,
      () => undefined,
      new AbortController().signal,
      () => Promise.reject(passing),
    ),
  ).rejects.toBe(passing);
  expect(pauses.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
  expect(nowMs).toBeGreaterThan(15 * 60_000);
  expect(nowMs).toBeLessThan(17 * 60_000);
});

test('what is not passing is told at once', async () => {
  let tries = 0;
  const clock = { nowMs: () => 0, wait: () => Promise.resolve() };
  const act = () => {
    tries += 1;
    return Promise.reject(refused);
  };
  await expect(withPatience('copy', clock, () => undefined, new AbortController().signal, act)).rejects.toBe(
    refused,
  );
  expect(tries).toBe(1);
});

test('what went well for hours before it failed is tried again all the same', async () => {
  let nowMs = 0;
  let tries = 0;
  const clock = {
    nowMs: () => nowMs,
    wait: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const act = (): Promise<string> => {
    tries += 1;
    if (tries > 2) return Promise.resolve('copied');
    nowMs += 3 * 3_600_000;
    return Promise.reject(new Failure('host.disconnected', 'a blip', { passing: true }));
  };
  const done = withPatience('copy', clock, () => undefined, new AbortController().signal, act);
  await expect(done).resolves.toBe('copied');
});
