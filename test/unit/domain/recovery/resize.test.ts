import { expect, test } from 'vitest';
import {
  AT_MS,
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
} from '../../../support/recovery-evidence.ts';
import { copyDead, finishDead, verify, type Change } from '../../../support/recovery-scenes.ts';

const rsync = {
  pid: 4711,
  command: 'rsync -r --sparse disk',
  ageSeconds: 5400,
  writtenBytes: 3e9,
  recentBytes: 8e6,
  recentSeconds: 2,
};
const MONTH_AGO_MS = AT_MS - 30 * 24 * 3600_000;
const sinceLong = { computeStartedAtMs: MONTH_AGO_MS };

/** RESIZE for an hour, with the nova-compute that began it. */
const copying = (more: Change = {}, copies: readonly (typeof rsync)[] = [rsync]) =>
  copyDead({ ...more, hostA: { trouble: { ...sinceLong, copies }, ...more.hostA } });

/** RESIZE (resize_prep) for an hour. */
const prepared = (more: Change = {}) =>
  copyDead({
    ...more,
    server: { taskState: 'resize_prep', ...more.server },
    hostA: {
      resizeDirectory: undefined,
      directory: disks(HOME),
      domain: 'running',
      trouble: sinceLong,
      ...more.hostA,
    },
    hostB: { directory: undefined, ...more.hostB },
  });

test('resize-copying: it writes, so nothing is done', () => {
  expect(ids(copying())).toEqual(['resize-copying']);
  expect(said(copying(), 'resize-copying')).toEqual([
    'certain',
    'Nova copies, and is getting on.',
    'nothing',
  ]);
});

test('resize-copying: it was not seen to write', () => {
  const still = copying({}, [{ ...rsync, recentBytes: 0 }]);
  expect(said(still, 'resize-copying')[0]).toBe('open');
});

test.each([
  ['nothing copies', copyDead()],
  [
    'nobody waits for it any more',
    copyDead({ hostA: { trouble: { copies: [rsync], computeStartedAtMs: AT_MS } } }),
  ],
  ['it waits for a verdict', verify({ hostA: { trouble: { copies: [rsync] } } })],
])('resize-copying is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('resize-copying');
});

test('resize-copy-orphaned: the process outlived its nova-compute', () => {
  const orphan = copyDead({ hostA: { isUp: false, trouble: { copies: [rsync], ...sinceLong } } });
  const [confidence, verdict, first] = said(orphan, 'resize-copy-orphaned');
  expect([confidence, first]).toEqual(['certain', 'by-hand Wait for the copy on hostA, or end it']);
  expect(verdict).toContain('nothing will follow');
  expect(ids(orphan)).not.toContain('resize-copy-dead');
  expect(ids(copying())).not.toContain('resize-copy-orphaned');
});

test('resize-copy-dead: its nova-compute was started again, so the name is put back', () => {
  const [confidence, verdict, first] = said(copyDead(), 'resize-copy-dead');
  expect([confidence, first]).toEqual(['certain', 'put-back hostA']);
  expect(verdict).toContain('the disks are on hostA');
});

test('resize-copy-dead: its nova-compute is down, and its start is the better way', () => {
  const down = copyDead({ hostA: { isUp: false, trouble: sinceLong } });
  expect(said(down, 'resize-copy-dead')[2]).toBe('by-hand Restart nova-compute on hostA');
});

test('resize-copy-dead: nothing was written at the destination for long', () => {
  expect(said(copying({}, []), 'resize-copy-dead')[0]).toBe('likely');
});

test('resize-copy-dead: between two disks nothing copies for a moment, so nothing is offered', () => {
  const busy = copying({ hostB: { directory: copyOf({ mtimeSeconds: AT_MS / 1000 - 3 }) } }, []);
  expect(said(busy, 'resize-copy-dead')[0]).toBe('open');
  expect(said(busy, 'resize-copy-dead')[2]).toBe('nothing');
});

