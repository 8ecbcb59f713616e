import { expect, test } from 'vitest';
import type { ImageCheck } from '../../../../main/domain/host-close-look.ts';
import type { ChainLink } from '../../../../main/domain/host.ts';
import { judged, sourceWith, unread } from '../../../support/judged.ts';
import { good, home } from '../../../support/plan-evidence.ts';
import { directory, diskFile, diskPlan, link } from '../../../support/samples.ts';

const PATH = `${home}/disk`;
const withLink = (more: Partial<ChainLink>) => ({
  directory: directory(home, { disks: [diskFile('disk', { chain: [link(PATH, more)] })] }),
});
const check = (more: Partial<ImageCheck>): ImageCheck => ({
  path: PATH,
  code: 0,
  corruptions: 0,
  leaks: 0,
  said: '',
  ...more,
});
const off = { domain: 'shut off' } as const;

test('a healthy disk passes, running or off', () => {
  expect(judged('disks.health', good)).toMatchObject({
    verdict: 'pass',
    message: expect.stringContaining('checked only while the instance is off') as string,
  });
  expect(judged('disks.health', sourceWith(off, { checks: [check({})] }))).toMatchObject({ verdict: 'pass' });
});

test.each([
  ['marked by QEMU', withLink({ corrupt: true }), {}, 'block', /is what QEMU has marked as damaged/],
  ['found by a check', off, check({ code: 2, corruptions: 3 }), 'block', /qemu-img check finds damaged/],
  ['not closed in order', { ...off, ...withLink({ dirty: true }) }, {}, 'warn', /dirty bit/],
  ['leaking', off, check({ code: 3, leaks: 7 }), 'note', /7 leaked clusters/],
  ['too large to check', off, check({ code: 124, said: 'it was not done in 60 s' }), 'note', /60 s/],
] as const)('%s', (_what, instance, found, verdict, says) => {
  const checks = 'path' in found ? [found] : [];
  expect(judged('disks.health', sourceWith(instance, { checks }))).toMatchObject({
    verdict,
    message: expect.stringMatching(says) as string,
  });
});

test('a running guest’s image is open, so its dirty bit says nothing', () => {
  expect(judged('disks.health', sourceWith(withLink({ dirty: true }))).verdict).toBe('pass');
});

test('what was not read is no pass', () => {
  expect(judged('disks.health', unread(good)).verdict).toBe('note');
});

test('snapshots inside travel with the file, and are lost by flattening', () => {
  const holding = withLink({ snapshots: ['before-upgrade'] });
  expect(judged('disks.snapshots', good).verdict).toBe('pass');
  expect(judged('disks.snapshots', sourceWith(holding))).toMatchObject({
    verdict: 'note',
    message: expect.stringContaining('disk (before-upgrade): they travel') as string,
  });
  for (const strategy of ['flatten', 'stream'] as const) {
    const flat = { disks: [diskPlan('disk', { strategy })] };
    expect(judged('disks.snapshots', sourceWith(holding, {}, flat))).toMatchObject({
      verdict: 'warn',
      message: expect.stringContaining('they are lost') as string,
      fix: expect.stringContaining('qemu-img convert -l') as string,
    });
  }
});

test('an encrypted disk is copied as it is, and cannot be flattened', () => {
  expect(judged('disks.encrypted', good).verdict).toBe('pass');
  for (const more of [{ encrypted: true }, { format: 'luks' }]) {
    expect(judged('disks.encrypted', sourceWith(withLink(more))).verdict).toBe('warn');
    for (const strategy of ['flatten', 'stream'] as const) {
      const flat = { disks: [diskPlan('disk', { strategy })] };
      expect(judged('disks.encrypted', sourceWith(withLink(more), {}, flat)).verdict).toBe('block');
    }
  }
});
