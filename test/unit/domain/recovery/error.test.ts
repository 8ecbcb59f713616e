import { expect, test } from 'vitest';
import {
  BASE,
  compared,
  copyOf,
  disk,
  disks,
  HOME,
  ids,
  record,
  RESIZE,
  said,
  spoken,
} from '../../../support/recovery-evidence.ts';
import {
  errorAtDestination,
  errorAtSource,
  withSwap,
  type Change,
} from '../../../support/recovery-scenes.ts';

const rolledBack = (more: Change = {}) =>
  errorAtSource({
    ...more,
    hostA: { resizeDirectory: undefined, directory: disks(HOME), ...more.hostA },
    hostB: { directory: undefined, ...more.hostB },
  });
const confirmHalf = (more: Change = {}) =>
  errorAtDestination({ actions: ['confirmResize', 'migrate', 'create'], ...more });
const gone = copyOf({ missing: true });

test('error-source-renamed: the name is put back first, whatever the copy is', () => {
  const [confidence, verdict, first] = said(errorAtSource(), 'error-source-renamed');
  expect([confidence, first]).toEqual(['certain', 'put-back hostA']);
  expect(verdict).toContain('The disks are whole on hostA');
  expect(verdict).toContain('Nova stopped after the copy');
});

test('error-source-renamed: the log tells of the login, and is not what decides', () => {
  const logLines = ['ERROR nova.compute.manager Unauthorized: HTTP 401'];
  const of = errorAtSource({ hostA: { trouble: { logLines } } });
  expect(spoken(of, 'error-source-renamed').because.join()).toContain('(401)');
  expect(ids(errorAtSource({ hostA: { trouble: { logLines: undefined } } }))).toContain(
    'error-source-renamed',
  );
});

test('error-source-renamed: a base that is gone comes first', () => {
  const of = errorAtSource({
    hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { missing: true })]) },
    hostB: { bases: [BASE] },
  });
  expect(said(of, 'error-source-renamed')[2]).toBe(`bring-base hostB hostA ${BASE}`);
  expect(spoken(of, 'error-source-renamed').verdict).not.toContain('whole');
});

test.each([
  ['the disks are in their place', rolledBack()],
  ['an empty directory stands in the way', errorAtSource({ hostA: { directory: disks(HOME, []) } })],
  ['_resize has no root disk', errorAtSource({ hostA: { resizeDirectory: disks(RESIZE, []) } })],
  ['Nova says that it is on the destination', errorAtDestination()],
  ['the source is silent', errorAtSource({ hostA: { silent: 'off' } })],
])('error-source-renamed is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('error-source-renamed');
});

test('error-rolled-back: the disks are in their place', () => {
  expect(said(rolledBack(), 'error-rolled-back')).toEqual([
    'certain',
    'The disks are whole and in their place on hostA; nothing is lost.',
    'reset-state active',
  ]);
  const left = rolledBack({ hostB: { directory: copyOf() } });
  expect(said(left, 'error-rolled-back')[2]).toBe(`set-aside hostB ${HOME}`);
});

test('error-rolled-back: a revert failed when it was to start the guest that ran before', () => {
  const reverted = { actions: ['revertResize', 'migrate', 'create'] };
  expect(said(rolledBack(reverted), 'error-rolled-back')[2]).toBe('hard-reboot');
  const runs = rolledBack({ ...reverted, hostA: { domain: 'running' } });
  expect(said(runs, 'error-rolled-back')[2]).toBe('reset-state active');
});

test('error-rolled-back: an error long after a move that was confirmed', () => {
  const later = errorAtDestination({
    records: [record({ status: 'confirmed' })],
    hostA: { resizeDirectory: undefined, domain: 'absent' },
  });
  expect(ids(later)).toEqual(['error-rolled-back']);
});

test.each([
  ['the disks have another name', errorAtSource()],
  ['it is whole at the destination of a move that failed', errorAtDestination()],
  ['a base is missing', rolledBack({ hostA: { directory: gone } })],
  ['it is ACTIVE', rolledBack({ server: { status: 'ACTIVE' } })],
])('error-rolled-back is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('error-rolled-back');
});

test('error-base-gone: the base is brought to where the disk is', () => {
  const of = errorAtDestination({ image: 'gone', hostA: { bases: [BASE] }, hostB: { directory: gone } });
  const [confidence, verdict, first] = said(of, 'error-base-gone');
  expect([confidence, first]).toEqual(['certain', `bring-base hostA hostB ${BASE}`]);
  expect(verdict).toContain('Glance no longer has the image');
  const atHome = rolledBack({ hostA: { directory: gone }, hostB: { bases: [BASE] } });
  expect(said(atHome, 'error-base-gone')[2]).toBe(`bring-base hostB hostA ${BASE}`);
});

