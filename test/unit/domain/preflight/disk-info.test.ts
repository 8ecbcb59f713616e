import { expect, test } from 'vitest';
import { judged, sourceWith, unread } from '../../../support/judged.ts';
import { good, home } from '../../../support/plan-evidence.ts';
import { directory, diskFile, link } from '../../../support/samples.ts';

const PATH = `${home}/disk`;
const raw = {
  directory: directory(home, {
    disks: [diskFile('disk', { chain: [link(PATH, { format: 'raw' })] })],
  }),
};
const domainDisks = [{ path: PATH, format: 'raw' }];

test('the record, the domain and the files agree', () => {
  expect(judged('disks.info', good).verdict).toBe('pass');
  const formats = { [PATH]: 'raw' };
  const evidence = sourceWith(raw, { diskInfo: { formats }, domainDisks, qcow2Magic: [] });
  expect(judged('disks.info', evidence).verdict).toBe('pass');
});

test.each([
  ['is no record', {}, { diskInfo: { formats: undefined } }, 'block', /not what Nova writes there/],
  ['is not what the domain has', {}, { domainDisks }, 'block', /disk: disk.info says qcow2, the domain raw/],
  ['is not what the file is', raw, { domainDisks: [] }, 'block', /disk: disk.info says qcow2, qemu-img raw/],
  [
    'calls raw what begins as qcow2',
    raw,
    { diskInfo: { formats: { [PATH]: 'raw' } }, domainDisks },
    'warn',
    /counts as raw and begins as a qcow2/,
  ],
  [
    'is silent on a raw disk',
    raw,
    { diskInfo: { formats: {} }, domainDisks, qcow2Magic: [] },
    'warn',
    /does not say what disk is/,
  ],
  ['is not there', {}, { diskInfo: undefined }, 'note', /releases before Havana/],
] as const)('the record %s', (_what, instance, close, verdict, says) => {
  expect(judged('disks.info', sourceWith(instance, close))).toMatchObject({
    verdict,
    message: expect.stringMatching(says) as string,
  });
});

test('what was not read is no pass', () => {
  expect(judged('disks.info', unread(good)).verdict).toBe('note');
});
