import { expect, test } from 'vitest';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import { closeLook } from '../../../support/close-look.ts';
import {
  BASE,
  compared,
  copyOf,
  disk,
  disks,
  HOME,
  ids,
  minutesAgo,
  record,
  RESIZE,
  said,
  spoken,
} from '../../../support/recovery-evidence.ts';
import { atRest, errorAtDestination, moved, verify, type Change } from '../../../support/recovery-scenes.ts';

const off = { server: { status: 'SHUTOFF', vmState: 'stopped', powerState: 4 } };
/** Reset to active in the middle of a copy: the disks are in `_resize` still. */
const withoutName = (more: Change = {}) =>
  atRest({
    ...more,
    hostA: { directory: undefined, resizeDirectory: disks(RESIZE), domain: 'shut off', ...more.hostA },
  });
/** Reset to active in VERIFY_RESIZE: it runs on hostB, hostA has its old disks. */
const reset = (more: Change = {}) =>
  moved({
    records: [record()],
    actions: ['reset state', 'migrate'],
    ...more,
    hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off', ...more.hostA },
  });
const failed = (of: Evidence, action: string, result = 'Error'): Evidence => ({
  ...of,
  actions: {
    known: true,
    value: [
      {
        action,
        requestId: 'req-1',
        startedAt: minutesAgo(60),
        message: 'Error',
        events: [
          {
            event: 'cold_migrate',
            result,
            host: 'controller',
            details: 'No valid host was found.\nmore',
            startedAt: minutesAgo(60),
            finishedAt: minutesAgo(60),
          },
        ],
      },
    ],
  },
});

test('nothing is said of an instance that is well', () => {
  expect(ids(atRest())).toEqual([]);
  expect(ids(atRest({ ...off, hostA: { domain: 'shut off' } }))).toEqual([]);
  expect(ids(moved())).toEqual([]);
});

test('reset-without-disk: the name is put back', () => {
  const [confidence, verdict, first] = said(withoutName(), 'reset-without-disk');
  expect([confidence, first]).toEqual(['certain', 'put-back hostA']);
  expect(verdict).toContain('the next start would make empty ones');
});

test('reset-without-disk: neither start nor hard reboot before that', () => {
  const { offers } = spoken(withoutName(off), 'reset-without-disk');
  const start = offers.find(({ action }) => action.kind === 'start');
  expect(start?.refusals.join()).toContain('no root disk under the name that Nova looks for');
});

test.each([
  ['the name is right', atRest()],
  ['both are there', withoutName({ hostA: { directory: disks(HOME) } })],
  ['_resize has no root disk', withoutName({ hostA: { resizeDirectory: disks(RESIZE, []) } })],
  ['it is in VERIFY_RESIZE', verify()],
])('reset-without-disk is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('reset-without-disk');
});

test('reset-on-verify: the source’s side is put away', () => {
  const [confidence, verdict, first] = said(reset(), 'reset-on-verify');
  expect([confidence, first]).toEqual(['certain', 'undefine hostA']);
  expect(verdict).toContain('It lives on hostB');
  expect(said(reset({ hostA: { domain: 'absent' } }), 'reset-on-verify')[2]).toBe(
    `set-aside hostA ${RESIZE}`,
  );
  expect(said(reset({ records: [record({ status: 'error' })] }), 'reset-on-verify')[0]).toBe('likely');
});

test.each([
  ['nothing is left', moved()],
  ['the data are at the source', reset({ hostB: { directory: copyOf({ allocatedBytes: 200_000 }) } })],
  ['it waits for a verdict', verify()],
  ['the source is silent', reset({ hostA: { silent: 'off' } })],
])('reset-on-verify is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('reset-on-verify');
});

test('reset-on-nothing-copied: it lives from a new disk, and the data are at the source', () => {
  const fresh = reset({ hostB: { directory: copyOf({ allocatedBytes: 200_000 }) } });
  const [confidence, verdict, first] = said(fresh, 'reset-on-nothing-copied');
  expect([confidence, first]).toEqual(['likely', 'by-hand Copy the disks to hostB']);
  expect(verdict).toContain('looks like a new one from the image');
  const empty = reset({ ...off, hostB: { directory: disks(HOME, []), domain: 'absent' } });
  expect(said(empty, 'reset-on-nothing-copied')[0]).toBe('certain');
  expect(ids(empty)).not.toContain('no-disk');
});

test.each([
  ['the copy is as large', reset()],
  ['nothing is left at the source', moved({ hostB: { directory: copyOf({ allocatedBytes: 200_000 }) } })],
  ['it is in ERROR', errorAtDestination({ hostB: { directory: undefined } })],
])('reset-on-nothing-copied is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('reset-on-nothing-copied');
});

test('base-gone-at-rest: it runs, and must not be stopped', () => {
  const gone = atRest({
    hostA: { directory: disks(HOME, [disk('disk', HOME, { missing: true })]) },
    hostB: { bases: [BASE] },
  });
  const [confidence, verdict, first] = said(gone, 'base-gone-at-rest');
  expect([confidence, first]).toEqual(['certain', `bring-base hostB hostA ${BASE}`]);
  expect(verdict).toContain('it runs until it is stopped');
  expect(ids(atRest())).not.toContain('base-gone-at-rest');
  expect(ids(atRest({ hostA: { silent: 'off' } }))).not.toContain('base-gone-at-rest');
});

test('left-behind: what another host has left is set aside', () => {
  const left = atRest({ hostB: { directory: copyOf(), domain: 'shut off' } });
  expect(said(left, 'left-behind')).toEqual([
    'certain',
    'hostB still has something of it; it lives on hostA.',
    'undefine hostB',
  ]);
  expect(said(atRest({ hostB: { resizeDirectory: disks(RESIZE) } }), 'left-behind')[2]).toBe(
    `set-aside hostB ${RESIZE}`,
  );
});