test.each([
  ['the base is there', errorAtDestination()],
  ['it is ACTIVE', errorAtDestination({ server: { status: 'ACTIVE' }, hostB: { directory: gone } })],
  ['the host is silent', errorAtDestination({ hostB: { silent: 'off' } })],
])('error-base-gone is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('error-base-gone');
});

test('error-confirm-half: it runs, so the state is all that is wrong', () => {
  const runs = confirmHalf({ hostB: { domain: 'running' } });
  expect(said(runs, 'error-confirm-half')).toEqual([
    'certain',
    'The confirm stopped on hostA; the instance is whole on hostB and runs.',
    'reset-state active',
  ]);
  expect(said(confirmHalf(), 'error-confirm-half')[2]).toBe('hard-reboot');
});

test('error-confirm-half: a lock and a reboot since do not hide it', () => {
  const since = confirmHalf({ actions: ['lock', 'reboot', 'confirmResize', 'migrate'] });
  expect(ids(since)).toContain('error-confirm-half');
  expect(ids(since)).not.toContain('error-destination-whole');
});

test.each([
  ['nobody confirmed', errorAtDestination()],
  ['another migrate came after it', confirmHalf({ actions: ['migrate', 'confirmResize', 'migrate'] })],
  ['the disk is not there', confirmHalf({ hostB: { directory: undefined } })],
])('error-confirm-half is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('error-confirm-half');
});

test('error-destination-empty: the only copy is at the source', () => {
  const of = errorAtDestination({ hostB: { directory: disks(HOME, []) } });
  const [confidence, verdict, first] = said(of, 'error-destination-empty');
  expect([confidence, first]).toEqual(['certain', 'by-hand Copy the disks to hostB']);
  expect(verdict).toContain('the only copy is on hostA');
  expect(ids(of)).not.toContain('no-disk');
});

test('error-destination-empty: one of two disks was not copied, or cannot be read', () => {
  const two = disks(RESIZE, [disk('disk', RESIZE), disk('disk.eph0', RESIZE)]);
  const half = errorAtDestination({ hostA: { resizeDirectory: two } });
  expect(spoken(half, 'error-destination-empty').verdict).toContain('disk.eph0');
  expect(ids(half)).not.toContain('error-destination-whole');
  const torn = disks(HOME, [{ ...disk('disk', HOME), chain: [], problem: 'Image is not in qcow2 format' }]);
  expect(ids(errorAtDestination({ hostB: { directory: torn } }))).toContain('error-destination-empty');
});

test.each([
  ['all is there', errorAtDestination()],
  ['only the swap is missing', errorAtDestination({ hostA: { resizeDirectory: withSwap(RESIZE) } })],
  [
    'the source has nothing',
    errorAtDestination({ hostA: { resizeDirectory: undefined }, hostB: { directory: undefined } }),
  ],
  [
    'it boots from a volume',
    errorAtDestination({ server: { imageId: undefined }, hostB: { directory: undefined } }),
  ],
])('error-destination-empty is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('error-destination-empty');
});

test('error-destination-whole: compared first, then rebooted', () => {
  const [confidence, verdict, first] = said(errorAtDestination(), 'error-destination-whole');
  expect([confidence, first]).toEqual(['certain', 'compare']);
  expect(verdict).toContain('Nova failed after the copy');
  expect(said(errorAtDestination(compared(true)), 'error-destination-whole')[2]).toBe('hard-reboot');
});

test('error-destination-whole: a copy that differs is never started', () => {
  const bad = errorAtDestination(compared(false));
  const [confidence, , first] = said(bad, 'error-destination-whole');
  expect([confidence, first]).toEqual(['open', 'by-hand Copy the disks to hostB']);
  expect(spoken(bad, 'error-destination-whole').steps.map(({ kind }) => kind)).toEqual(['by-hand']);
});

test('error-destination-whole: Nova stops at a swap disk that is not there, so it is made first', () => {
  const of = errorAtDestination({ hostA: { resizeDirectory: withSwap(RESIZE) }, ...compared(true) });
  const { offers } = spoken(of, 'error-destination-whole');
  const refused = offers.find(({ action }) => action.kind === 'hard-reboot')?.refusals.join();
  expect(refused).toContain('hostB lacks disk.swap');
  expect(said(of, 'error-destination-whole')[2]).toMatch(/^make-swap hostB disk\.swap/);
});

test('error-destination-whole: a hard reboot is not sent to a host that would do it some day', () => {
  const down = errorAtDestination({ hostB: { isUp: false }, ...compared(true) });
  expect(said(down, 'error-destination-whole')[2]).not.toBe('hard-reboot');
});

test.each([
  ['a base is missing', errorAtDestination({ hostB: { directory: gone } })],
  ['Nova says that it is on the source', errorAtSource()],
  ['the destination is silent', errorAtDestination({ hostB: { silent: 'off' } })],
])('error-destination-whole is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('error-destination-whole');
});
