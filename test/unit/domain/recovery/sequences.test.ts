import { expect, test } from 'vitest';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import {
  BASE,
  COPY_INODE,
  copyOf,
  disk,
  disks,
  HOME,
  record,
  RESIZE,
  SOURCE_INODE,
} from '../../../support/recovery-evidence.ts';
import {
  copyDead,
  errorAtDestination,
  errorAtSource,
  finishDead,
  moved,
  verify,
  withSwap,
} from '../../../support/recovery-scenes.ts';
import { rootInode, walk } from '../../../support/recovery-simulator.ts';

/** Each recovery from the first look to the end: one step, a new look, the next. */

/** Where Nova says it is, how, and from which disk. */
function ending(of: Evidence): readonly [string | undefined, string, number | undefined] {
  return [of.server.host, of.server.status, rootInode(of)];
}

test('F01, a login that was over at the source: name back, copy aside, state reset, stopped', () => {
  const { steps, end, left } = walk(errorAtSource());
  expect(steps).toEqual([
    'error-source-renamed: put-back hostA',
    `error-rolled-back: set-aside hostB ${HOME}`,
    'error-rolled-back: reset-state active',
    'called-running: stop',
  ]);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
  expect(left).toEqual([]);
});

test('F01 after somebody rebooted it hard: the empty directory goes first', () => {
  const { steps, end } = walk(errorAtSource({ hostA: { directory: disks(HOME, []), domain: 'absent' } }));
  expect(steps.slice(0, 2)).toEqual([
    `both-directories: set-aside hostA ${HOME}`,
    'error-source-renamed: put-back hostA',
  ]);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
});

test('F10, the copy is dead and its nova-compute was started again', () => {
  const { steps, end, left } = walk(copyDead());
  expect(steps).toEqual([
    'resize-copy-dead: put-back hostA',
    'resize-not-started: reset-state active',
    'called-running: stop',
  ]);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
  expect(left).toEqual(['record-open', 'left-behind']);
});

test('F10, the copy is dead and its nova-compute is down: its start puts everything right', () => {
  const { steps, end, left } = walk(copyDead({ hostA: { isUp: false } }), { untidy: true });
  expect(steps).toEqual([
    'resize-copy-dead: Restart nova-compute on hostA',
    'record-open: Close record 12, if it is in the way',
    `left-behind: set-aside hostB ${HOME}`,
  ]);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
  expect(left).toEqual([]);
});

const AT_DESTINATION = [
  'reset-on-verify: undefine hostA',
  `reset-on-verify: set-aside hostA ${RESIZE}`,
] as const;

test('F12, finishing stopped at the destination', () => {
  const { steps, end } = walk(finishDead());
  expect(steps).toEqual([
    'resize-finish-dead: compare',
    'resize-finish-dead: reset-state error',
    'error-destination-whole: hard-reboot',
    ...AT_DESTINATION,
  ]);
  expect(ending(end)).toEqual(['hostB', 'ACTIVE', COPY_INODE]);
});

test('F12 with a copy that is not equal: the source’s disks are copied again before anything starts', () => {
  const bad = finishDead({ hostB: { directory: disks(HOME, []) } });
  const { steps, end } = walk(bad);
  expect(steps.slice(0, 3)).toEqual([
    'resize-finish-dead: Copy the disks to hostB',
    'resize-finish-dead: compare',
    'resize-finish-dead: reset-state error',
  ]);
  expect(ending(end)).toEqual(['hostB', 'ACTIVE', SOURCE_INODE]);
});

test('F02, a login that was over at the destination: compared, swap made, rebooted hard', () => {
  const { steps, end } = walk(errorAtDestination({ hostA: { resizeDirectory: withSwap(RESIZE) } }));
  expect(steps).toEqual([
    'error-destination-whole: compare',
    `error-destination-whole: make-swap hostB disk.swap ${String(2 * 1024 ** 3)}`,
    'error-destination-whole: hard-reboot',
    ...AT_DESTINATION,
  ]);
  expect(ending(end)).toEqual(['hostB', 'ACTIVE', COPY_INODE]);
});

test('F21, the base is gone at the destination: it comes from the source', () => {
  const gone = errorAtDestination({
    image: 'gone',
    hostA: { bases: [BASE] },
    hostB: { directory: copyOf({ missing: true }) },
  });
  const { steps, end } = walk(gone);
  expect(steps).toEqual([
    `error-base-gone: bring-base hostA hostB ${BASE}`,
    'error-destination-whole: compare',
    'error-destination-whole: hard-reboot',
    ...AT_DESTINATION,
  ]);
  expect(ending(end)).toEqual(['hostB', 'ACTIVE', COPY_INODE]);
});

test('F03, nothing was copied: reverted', () => {
  const { steps, end, left } = walk(verify({ hostB: { directory: undefined, domain: 'absent' } }));
  expect(steps).toEqual(['verify-nothing-copied: revert']);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
  expect(left).toEqual([]);
});

