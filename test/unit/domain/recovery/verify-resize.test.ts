import { expect, test } from 'vitest';
import { openCase } from '../../../../main/domain/recovery/case-file.ts';
import { neverIn } from '../../../../main/domain/recovery/rule.ts';
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
import { verify } from '../../../support/recovery-scenes.ts';

const broken = (path: string) => disks(path, [disk('disk', path, { missing: true })]);
const refusalsOf = (of: ReturnType<typeof verify>, id: string, kind: string): string =>
  spoken(of, id)
    .offers.filter(({ action }) => action.kind === kind)
    .flatMap(({ refusals }) => refusals)
    .join('; ');

test('verify-nothing-copied: the destination has no root disk', () => {
  const empty = verify({ hostB: { directory: undefined, domain: 'absent' } });
  expect(ids(empty)).toEqual(['verify-nothing-copied']);
  expect(said(empty, 'verify-nothing-copied')).toEqual([
    'certain',
    'hostB has no root disk of it: nothing was copied, and the only copy is on hostA.',
    'revert',
  ]);
});

test('verify-nothing-copied: the disk at the destination is far too small; reading both decides first', () => {
  const small = verify({ hostB: { directory: copyOf({ allocatedBytes: 196_640 }) } });
  const [confidence, verdict, first] = said(small, 'verify-nothing-copied');
  expect([confidence, first]).toEqual(['likely', 'compare']);
  expect(verdict).toContain('looks like a new one from the image');
  const runs = verify({ hostB: { directory: copyOf({ allocatedBytes: 196_640 }), domain: 'running' } });
  expect(said(runs, 'verify-nothing-copied')[2]).toBe('revert');
});

test('verify-nothing-copied: Nova copied onto the source itself, which is said as surely as it is known', () => {
  const stray = verify({
    hostA: { directory: disks(HOME) },
    hostB: { directory: copyOf({ allocatedBytes: 196_640 }) },
  });
  const [confidence, verdict] = said(stray, 'verify-nothing-copied');
  expect(confidence).toBe('certain');
  expect(verdict).toMatch(/: Nova copied onto hostA itself, and nothing was copied to hostB\.$/);
});

test('verify-nothing-copied: the revert is named as what never to do only while a stray lies there', () => {
  const nothing = { hostB: { directory: undefined } };
  const neverOf = (of: ReturnType<typeof verify>): readonly string[] =>
    neverIn(openCase(of), spoken(of, 'verify-nothing-copied').rule).map(({ what }) => what);
  const words = 'a revert while <uuid> lies beside _resize on the source';
  expect(neverOf(verify({ ...nothing, hostA: { directory: disks(HOME) } }))).toContain(words);
  expect(neverOf(verify(nothing))).not.toContain(words);
  expect(neverOf(verify(nothing))).toContain('migrating it again');
});

test('verify-nothing-copied: both were compared, and differ', () => {
  expect(said(verify(compared(false)), 'verify-nothing-copied')).toEqual([
    'certain',
    'The root disk on hostB is not that of hostA: the copy is bad.',
    'revert',
  ]);
});

test('verify-nothing-copied: one of two disks was not copied', () => {
  const two = disks(RESIZE, [disk('disk', RESIZE), disk('disk.eph0', RESIZE)]);
  const [confidence, verdict, first] = said(
    verify({ hostA: { resizeDirectory: two } }),
    'verify-nothing-copied',
  );
  expect([confidence, first]).toEqual(['certain', 'revert']);
  expect(verdict).toContain('hostB has no disk.eph0 of it');
});

test('verify-nothing-copied: where the base of the way back is gone, it comes first', () => {
  const both = verify({
    hostA: { resizeDirectory: broken(RESIZE) },
    hostB: { directory: undefined, bases: [BASE] },
  });
  expect(said(both, 'verify-nothing-copied')[2]).toBe(`bring-base hostB hostA ${BASE}`);
  expect(refusalsOf(both, 'verify-nothing-copied', 'revert')).toContain('is missing');
});

test.each([
  ['of equal size', verify()],
  [
    'smaller, but proven equal',
    verify({ hostB: { directory: copyOf({ allocatedBytes: 9 }) }, ...compared(true) }),
  ],
  ['different, for it runs', verify({ hostB: { domain: 'running' }, ...compared(false) })],
  [
    'small, as is the source’s',
    verify({
      hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { allocatedBytes: 4_000_000 })]) },
      hostB: { directory: copyOf({ allocatedBytes: 200_000 }) },
    }),
  ],
  ['booted from a volume', verify({ server: { imageId: undefined }, hostB: { directory: undefined } })],
  ['in Ceph', verify({ hostA: { imagesType: 'rbd' }, hostB: { directory: undefined } })],
  ['not told', verify({ hostB: { silent: 'no way by SSH' } })],
])('verify-nothing-copied is silent of a disk that is %s', (_what, of) => {
  expect(ids(of)).not.toContain('verify-nothing-copied');
});

test('verify-base-gone: the source’s base is brought from the destination', () => {
  const gone = verify({ hostA: { resizeDirectory: broken(RESIZE) }, hostB: { bases: [BASE] } });
  const [confidence, verdict, first] = said(gone, 'verify-base-gone');
  expect([confidence, first]).toEqual(['certain', `bring-base hostB hostA ${BASE}`]);
  expect(verdict).toContain(`On hostA the base ${BASE} is gone`);
  expect(ids(verify())).not.toContain('verify-base-gone');
});

