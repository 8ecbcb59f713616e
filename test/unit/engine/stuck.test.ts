import { expect, test } from 'vitest';
import { stuckWarning } from '../../../main/engine/stuck.ts';

const AT = '2026-11-20T12:00:00Z';
const MINUTE_MS = 60_000;

/** What is said of it so long after Nova last changed it. */
function after(minutes: number, status: string, taskState?: string, message?: string): string | undefined {
  const fault = message === undefined ? undefined : { message, details: undefined };
  return stuckWarning({ status, taskState, fault, updatedAt: AT }, Date.parse(AT) + minutes * MINUTE_MS);
}

test.each([
  ['ACTIVE', undefined],
  ['SHUTOFF', undefined],
])('%s without a task is never stuck, however old', (status, task) => {
  expect(after(0, status, task)).toBeUndefined();
  expect(after(100_000, status, task)).toBeUndefined();
});

test.each([
  ['RESIZE', 'resize_migrating', /^RESIZE with resize_migrating since 2026-11-20 12:00:00 UTC/],
  [
    'RESIZE',
    undefined,
    /^RESIZE since 2026-11-20 12:00:00 UTC \(10 min 00 s\): if nothing moves, .*both hosts/,
  ],
  ['REVERT_RESIZE', 'resize_reverting', /^REVERT_RESIZE with resize_reverting since/],
  ['MIGRATING', 'migrating', /^MIGRATING with migrating since/],
  ['ACTIVE', 'powering-off', /^ACTIVE with powering-off since .*nova-compute.log on its host/],
  ['SHUTOFF', 'powering-on', /^SHUTOFF with powering-on since/],
])('%s with task %s looks stuck after ten minutes, and not before', (status, task, words) => {
  expect(after(0, status, task)).toBeUndefined();
  expect(after(9.99, status, task)).toBeUndefined();
  expect(after(10, status, task)).toMatch(words);
});

test('what waits for a person is told at once', () => {
  expect(after(0, 'VERIFY_RESIZE')).toMatch(/^VERIFY_RESIZE since .*: it waits for a confirm or a revert/);
  expect(after(0, 'ERROR')).toMatch(/^ERROR since .*: see its fault/);
  expect(after(0, 'ERROR', undefined, 'No valid host')).toBe('No valid host');
});

test('a clock that is behind Nova’s makes nothing stuck, a time that cannot be read hides nothing', () => {
  expect(after(-60, 'RESIZE')).toBeUndefined();
  const server = { status: 'RESIZE', taskState: undefined, fault: undefined, updatedAt: 'soon' } as const;
  expect(stuckWarning(server, Date.parse(AT))).toMatch(/^RESIZE since soon: if nothing moves/);
});
