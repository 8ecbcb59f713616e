import { expect, test } from 'vitest';
import { comparedWords } from '../../../../main/domain/recovery/compared.ts';
import { describeAction } from '../../../../main/domain/recovery/describe.ts';
import { openCase } from '../../../../main/domain/recovery/case-file.ts';
import { compared, copyOf, disk, disks, HOME, RESIZE } from '../../../support/recovery-evidence.ts';
import { errorAtDestination, verify } from '../../../support/recovery-scenes.ts';

const small = verify({ hostB: { directory: copyOf({ allocatedBytes: 196_640 }) } });

test('disks that differ: the copy is bad, and it goes back', () => {
  expect(comparedWords(small, compared(false).comparisons)).toBe(
    `Its disk was read on both hosts, and differs: ${HOME}/disk. That means: The root disk on hostB is not that of hostA: the copy is bad. Next: Revert: back to hostA.`,
  );
});

test('disks that are equal: the copy is proven, and a verdict may be given', () => {
  expect(comparedWords(verify(), compared(true).comparisons)).toBe(
    'Its disk was read on both hosts, and is equal. That means: It waits for a verdict; the copy on hostB is proven. Next: Confirm: it stays on hostB.',
  );
});

test('one of two', () => {
  const two = (path: string) => disks(path, [disk('disk', path), disk('disk.eph0', path)]);
  const of = verify({ hostA: { resizeDirectory: two(RESIZE) }, hostB: { directory: two(HOME) } });
  const made = ['disk', 'disk.eph0'].map((name, index) => ({
    sourcePath: `${RESIZE}/${name}`,
    destinationPath: `${HOME}/${name}`,
    equal: index === 0,
    atMs: of.atMs,
  }));
  expect(comparedWords(of, made)).toContain('1 of 2 disks that were read on both hosts differ: ');
  expect(comparedWords(of, made.slice(0, 1).concat(made.slice(0, 1)))).toContain('All 2 disks');
});

test('the step says what either end means', () => {
  const check = (of: ReturnType<typeof verify>): string =>
    describeAction({ kind: 'compare' }, openCase(of)).check;
  expect(check(verify())).toMatch(/^Equal: the copy on hostB is proven, and may be confirmed\. Different: /);
  expect(check(errorAtDestination())).toMatch(/^Equal: hostB has all that hostA has/);
});
