import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { slowestPart, type FileAbilities, type GuestWrites } from '../../../../main/domain/way.ts';
import { said } from '../../../support/host-evidence.ts';
import { good } from '../../../support/plan-evidence.ts';

const MIB = 1024 ** 2;
const speed = { copyBytesPerSecond: 100 * MIB, digestBytesPerSecond: 300 * MIB };
const measured = (more: { abilities?: FileAbilities; guestWrites?: GuestWrites }): MoveEvidence => ({
  ...good,
  measured: { speed, downtime: undefined, ...more },
});

test.each<[string, MoveEvidence, string, RegExp]>([
  ['not tried', { ...good, measured: undefined }, 'note', /of hostB can do was not tried/],
  [
    'all of it',
    measured({ abilities: { keepsHoles: true, preallocates: true, reflinks: true } }),
    'pass',
    /hostB keeps holes; preallocation, reflinks\.$/,
  ],
  [
    'as ext4 is',
    measured({ abilities: { keepsHoles: true, preallocates: true, reflinks: false } }),
    'pass',
    /keeps holes; preallocation, no reflinks\.$/,
  ],
  [
    'no tool to preallocate with',
    measured({ abilities: { keepsHoles: true, preallocates: undefined, reflinks: false } }),
    'pass',
    /keeps holes; no reflinks\.$/,
  ],
  [
    'no holes',
    measured({ abilities: { keepsHoles: false, preallocates: false, reflinks: false } }),
    'warn',
    /keeps no holes: disks that take up .* here may take up to .* there/,
  ],
])('what the file system can do: %s', (_what, evidence, verdict, says) => {
  expect(said('destination.file-features', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

const running = (evidence: MoveEvidence): MoveEvidence => ({
  ...evidence,
  source: { ...evidence.source, instance: { ...evidence.source.instance, domain: 'running' } },
});
const off = (evidence: MoveEvidence): MoveEvidence => ({
  ...evidence,
  source: { ...evidence.source, instance: { ...evidence.source.instance, domain: 'shut off' } },
});
const day = { bytes: 86_400 * MIB, seconds: 86_400 };

test.each<[string, MoveEvidence, string, RegExp]>([
  ['off', off(measured({})), 'pass', /does not run/],
  ['not measured', running(measured({})), 'note', /could not be measured/],
  [
    'little',
    running(measured({ guestWrites: { bytes: 2 * MIB, seconds: 2, sinceStart: day } })),
    'pass',
    /wrote 2\.00 MiB in 2\.0 s \(1\.00 MiB\/s\), 1\.00 MiB\/s on average since it was started/,
  ],
  [
    'an age that was not told',
    running(measured({ guestWrites: { bytes: 0, seconds: 2, sinceStart: undefined } })),
    'pass',
    /wrote 0 B in 2\.0 s \(0\.00 MiB\/s\)\.$/,
  ],
  [
    'more than half of what can be copied',
    running(measured({ guestWrites: { bytes: 120 * MIB, seconds: 2, sinceStart: day } })),
    'note',
    /60\.0 MiB\/s.*: more than half of what the way carries \(100 MiB\/s\)/,
  ],
])('what the guest writes: %s', (_what, evidence, verdict, says) => {
  expect(said('source.guest-writes', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

const parts = (read: number, send: number, cipher: number | undefined, write: number): string =>
  slowestPart({
    readBytesPerSecond: read,
    sendBytesPerSecond: send,
    cipherBytesPerSecond: cipher,
    writeBytesPerSecond: write,
  });

test('the slowest part has a name, and SSH two', () => {
  expect(parts(10, 20, 25, 30)).toBe('read');
  expect(parts(30, 20, 25, 10)).toBe('write');
  expect(parts(30, 20, 25, 40)).toBe('cipher');
  expect(parts(30, 20, 26, 40)).toBe('link');
  expect(parts(30, 20, undefined, 40)).toBe('link');
});
