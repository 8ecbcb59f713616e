import { expect, test } from 'vitest';
import { destinationWith, judged, unread } from '../../../support/judged.ts';
import { good } from '../../../support/plan-evidence.ts';
import { diskPlan } from '../../../support/samples.ts';

const GIB = 1024 ** 3;
const disks = [diskPlan('disk', { virtualBytes: 10 * GIB, bytesToMove: GIB })];

test('room for all that was promised', () => {
  const allDisks = { allocatedBytes: 5 * GIB, virtualBytes: 40 * GIB };
  expect(judged('destination.over-commit', destinationWith({ allDisks }, { disks }))).toMatchObject({
    verdict: 'pass',
    message: expect.stringContaining('may still grow by 35.0 GiB') as string,
  });
});

test('more promised than there is', () => {
  const allDisks = { allocatedBytes: 5 * GIB, virtualBytes: 105 * GIB };
  expect(judged('destination.over-commit', destinationWith({ allDisks }, { disks }))).toMatchObject({
    verdict: 'note',
    message: expect.stringMatching(/100 GiB are free on hostB.*: 10\.0 GiB too few/) as string,
  });
});

test('what was not read is no pass', () => {
  expect(judged('destination.over-commit', unread(good)).verdict).toBe('note');
  expect(judged('destination.over-commit', destinationWith({ allDisks: undefined })).verdict).toBe('note');
});