test('verify-base-gone: a disk of the destination that lies on it shows who has it, too', () => {
  expect(said(verify({ hostA: { resizeDirectory: broken(RESIZE) } }), 'verify-base-gone')[2]).toBe(
    `bring-base hostB hostA ${BASE}`,
  );
});

test('verify-base-gone: nobody has it, so it is looked for by hand', () => {
  const nobody = verify({ hostA: { resizeDirectory: broken(RESIZE) }, hostB: { directory: undefined } });
  expect(said(nobody, 'verify-base-gone')[2]).toMatch(/^by-hand Find the base/);
});

test('verify-base-gone: an ephemeral base of the destination is another one, and never brought', () => {
  const base = '/var/lib/nova/instances/_base/ephemeral_1_0706d66';
  const gone = verify({
    hostA: {
      resizeDirectory: disks(RESIZE, [
        disk('disk', RESIZE),
        disk('disk.eph0', RESIZE, { base, missing: true }),
      ]),
    },
    hostB: { bases: [base] },
  });
  expect(said(gone, 'verify-base-gone')[2]).toBe('by-hand Find the base ephemeral_1_0706d66');
});

test('verify-waits: off and not compared, so that comes first', () => {
  const [confidence, verdict, first] = said(verify(), 'verify-waits');
  expect([confidence, first]).toEqual(['open', 'compare']);
  expect(verdict).toContain('whether all was copied to hostB is not known');
  expect(spoken(verify(), 'verify-waits').wouldTell).toBe(
    'Reading both disks to the end and comparing them.',
  );
});

test('verify-waits: proven, so it may be confirmed', () => {
  expect(said(verify(compared(true)), 'verify-waits')).toEqual([
    'certain',
    'It waits for a verdict; the copy on hostB is proven.',
    'confirm',
  ]);
});

test('verify-waits: it runs, so only a person can confirm', () => {
  const runs = verify({ server: { powerState: 1 }, hostB: { domain: 'running' } });
  const [confidence, verdict, first] = said(runs, 'verify-waits');
  expect([confidence, first]).toEqual(['likely', 'by-hand Confirm, if the guest is in order']);
  expect(verdict).not.toContain('is proven');
  const paused = verify({ server: { powerState: 1 }, hostB: { domain: 'paused' } });
  expect(said(paused, 'verify-waits')[2]).toBe('by-hand Confirm, if the guest is in order');
});

test('verify-waits: a running guest that Nova calls off is not confirmed, nor reverted for it', () => {
  const lagging = verify({ hostB: { domain: 'running' }, ...compared(true) });
  expect(said(lagging, 'verify-waits')[2]).toBe('by-hand Wait until Nova knows that it runs');
  expect(refusalsOf(lagging, 'verify-waits', 'confirm')).toContain('Nova calls it off');
});

test('verify-waits: a disk that was flattened on the way cannot be compared, so nothing is read for nothing', () => {
  const flat = verify({
    hostB: { directory: disks(HOME, [{ ...disk('disk', HOME), chain: disk('disk', HOME).chain.slice(1) }]) },
  });
  expect(said(flat, 'verify-waits')[2]).toBe('by-hand Confirm, if the guest is in order');
});

test.each([
  ['the copy is missing', verify({ hostB: { directory: undefined } })],
  ['a base is missing', verify({ hostA: { resizeDirectory: broken(RESIZE) } })],
  ['the source has nothing', verify({ hostA: { resizeDirectory: undefined } })],
  ['it is in ERROR', verify({ server: { status: 'ERROR' } })],
  ['Nova has no record', verify({ records: [] })],
])('verify-waits is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('verify-waits');
});

test('verify-source-gone: nothing to go back to, so no revert', () => {
  const gone = verify({ hostA: { resizeDirectory: undefined, domain: 'absent' } });
  const [confidence, verdict, first] = said(gone, 'verify-source-gone');
  expect([confidence, first]).toEqual(['certain', 'by-hand Find its disks']);
  expect(verdict).toBe('hostA has nothing to go back to; the only disks are on hostB.');
  expect(ids(verify())).not.toContain('verify-source-gone');
  expect(ids(verify({ hostA: { silent: 'off' } }))).not.toContain('verify-source-gone');
});

test('verify-source-gone: the disks have their name back too soon', () => {
  const early = verify({ hostA: { resizeDirectory: undefined, directory: disks(HOME) } });
  expect(said(early, 'verify-source-gone')[2]).toBe(
    'by-hand Name the disks on hostA so that a revert finds them',
  );
  expect(refusalsOf(early, 'verify-source-gone', 'revert')).toContain('no root disk to go back to');
});

test('verify-destination-broken: the base is missing there', () => {
  const off = verify({ hostA: { bases: [BASE] }, hostB: { directory: broken(HOME) } });
  const [confidence, verdict, first] = said(off, 'verify-destination-broken');
  expect([confidence, first]).toEqual(['certain', `bring-base hostA hostB ${BASE}`]);
  expect(verdict).toContain('without which its disk is worth nothing');
  expect(ids(verify())).not.toContain('verify-destination-broken');
});

test('verify-destination-broken: the copy is torn, so it goes back', () => {
  const torn = disks(HOME, [{ ...disk('disk', HOME), chain: [], problem: 'Image is not in qcow2 format' }]);
  expect(said(verify({ hostB: { directory: torn } }), 'verify-destination-broken')[2]).toBe('revert');
});

test('a record that Nova no longer finds takes no verdict', () => {
  const of = verify({ records: [record({ status: 'error' })], ...compared(true) });
  expect(refusalsOf(of, 'verify-waits', 'confirm')).toContain('its record says error, not finished');
  expect(said(of, 'verify-waits')[2]).toBe('nothing');
});
