import { expect, test } from 'vitest';
import { nextLookMs } from '../../../main/engine/next-look.ts';

test('looks are close at first, and never further apart than the setting', () => {
  expect([0, 2000, 8000, 16_000, 3_600_000].map((waitedMs) => nextLookMs(2000, waitedMs))).toEqual([
    250, 250, 1000, 2000, 2000,
  ]);
  expect(nextLookMs(100, 0)).toBe(100);
});
