import { expect, test } from 'vitest';
import type { InstanceAction } from '../../../../main/domain/cloud.ts';
import { openCase } from '../../../../main/domain/recovery/case-file.ts';
import { AT_MS, evidence, ids, minutesAgo, record } from '../../../support/recovery-evidence.ts';
import { finishDead } from '../../../support/recovery-scenes.ts';

const action = (name: string, minutes: number, more: Partial<InstanceAction> = {}): InstanceAction => ({
  ...{
    action: name,
    requestId: `req-${name}`,
    startedAt: minutesAgo(minutes),
    message: undefined,
    events: [],
  },
  ...more,
});
const known = (...value: readonly InstanceAction[]) => ({ known: true as const, value });
const event = (startedMinutes: number, finishedMinutes?: number): InstanceAction['events'][number] => ({
  event: 'compute_finish_resize',
  ...{ result: undefined, host: undefined, details: undefined },
  startedAt: minutesAgo(startedMinutes),
  finishedAt: finishedMinutes === undefined ? undefined : minutesAgo(finishedMinutes),
});
/** Changed just now, by what the actions tell. */
const now = (...actions: readonly InstanceAction[]) => ({
  ...evidence({ server: { updatedAt: minutesAgo(0) }, records: [record()] }),
  actions: known(...actions),
});
const ageMinutes = (of: ReturnType<typeof now>): number => (openCase(of).ageMs ?? Number.NaN) / 60_000;

test('a lock makes nothing new: the record and the events tell when something changed', () => {
  const migrate = action('migrate', 90, { events: [event(50), event(88, 45)] });
  expect(ageMinutes(now(action('unlock', 0), action('lock', 0), migrate))).toBe(45);
  expect(ageMinutes(now(action('unlock', 0), action('migrate', 90)))).toBe(60);
  expect(ageMinutes(now(action('lock', 0), action('resetState', 1), migrate))).toBe(1);
});

test('what was no lock makes it new', () => {
  expect(ageMinutes(now(action('migrate', 0), action('lock', 0)))).toBe(0);
  expect(ageMinutes(now(action('lock', 3), action('migrate', 90)))).toBe(0);
});

test('where nothing else tells a time, that of the server counts', () => {
  const bare = { ...now(action('lock', 0)), records: [] };
  expect(openCase(bare).changedMs).toBe(AT_MS);
  expect(openCase({ ...bare, actions: { known: false, why: 'forbidden' } }).changedMs).toBe(AT_MS);
  const unread = { ...bare, server: { ...bare.server, updatedAt: 'soon' } };
  expect(openCase(unread).changedMs).toBeUndefined();
});

test('a state that is old stays old while its steps are done, each under a lock', () => {
  const stuck = finishDead();
  const locked = {
    ...stuck,
    server: { ...stuck.server, updatedAt: minutesAgo(0) },
    actions: known(action('unlock', 0), action('lock', 0), action('migrate', 90)),
  };
  expect(ids(stuck)).toContain('resize-finish-dead');
  expect(ids(locked)).toEqual(ids(stuck));
});
