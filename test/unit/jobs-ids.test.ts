import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkId, checkPath, checkServerId, jobName } from '../../main/services/jobs/ids.ts';

test('a job has a name that may become a directory, whatever the file is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (file) => {
      const name = jobName('copy', file);
      expect(checkId(name)).toBe(name);
    }),
  );
});

test('different files have different jobs', () => {
  expect(jobName('copy', 'disk.eph0')).toBe('copy-disk.eph0');
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      fc.pre(one !== other);
      expect(jobName('copy', one)).not.toBe(jobName('copy', other));
    }),
  );
});

test.each(['', '.', '..', '-rf', '.aside', 'a/b', 'a b', 'a\nb', 'ä'])('%j is no id', (id) => {
  expect(() => checkId(id)).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error);
});

test.each(['', 'disk', '/', '/a//b', '/a/../b', '/a/.', '/a/', '/a\0b', '-/a'])(
  '%j is no plain path',
  (path) => {
    expect(() => checkPath(path)).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error);
  },
);

test('a plain path may have odd names in it', () => {
  const path = '/var/lib/nova/instances/it\'s "$(x)" \n-rf/ä';
  expect(checkPath(path)).toBe(path);
});

test.each(['', '*', '0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5', '../0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f'])(
  '%j is no server id',
  (id) => {
    expect(() => checkServerId(id)).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error);
  },
);
