import { expect, test } from 'vitest';
import { openCase } from '../../../../main/domain/recovery/case-file.ts';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import {
  compareOnce,
  comparedOf,
  isCompared,
  isFarSmaller,
  isProvenBefore,
} from '../../../../main/domain/recovery/proof.ts';
import { compared, copyOf, disk, disks, HOME, record, RESIZE } from '../../../support/recovery-evidence.ts';
import { atRest, verify, withSwap, type Change } from '../../../support/recovery-scenes.ts';
import { link } from '../../../support/samples.ts';

const isProven = (of: Evidence): boolean => isProvenBefore(openCase(of));
const two = (path: string) => disks(path, [disk('disk', path), disk('disk.eph0', path)]);
const said = (name: string, equal: boolean, atMs = 1) => ({
  sourcePath: `${RESIZE}/${name}`,
  destinationPath: `${HOME}/${name}`,
  equal,
  atMs,
});
const both = (more: Change = {}): Evidence =>
  verify({ hostA: { resizeDirectory: two(RESIZE) }, hostB: { directory: two(HOME) }, ...more });

test('the newest comparison of two files counts', () => {
  const { comparisons } = verify({ comparisons: [said('disk', true, 1), said('disk', false, 2)] });
  expect(isCompared({ comparisons }, `${RESIZE}/disk`, `${HOME}/disk`)).toBe('differs');
  expect(isCompared({ comparisons }, `${RESIZE}/disk`, `${HOME}/other`)).toBe('unknown');
});

test('every disk has to be equal, but for swap, which Nova makes anew', () => {
  expect(isProven(verify(compared(true)))).toBe(true);
  expect(isProven(verify({ hostA: { resizeDirectory: withSwap(RESIZE) }, ...compared(true) }))).toBe(true);
  expect(isProven(both({ comparisons: [said('disk', true)] }))).toBe(false);
  expect(isProven(both({ comparisons: [said('disk', true), said('disk.eph0', false)] }))).toBe(false);
  expect(isProven(both({ comparisons: [said('disk', true), said('disk.eph0', true)] }))).toBe(true);
});

test.each([
  ['nothing was compared', verify()],
  ['they differ', verify(compared(false))],
  ['the copy is gone', verify({ hostB: { directory: undefined }, ...compared(true) })],
  [
    'the source has a swap disk only',
    verify({ hostA: { resizeDirectory: disks(RESIZE, [disk('disk.swap', RESIZE)]) } }),
  ],
  [
    'both are empty',
    verify({ hostA: { resizeDirectory: disks(RESIZE, []) }, hostB: { directory: disks(HOME, []) } }),
  ],
  ['nobody moved it', atRest(compared(true))],
])('nothing is proven where %s', (_what, of) => {
  expect(isProven(of)).toBe(false);
});

const own = {
  id: 'm',
  phase: 'awaiting-verdict',
  isOpen: true,
  isProven: true,
  source: 'hostA',
  destination: 'hostB',
};

test('what Coldhaul proved counts for the move that is undecided, and for no other', () => {
  expect(isProven(verify({ own: [own] }))).toBe(true);
  expect(isProven(verify({ own: [{ ...own, isOpen: false }] }))).toBe(false);
  expect(isProven(verify({ own: [{ ...own, isProven: false }] }))).toBe(false);
  expect(isProven(verify({ own: [{ ...own, destination: 'hostC' }] }))).toBe(false);
  expect(isProven(verify({ own: [own], records: [record({ sourceCompute: 'hostC' })] }))).toBe(false);
  expect(isProven(verify({ own: [own], records: [] }))).toBe(false);
});

test('one that differs is enough; one that was not read leaves it open', () => {
  expect(comparedOf(openCase(both({ comparisons: [said('disk.eph0', false)] })))).toBe('differs');
  expect(comparedOf(openCase(both({ comparisons: [said('disk', true)] })))).toBe('unknown');
});

test('reading is offered once, and only where bytes can tell something', () => {
  expect(compareOnce(openCase(verify()))).toEqual([{ kind: 'compare' }]);
  expect(compareOnce(openCase(verify(compared(true))))).toEqual([]);
  const flat = copyOf({ chain: [link(`${HOME}/disk`)] });
  expect(compareOnce(openCase(verify({ hostB: { directory: flat } })))).toEqual([]);
  expect(compareOnce(openCase(both({ hostB: { directory: copyOf() } })))).toEqual([]);
});

test('sizes tell something only of disks that hold something', () => {
  const of = (allocatedBytes: number) => disk('disk', HOME, { allocatedBytes });
  expect(isFarSmaller(of(1_000_000), of(50_000_000))).toBe(true);
  expect(isFarSmaller(of(20_000_000), of(50_000_000))).toBe(false);
  expect(isFarSmaller(of(1000), of(8_000_000))).toBe(false);
});