test('left-behind: what is larger than what it lives from is not set aside', () => {
  const small = disks(HOME, [disk('disk', HOME, { allocatedBytes: 200_000 })]);
  const odd = atRest({ hostA: { directory: small }, hostB: { directory: copyOf() } });
  expect(said(odd, 'left-behind')[2]).toBe('nothing');
});

test.each([
  ['nothing is left', atRest()],
  ['it is reset-on-verify', reset()],
  [
    'it is not whole where it lives',
    atRest({ hostA: { directory: undefined }, hostB: { directory: copyOf() } }),
  ],
  [
    'Coldhaul is at it',
    atRest({
      hostB: { directory: copyOf() },
      own: [
        { id: 'x', phase: 'copying', isOpen: true, isProven: false, source: 'hostA', destination: 'hostB' },
      ],
    }),
  ],
])('left-behind is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('left-behind');
});

test('no-disk: they are looked for before anything is done', () => {
  const none = atRest({ ...off, hostA: { directory: undefined, domain: 'shut off' } });
  expect(said(none, 'no-disk')).toEqual(['certain', 'hostA has no disks of it.', 'by-hand Find its disks']);
  const elsewhere = atRest({
    ...off,
    hostA: { directory: disks(HOME, []), domain: 'absent', leftovers: [`${HOME}.kept-1`] },
  });
  expect(said(elsewhere, 'no-disk')[1]).toBe('hostA has no disks of it; some are elsewhere.');
});

test.each([
  ['they are there', atRest()],
  ['they have another name', withoutName()],
  ['it boots from a volume', atRest({ server: { imageId: undefined }, hostA: { directory: undefined } })],
  ['Nova keeps them in Ceph', atRest({ hostA: { directory: undefined, imagesType: 'rbd' } })],
  [
    'the directory has its name of long ago',
    atRest({ hostA: { directory: undefined, close: closeLook({ oldDirectory: '/x/instance-00000001' }) } }),
  ],
  ['the host is silent', atRest({ hostA: { silent: 'off' } })],
])('no-disk is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('no-disk');
});

test('called-running: Nova is told that it is off', () => {
  const of = atRest({ hostA: { domain: 'shut off' } });
  const [confidence, verdict, first] = said(of, 'called-running');
  expect([confidence, first]).toEqual(['certain', 'stop']);
  expect(verdict).toContain('libvirt there says shut off');
});

test.each([
  ['it runs', atRest()],
  ['it is SHUTOFF', atRest({ ...off, hostA: { domain: 'shut off' } })],
  ['libvirt does not tell', atRest({ hostA: { domain: 'unknown' } })],
  ['a host is silent, where it may run', atRest({ hostA: { domain: 'absent' }, hostB: { silent: 'off' } })],
  ['it runs elsewhere', atRest({ hostA: { domain: 'absent' }, hostB: { domain: 'running' } })],
])('called-running is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('called-running');
});

const mine = {
  id: 'm1',
  phase: 'copied',
  isOpen: true,
  isProven: false,
  source: 'hostA',
  destination: 'hostB',
};

test('half-finished: Coldhaul goes on by itself, and nothing else is done', () => {
  const [confidence, verdict, first] = said(verify({ own: [mine], ...compared(true) }), 'half-finished');
  expect([confidence, first]).toEqual(['certain', 'by-hand Let Coldhaul go on']);
  expect(verdict).toBe('Coldhaul’s own migration m1 from hostA to hostB is copied.');
  expect(said(verify({ own: [mine], ...compared(true) }), 'verify-waits')[2]).toBe('nothing');
  expect(ids(verify({ own: [{ ...mine, isOpen: false }] }))).not.toContain('half-finished');
});

test('record-open: the record is closed by hand, in the words that fit', () => {
  const rolledBack = atRest({
    ...off,
    records: [record({ status: 'migrating' })],
    hostA: { domain: 'shut off' },
  });
  const [confidence, verdict, first] = said(rolledBack, 'record-open');
  expect([confidence, first]).toEqual(['certain', 'by-hand Close record 12, if it is in the way']);
  expect(verdict).toContain('record 12 says “migrating”');
  const commands = (of: Evidence): string =>
    spoken(of, 'record-open')
      .steps.map((step) => (step.kind === 'by-hand' ? step.commands.join() : ''))
      .join();
  expect(commands(rolledBack)).toContain("SET status = 'error'");
  expect(commands(moved({ records: [record()] }))).toContain("SET status = 'confirmed'");
});

test.each([
  ['it was confirmed', moved()],
  ['it changed just now', atRest({ records: [record({ status: 'migrating', updatedAt: minutesAgo(1) })] })],
  ['there is a _resize', reset()],
  ['its host is silent', atRest({ records: [record({ status: 'migrating' })], hostA: { silent: 'off' } })],
])('record-open is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('record-open');
});

test('nothing-happened: the event says why, and nothing has to be done', () => {
  expect(said(failed(atRest(), 'migrate'), 'nothing-happened')).toEqual([
    'certain',
    'The last migrate failed: No valid host was found. Nothing was changed; it is where it was, on hostA.',
    'nothing',
  ]);
});

test.each([
  ['it went well', failed(atRest(), 'migrate', 'Success')],
  ['something else was asked since', failed(atRest(), 'reboot')],
  ['the disks have another name', failed(withoutName(), 'migrate')],
  ['the disks are gone', failed(atRest({ hostA: { directory: undefined } }), 'migrate')],
])('nothing-happened is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('nothing-happened');
});