test('F03 where Nova copied to the source itself: the stray goes first, then it is reverted', () => {
  const { steps, end } = walk(
    verify({
      hostA: { directory: disks(HOME, [disk('disk', HOME, { inode: 33 })]) },
      hostB: { directory: copyOf({ allocatedBytes: 196_640 }) },
    }),
    { areEqual: false },
  );
  expect(steps).toEqual([
    'verify-nothing-copied: compare',
    `verify-nothing-copied: set-aside hostA ${HOME}`,
    'verify-nothing-copied: revert',
  ]);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
});

test('F04, forgotten and off: compared, then confirmed', () => {
  const { steps, end, left } = walk(verify());
  expect(steps).toEqual(['verify-waits: compare', 'verify-waits: confirm']);
  expect(ending(end)).toEqual(['hostB', 'SHUTOFF', COPY_INODE]);
  expect(left).toEqual([]);
});

test('F04, forgotten, and the comparison says that they differ: reverted', () => {
  const { steps, end } = walk(verify(), { areEqual: false });
  expect(steps).toEqual(['verify-waits: compare', 'verify-nothing-copied: revert']);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
});

test('F07, the source’s base is purged: it comes back before any verdict', () => {
  const purged = verify({
    hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { missing: true })]) },
    hostB: { bases: [BASE] },
  });
  const { steps, end } = walk(purged);
  expect(steps).toEqual([
    `verify-base-gone: bring-base hostB hostA ${BASE}`,
    'verify-waits: compare',
    'verify-waits: confirm',
  ]);
  expect(ending(end)).toEqual(['hostB', 'SHUTOFF', COPY_INODE]);
});

test('F07, a revert failed for want of the base', () => {
  const failed = errorAtSource({
    actions: ['revertResize', 'migrate', 'create'],
    hostA: {
      resizeDirectory: undefined,
      directory: disks(HOME, [disk('disk', HOME, { missing: true })]),
    },
    hostB: { directory: undefined, bases: [BASE] },
  });
  const { steps, end, left } = walk(failed);
  expect(steps).toEqual([
    `revert-base-gone: bring-base hostB hostA ${BASE}`,
    'error-rolled-back: hard-reboot',
  ]);
  expect(ending(end)).toEqual(['hostA', 'ACTIVE', SOURCE_INODE]);
  expect(left).toEqual([]);
});

test('F08, reset-state in VERIFY_RESIZE: the source’s side is put away, and the record closed', () => {
  const reset = moved({
    records: [record()],
    actions: ['reset state', 'migrate', 'create'],
    hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off' },
  });
  const { steps, end, left } = walk(reset, { untidy: true });
  expect(steps).toEqual([...AT_DESTINATION, 'record-open: Close record 12, if it is in the way']);
  expect(ending(end)).toEqual(['hostB', 'ACTIVE', COPY_INODE]);
  expect(left).toEqual([]);
});

test('F08, reset-state in VERIFY_RESIZE where nothing was copied: the data are fetched', () => {
  const reset = moved({
    server: { status: 'SHUTOFF', powerState: 4 },
    records: [record()],
    actions: ['start', 'stop', 'reset state', 'migrate', 'create'],
    hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off' },
    hostB: { directory: disks(HOME, []), domain: 'absent' },
  });
  const { steps, end } = walk(reset);
  expect(steps).toEqual(['reset-on-nothing-copied: Copy the disks to hostB', ...AT_DESTINATION]);
  expect(ending(end)).toEqual(['hostB', 'SHUTOFF', SOURCE_INODE]);
});

test('F08, reset-state on ERROR mid-way: the disks get their name back before Nova looks for them', () => {
  const { steps, end } = walk(
    errorAtSource({ server: { status: 'ACTIVE', vmState: 'active', fault: undefined } }),
  );
  expect(steps).toEqual(['reset-without-disk: put-back hostA', 'called-running: stop']);
  expect(ending(end)).toEqual(['hostA', 'SHUTOFF', SOURCE_INODE]);
});

test('F06, the confirm stopped half-way and the guest runs', () => {
  const half = errorAtDestination({
    actions: ['confirmResize', 'migrate', 'create'],
    hostB: { domain: 'running' },
  });
  const { steps, end } = walk(half);
  expect(steps).toEqual(['error-confirm-half: reset-state active', ...AT_DESTINATION]);
  expect(ending(end)).toEqual(['hostB', 'ACTIVE', COPY_INODE]);
});

test('F06, the confirm stopped half-way and the guest is off', () => {
  const { steps } = walk(errorAtDestination({ actions: ['confirmResize', 'migrate', 'create'] }));
  expect(steps).toEqual(['error-confirm-half: hard-reboot', ...AT_DESTINATION]);
});
