import { expect, test } from 'vitest';
import { destinationWith, judged, sourceWith, unread } from '../../../support/judged.ts';
import { good, home } from '../../../support/plan-evidence.ts';
import { directory, diskFile, INSTANCES } from '../../../support/samples.ts';

const MIB = 1024 ** 2;
const file = (path: string) => diskFile('', { path, allocatedBytes: 3 * MIB });

test('what copies that broke off have left, on both hosts', () => {
  expect(judged('hosts.temporary', good).verdict).toBe('pass');
  const here = sourceWith({
    directory: directory(home, { others: [file(`${home}/disk_rbase`), file(`${home}/notes.txt`)] }),
  });
  expect(judged('hosts.temporary', here)).toMatchObject({
    verdict: 'note',
    message: expect.stringContaining(`have left 3.00 MiB: ${home}/disk_rbase on hostA`) as string,
  });
  const there = destinationWith({ bases: [file(`${INSTANCES}/_base/abc.part`)] });
  expect(judged('hosts.temporary', there)).toMatchObject({
    verdict: 'note',
    message: expect.stringContaining('abc.part on hostB') as string,
    fix: expect.stringContaining('fuser -v') as string,
  });
});

test('a directory by libvirt’s name', () => {
  expect(judged('hosts.old-directory', good).verdict).toBe('pass');
  const there = destinationWith({ oldDirectory: `${INSTANCES}/instance-00000001` });
  expect(judged('hosts.old-directory', there)).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining('instance-00000001 lies on hostB') as string,
  });
});

test('what was not read is no pass', () => {
  for (const id of ['hosts.temporary', 'hosts.old-directory'])
    expect(judged(id, unread(good)).verdict).toBe('note');
  expect(judged('hosts.temporary', destinationWith({ bases: undefined })).verdict).toBe('note');
});
