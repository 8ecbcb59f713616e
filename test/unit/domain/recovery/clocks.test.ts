import { expect, test } from 'vitest';
import { clocksOf, settles } from '../../../../main/domain/recovery/clocks.ts';
import { bring, revert } from '../../../support/recovery-actions.ts';
import { AT_MS, BASE, disk, disks, record, RESIZE } from '../../../support/recovery-evidence.ts';
import {
  atRest,
  copyDead,
  errorAtDestination,
  errorAtSource,
  verify,
  type Change,
} from '../../../support/recovery-scenes.ts';
import { hostFacts, hostTraits, IMAGE_BASE, link } from '../../../support/samples.ts';

const HOUR_MS = 3600_000;
/** The record changed an hour before the look. */
const SINCE_MS = AT_MS - HOUR_MS;
const nova = (more: Partial<ReturnType<typeof hostFacts>['nova']>) => ({
  facts: { nova: { ...hostFacts().nova, ...more } },
});
const window = (seconds: number): Change => ({ hostB: nova({ resizeConfirmWindowSeconds: seconds }) });

test('the base of the source may go a day after the move', () => {
  expect(clocksOf(verify())).toEqual([
    {
      what: 'base-purge',
      host: 'hostA',
      atMs: SINCE_MS + 24 * HOUR_MS,
      says: `The image cache of hostA may remove the base ${IMAGE_BASE}, which a way back needs.`,
    },
  ]);
  expect(clocksOf(errorAtDestination()).map(({ what }) => what)).toEqual(['base-purge']);
});

test('the host’s own minimum age counts', () => {
  const traits = hostTraits();
  const early = verify({
    hostA: { facts: { traits: { ...traits, nova: { ...traits.nova, baseMinimumAgeSeconds: 7200 } } } },
  });
  expect(clocksOf(early)[0]?.atMs).toBe(SINCE_MS + 2 * HOUR_MS);
});

test('Nova confirms by itself where the destination says so, and that comes first', () => {
  const clocks = clocksOf(verify(window(600)));
  expect(clocks.map(({ what, host, atMs }) => [what, host, atMs])).toEqual([
    ['auto-confirm', 'hostB', SINCE_MS + 600_000],
    ['base-purge', 'hostA', SINCE_MS + 24 * HOUR_MS],
  ]);
});

test.each([
  ['the window is off', verify(window(0))],
  ['it is in ERROR', errorAtDestination(window(600))],
  ['the record is not finished', verify({ ...window(600), records: [record({ status: 'confirming' })] })],
])('Nova does not confirm by itself where %s', (_what, of) => {
  expect(clocksOf(of).map(({ what }) => what)).not.toContain('auto-confirm');
});

const traits = hostTraits();
test.each([
  ['it is at rest', atRest()],
  ['Nova says that it is on the source, whose cache counts it then', errorAtSource()],
  [
    'the disks lie on no base',
    verify({
      hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { chain: [link(`${RESIZE}/disk`)] })]) },
    }),
  ],
  [
    'the base is gone already',
    verify({ hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { missing: true })]) } }),
  ],
  ['unused bases are kept', verify({ hostA: nova({ removeUnusedBaseImages: false }) })],
  [
    'the cache is never looked through',
    verify({
      hostA: { facts: { traits: { ...traits, nova: { ...traits.nova, imageCacheIntervalSeconds: -1 } } } },
    }),
  ],
  ['the source is silent', verify({ hostA: { silent: 'off' } })],
  ['Nova has no record', verify({ records: [] })],
  ['its times cannot be read', verify({ records: [record({ createdAt: 'never', updatedAt: undefined })] })],
])('no base is in danger where %s', (_what, of) => {
  expect(clocksOf(of)).toEqual([]);
});

test('times without a zone are UTC', () => {
  const { updatedAt = '' } = record();
  const of = verify({ records: [record({ updatedAt: updatedAt.replace('Z', '') })] });
  expect(clocksOf(of)[0]?.atMs).toBe(SINCE_MS + 24 * HOUR_MS);
});

const unvouched: Change = { hostB: nova({ sendsServiceToken: false }) };
const BEGAN_MS = Date.parse(record().createdAt);
const LIFE_MS = 2 * HOUR_MS;

test('the login with which a copy was asked for ends at the latest a whole life after it began', () => {
  const [first] = clocksOf({ ...copyDead(unvouched), tokenLifeMs: LIFE_MS });
  expect(first).toMatchObject({ what: 'token', host: 'hostA', atMs: BEGAN_MS + LIFE_MS });
});

test.each([
  ['both hosts vouch for it', { ...copyDead(), tokenLifeMs: LIFE_MS }],
  ['its life is not told', copyDead(unvouched)],
  ['Nova has no more to ask', { ...verify(unvouched), tokenLifeMs: LIFE_MS }],
  [
    'the record has ended',
    { ...copyDead({ ...unvouched, records: [record({ status: 'error' })] }), tokenLifeMs: LIFE_MS },
  ],
])('no login is in danger where %s', (_what, of) => {
  expect(clocksOf(of).map(({ what }) => what)).not.toContain('token');
});

test('hosts that tell nothing vouch for nothing', () => {
  const silent = copyDead({ hostA: { silent: 'off' }, hostB: { silent: 'off' } });
  expect(clocksOf({ ...silent, tokenLifeMs: LIFE_MS }).map(({ what }) => what)).toContain('token');
});

test('a clock names what is at stake, and is settled by a verdict, or by a second holder of the base', () => {
  const [purge] = clocksOf(verify());
  expect(purge?.says).toBe(
    `The image cache of hostA may remove the base ${IMAGE_BASE}, which a way back needs.`,
  );
  const [confirm] = clocksOf(verify({ hostB: nova({ resizeConfirmWindowSeconds: 60 }) }));
  expect(confirm?.says).toContain(`, and removes ${RESIZE} on hostA.`);
  const settling = (clock: typeof purge): readonly string[] =>
    [revert, { kind: 'stop' } as const, bring(BASE), bring(BASE, 'hostB')].flatMap((action) =>
      clock !== undefined && settles(action, clock) ? [Object.values(action).join(' ')] : [],
    );
  expect(settling(purge)).toEqual(['revert', `bring-base hostA hostB ${BASE}`]);
  expect(settling(confirm)).toEqual(['revert']);
});
