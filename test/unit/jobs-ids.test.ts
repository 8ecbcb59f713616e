import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkDirectory,
  checkId,
  checkPath,
  checkServerId,
  jobName,
  unitName,
} from '../../main/services/jobs/ids.ts';

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

test('the unit of a job has a name that systemd takes, and no two starts share one', () => {
  expect(unitName({ migrationId: '7c1f', name: 'copy-disk.eph0' })).toMatch(
    /^coldhaul-7c1f-copy-disk\.eph0-[0-9a-f]{12}\.scope$/,
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/), fc.string(), (migrationId, file) => {
      const key = { migrationId, name: jobName('copy', file) };
      const name = unitName(key);
      expect(name).toMatch(/^coldhaul-[A-Za-z0-9._-]+\.scope$/);
      expect(name.length).toBeLessThan(256);
      expect(unitName(key)).not.toBe(name);
    }),
  );
});

test.each(['', 'a/b', '../x', 'a\nb', '--help', '%n', '$(id)', 'a@b'])('%j is in no unit name', (id) => {
  const refused = expect.objectContaining({ code: 'bad-request' }) as Error;
  expect(() => unitName({ migrationId: id, name: 'copy' })).toThrow(refused);
  expect(() => unitName({ migrationId: '7c1f', name: id })).toThrow(refused);
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

test.each([
  '/srv/*',
  '/srv/a?',
  '/srv/[ab]',
  '/srv/a]',
  String.raw`/srv/\\d`,
  '/srv/two\nlines',
  'srv',
  '/srv/..',
])('%j is no directory to look below', (path) => {
  expect(() => checkDirectory(path)).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error);
  expect(checkDirectory('/srv/nova $(x) {instances}')).toBe('/srv/nova $(x) {instances}');
});

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
