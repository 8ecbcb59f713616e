import { expect, test } from 'vitest';
import { disk, disks, HOME, ids, minutesAgo, RESIZE, said } from '../../../support/recovery-evidence.ts';
import {
  atRest,
  copyDead,
  errorAtDestination,
  errorAtSource,
  finishDead,
  verify,
  type Change,
} from '../../../support/recovery-scenes.ts';

const dead = { silent: 'connect ETIMEDOUT.', isUp: false };
const odd = (more: Change = {}) =>
  errorAtSource({
    ...more,
    hostA: {
      resizeDirectory: undefined,
      directory: disks(HOME, [{ ...disk('disk', HOME), chain: [], problem: 'Permission denied' }]),
      ...more.hostA,
    },
    hostB: { directory: undefined },
  });

test.each([finishDead, verify, errorAtDestination])(
  'destination-lost: the source has the disks, and the way back is written out',
  (scene) => {
    const [confidence, verdict, first] = said(scene({ hostB: dead }), 'destination-lost');
    expect([confidence, first]).toEqual(['likely', 'by-hand Bring hostB back']);
    expect(verdict).toContain('hostB is down and does not answer; hostA has the disks of before');
  },
);

test.each([
  ['it answers', finishDead({ hostB: { isUp: false } })],
  ['only our way to it is broken', finishDead({ hostB: { silent: 'no key' } })],
  [
    'the source’s disks are not whole',
    finishDead({ hostA: { resizeDirectory: disks(RESIZE, []) }, hostB: dead }),
  ],
  ['Nova says that it is on the source', copyDead({ hostB: dead })],
])('destination-lost is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('destination-lost');
});

test('host-silent: nothing is changed until it answers', () => {
  const [confidence, verdict, first] = said(verify({ hostA: { silent: 'no key' } }), 'host-silent');
  expect([confidence, first]).toEqual(['open', 'by-hand Bring hostA back']);
  expect(verdict).toBe('hostA does not answer, so nothing is changed.');
});

test.each([
  ['all answer', verify()],
  ['the instance is at rest', atRest({ hostB: dead })],
  ['Nova is at work, and it is young', copyDead({ server: { updatedAt: minutesAgo(1) }, hostB: dead })],
])('host-silent is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('host-silent');
});

test('not-known: ERROR, and what the hosts have fits nothing', () => {
  expect(ids(odd())).toEqual(['not-known']);
  const [confidence, verdict, first] = said(odd(), 'not-known');
  expect([confidence, first]).toEqual(['open', 'by-hand Find its disks']);
  expect(verdict).toContain('Nova says ERROR');
});

test('not-known: VERIFY_RESIZE without a record, and a task that never ends', () => {
  expect(ids(verify({ records: [] }))).toEqual(['not-known']);
  expect(ids(atRest({ server: { taskState: 'rebuilding' } }))).toEqual(['not-known']);
});

test.each([
  ['all is well', atRest()],
  [
    'Nova is at work, and it is young',
    atRest({ server: { taskState: 'rebuilding', updatedAt: minutesAgo(1) } }),
  ],
  ['another rule knows it', errorAtSource()],
])('not-known is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('not-known');
});