test.each([
  ['it is young', copying({ server: { updatedAt: minutesAgo(1) } }, [])],
  ['something copies', copying()],
  ['the name is back', copyDead({ hostA: { resizeDirectory: undefined, directory: disks(HOME) } })],
  ['Nova says that it is on the destination', finishDead()],
  ['the source is silent', copyDead({ hostA: { silent: 'off' } })],
])('resize-copy-dead is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('resize-copy-dead');
});

test('resize-not-started: the message may still come, so nova-compute is restarted', () => {
  const young = prepared({ server: { updatedAt: minutesAgo(10) } });
  const [confidence, verdict, first] = said(young, 'resize-not-started');
  expect([confidence, first]).toEqual(['certain', 'by-hand Restart nova-compute on hostA']);
  expect(verdict).toContain('Nova has begun nothing');
});

test('resize-not-started: no message lives that long, so the state is reset', () => {
  expect(said(prepared(), 'resize-not-started')[2]).toBe('reset-state active');
});

test('resize-not-started: an older move of it does not make it one that is finishing', () => {
  const second = prepared({
    server: { host: 'hostB' },
    records: [record({ status: 'confirmed', createdAt: minutesAgo(9000), updatedAt: minutesAgo(8990) })],
    hostA: { directory: undefined, domain: 'absent' },
    hostB: { directory: copyOf(), domain: 'running' },
  });
  expect(ids(second)).toContain('resize-not-started');
  expect(ids(second)).not.toContain('resize-finish-dead');
});

test.each([
  ['it is young', prepared({ server: { updatedAt: minutesAgo(1) } })],
  ['the disks have another name', copyDead()],
  ['it copies', prepared({ hostB: { trouble: { copies: [rsync] } } })],
])('resize-not-started is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('resize-not-started');
});

test('resize-finish-dead: the copy is whole, so it is compared first', () => {
  const [confidence, verdict, first] = said(finishDead(), 'resize-finish-dead');
  expect([confidence, first]).toEqual(['likely', 'compare']);
  expect(verdict).toContain('the copy there is whole');
  expect(said(finishDead(compared(true)), 'resize-finish-dead')[2]).toBe('reset-state error');
});

test('resize-finish-dead: a start of nova-compute may finish it by itself', () => {
  const down = finishDead({ server: { taskState: 'resize_migrated' }, hostB: { isUp: false } });
  expect(said(down, 'resize-finish-dead')[2]).toBe('by-hand Restart nova-compute on hostB');
  const started = finishDead({ hostB: { trouble: { computeStartedAtMs: AT_MS - 60_000 } } });
  expect(said(started, 'resize-finish-dead')[0]).toBe('open');
  expect(said(started, 'resize-finish-dead')[2]).toBe('nothing');
});

test('resize-finish-dead: what is missing there comes first', () => {
  const base = finishDead({
    hostA: { bases: [BASE] },
    hostB: { directory: copyOf({ missing: true }) },
  });
  expect(said(base, 'resize-finish-dead')[2]).toBe(`bring-base hostA hostB ${BASE}`);
  const bad = finishDead({ hostB: { directory: undefined } });
  expect(said(bad, 'resize-finish-dead')[2]).toBe('by-hand Copy the disks to hostB');
  expect(said(finishDead(compared(false)), 'resize-finish-dead')[2]).toBe('by-hand Copy the disks to hostB');
});

test('resize-finish-dead: an ephemeral base comes from where the disk was written', () => {
  const base = '/var/lib/nova/instances/_base/ephemeral_1_0706d66';
  const of = (path: string, missing: boolean) =>
    disks(path, [disk('disk', path), disk('disk.eph0', path, { base, missing })]);
  const gone = finishDead({
    hostA: { resizeDirectory: of(RESIZE, false), bases: [base] },
    hostB: { directory: of(HOME, true) },
  });
  expect(said(gone, 'resize-finish-dead')[2]).toBe(`bring-base hostA hostB ${base}`);
});

test.each([
  ['it is young', finishDead({ server: { updatedAt: minutesAgo(1) } })],
  ['Nova says that it is on the source', copyDead()],
  ['something is converted there', finishDead({ hostB: { trouble: { copies: [rsync] } } })],
  ['the destination is silent', finishDead({ hostB: { silent: 'off' } })],
])('resize-finish-dead is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('resize-finish-dead');
});
