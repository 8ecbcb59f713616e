import { expect, test } from 'vitest';
import {
  copyOf,
  disk,
  disks,
  HOME,
  ids,
  record,
  RESIZE,
  said,
  side,
  spoken,
} from '../../../support/recovery-evidence.ts';
import {
  atRest,
  errorAtDestination,
  errorAtSource,
  migrating,
  moved,
  verify,
} from '../../../support/recovery-scenes.ts';

const both = (more = {}) => ({ directory: disks(HOME), resizeDirectory: disks(RESIZE), ...more });

test('split-brain: both are suspended, and a person decides', () => {
  const two = atRest({ hostB: { directory: copyOf(), domain: 'running' } });
  expect(ids(two)[0]).toBe('split-brain');
  expect(said(two, 'split-brain')).toEqual([
    'certain',
    'It runs on hostA and hostB at once.',
    'by-hand Suspend it on hostA',
  ]);
});

test('split-brain: paused on both, so one is ended by hand', () => {
  const held = atRest({ hostA: { domain: 'paused' }, hostB: { directory: copyOf(), domain: 'paused' } });
  expect(said(held, 'split-brain')[2]).toBe('by-hand End it on hostA, if that is the wrong one');
});

test.each([
  ['one host runs it', atRest()],
  ['the other knows it, off', atRest({ hostB: { domain: 'shut off' } })],
  ['a live migration holds it on both', migrating({ hostB: { domain: 'paused' } })],
])('split-brain is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('split-brain');
});

test('runs-elsewhere: Nova believes it to be on another host', () => {
  const there = atRest({ hostA: { domain: 'absent' }, hostB: { directory: copyOf(), domain: 'running' } });
  const [confidence, verdict, first] = said(there, 'runs-elsewhere');
  expect([confidence, first]).toEqual(['certain', 'by-hand Keep everybody’s hands off']);
  expect(verdict).toBe('It runs on hostB; Nova believes it to be on hostA.');
  const third = atRest({
    hostA: { domain: 'absent' },
    others: [side('hostC', { domain: 'running' })],
  });
  expect(ids(third)).toContain('runs-elsewhere');
});

test.each([
  ['it runs where Nova says', atRest()],
  ['it runs at the destination, as it should', verify({ hostB: { domain: 'running' } })],
  ['it is on its way', migrating({ hostA: { domain: 'absent' }, hostB: { domain: 'running' } })],
])('runs-elsewhere is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('runs-elsewhere');
});

test('both-directories: an empty one goes, and the disks get their name back', () => {
  const empty = errorAtSource({ hostA: { directory: disks(HOME, []), domain: 'absent' } });
  const [confidence, verdict, first] = said(empty, 'both-directories');
  expect([confidence, first]).toEqual(['certain', `set-aside hostA ${HOME}`]);
  expect(verdict).toContain('its directory has no root disk');
});

test('both-directories: an empty _resize goes, also in ERROR', () => {
  const of = errorAtSource({
    hostA: { directory: disks(HOME), resizeDirectory: disks(RESIZE, []) },
    hostB: { directory: undefined },
  });
  expect(said(of, 'both-directories')[2]).toBe(`set-aside hostA ${RESIZE}`);
});

test('both-directories: two sets of disks, and which one is good is not known', () => {
  const two = errorAtSource({ hostA: both() });
  expect(said(two, 'both-directories').slice(0, 1)).toEqual(['open']);
  expect(said(two, 'both-directories')[2]).toBe('nothing');
  expect(spoken(two, 'both-directories').wouldTell).toContain('guestfish');
});

test('both-directories: in VERIFY_RESIZE Nova uses one, and the other is in the way', () => {
  expect(said(verify({ hostA: both() }), 'both-directories')[2]).toBe(`set-aside hostA ${HOME}`);
  const there = verify({ hostB: both({ directory: copyOf() }) });
  expect(said(there, 'both-directories')[2]).toBe(`set-aside hostB ${RESIZE}`);
});

test('both-directories: what lies at the destination is told even where nothing was copied', () => {
  const empty = disks(HOME, []);
  const of = verify({ hostA: both(), hostB: both({ directory: empty }) });
  expect(spoken(of, 'both-directories').verdict).toContain('hostB');
});

test('both-directories: in ERROR at the destination it is the one that Nova renamed that stays', () => {
  const copied = errorAtDestination({ hostA: both() });
  const [confidence, verdict, first] = said(copied, 'both-directories');
  expect([confidence, first]).toEqual(['certain', `set-aside hostA ${HOME}`]);
  expect(verdict).toContain('which Nova does not know of');
  const over = errorAtDestination({ hostA: both(), records: [record({ status: 'confirmed' })] });
  expect(said(over, 'both-directories')[0]).toBe('open');
});

test.each([
  ['each host has one', verify()],
  ['another host has both, which is what it has left', atRest({ hostB: both() })],
  ['there is one', moved()],
  ['verify-nothing-copied tells of it', verify({ hostA: both(), hostB: { directory: undefined } })],
])('both-directories is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('both-directories');
});

test('two small disks are no reason to take one for empty', () => {
  const small = disks(HOME, [disk('disk', HOME, { allocatedBytes: 200_000 })]);
  expect(said(errorAtSource({ hostA: both({ directory: small }) }), 'both-directories')[0]).toBe('open');
});
