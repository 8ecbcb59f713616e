import { expect, test } from 'vitest';
import {
  BASE,
  disk,
  disks,
  HOME,
  ids,
  minutesAgo,
  record,
  RESIZE,
  said,
  side,
  spoken,
} from '../../../support/recovery-evidence.ts';
import { errorAtSource, verify, type Change } from '../../../support/recovery-scenes.ts';

const home = disks(HOME, [disk('disk', HOME, { missing: true })]);

/** ERROR on hostA after a revert, without the base. */
const failed = (more: Change = {}) =>
  errorAtSource({
    actions: ['lock', 'revertResize', 'migrate'],
    ...more,
    hostA: { resizeDirectory: undefined, directory: home, ...more.hostA },
    hostB: { directory: undefined, bases: [BASE] },
  });

/** REVERT_RESIZE for an hour. */
const reverting = (more: Change = {}) =>
  verify({
    records: [record({ status: 'reverting' })],
    actions: ['revertResize', 'migrate'],
    ...more,
    server: { status: 'REVERT_RESIZE', taskState: 'resize_reverting', host: 'hostA', ...more.server },
    hostA: { resizeDirectory: undefined, directory: disks(HOME), ...more.hostA },
    hostB: { directory: undefined, domain: 'absent', ...more.hostB },
  });

test('revert-base-gone: ERROR after a revert, for want of the base', () => {
  const [confidence, verdict, first] = said(failed(), 'revert-base-gone');
  expect([confidence, first]).toEqual(['certain', `bring-base hostB hostA ${BASE}`]);
  expect(verdict).toContain('It goes back to hostA');
  expect(ids(failed())).not.toContain('error-base-gone');
});

test('revert-base-gone: also after a hard reboot that failed again, and while it is still reverting', () => {
  expect(ids(failed({ actions: ['reboot', 'revertResize', 'migrate'] }))).toContain('revert-base-gone');
  expect(ids(reverting({ hostA: { directory: home } }))).toContain('revert-base-gone');
});

test.each([
  ['the base is there', failed({ hostA: { directory: disks(HOME) } })],
  ['it was never reverted', failed({ actions: ['migrate'] })],
  ['it is ACTIVE', failed({ server: { status: 'ACTIVE' } })],
])('revert-base-gone is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('revert-base-gone');
});

test('revert-hangs: a nova-compute of the move is down', () => {
  const [confidence, verdict, first] = said(reverting({ hostB: { isUp: false } }), 'revert-hangs');
  expect([confidence, first]).toEqual(['likely', 'by-hand Restart nova-compute on hostB']);
  expect(verdict).toBe('The revert waits for nova-compute of hostB.');
});

test('revert-hangs: the disks are in their place, so the state is reset when no message can still come', () => {
  expect(said(reverting(), 'revert-hangs')[2]).toBe('reset-state active');
  expect(said(reverting({ server: { updatedAt: minutesAgo(12) } }), 'revert-hangs')[2]).toBe('nothing');
});

test('revert-hangs: the name is not back yet', () => {
  const kept = reverting({ hostA: { directory: undefined, resizeDirectory: disks(RESIZE) } });
  expect(said(kept, 'revert-hangs')[2]).toBe('put-back hostA');
});

test('revert-hangs names no host that the move has nothing to do with', () => {
  const of = reverting({ others: [side('hostC', { isUp: false })] });
  expect(spoken(of, 'revert-hangs').verdict).not.toContain('hostC');
});

test.each([
  ['it is young', reverting({ server: { updatedAt: minutesAgo(1) } })],
  ['its base is gone, which is another state', reverting({ hostA: { directory: home } })],
  ['it waits in VERIFY_RESIZE', verify()],
])('revert-hangs is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('revert-hangs');
});

test('verify-host-down: no verdict without the source', () => {
  const down = verify({ hostA: { isUp: false } });
  const [confidence, verdict, first] = said(down, 'verify-host-down');
  expect([confidence, first]).toEqual(['certain', 'by-hand Restart nova-compute on hostA']);
  expect(verdict).toBe('nova-compute of hostA is down: no verdict can be given until it is back.');
});

test('verify-host-down: a confirm that never ended', () => {
  const stuck = verify({ records: [record({ status: 'confirming', updatedAt: minutesAgo(40) })] });
  expect(said(stuck, 'verify-host-down')[2]).toBe('by-hand Let Nova find record 12 again');
  const lost = verify({ records: [record({ status: 'error' })] });
  expect(said(lost, 'verify-host-down')[1]).toContain('Its record says “error”');
});

test.each([
  ['all is up', verify()],
  [
    'the confirm was begun just now',
    verify({ records: [record({ status: 'confirming', updatedAt: minutesAgo(1) })] }),
  ],
  ['a third host is down', verify({ others: [side('hostC', { isUp: false })] })],
  ['it is in ERROR', errorAtSource({ hostA: { isUp: false } })],
])('verify-host-down is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('verify-host-down');
});

test('times of Nova without a zone are UTC, wherever this runs', () => {
  const updatedAt = minutesAgo(1).replace('Z', '');
  const young = verify({ records: [record({ status: 'confirming', updatedAt })] });
  expect(ids(young)).not.toContain('verify-host-down');
});
