import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { WayParts } from '../../../../main/domain/way.ts';
import { said, traitsOf } from '../../../support/host-evidence.ts';
import { good } from '../../../support/plan-evidence.ts';

test.each<[string, MoveEvidence, string, RegExp]>([
  [
    'quiet',
    good,
    'pass',
    /hostA has time: load 0\.5 on 2 cores, something waits for its disks 1 % of the time/,
  ],
  [
    'much to compute',
    traitsOf('source', { load: { average: 4.1, ioPressure: 0 } }),
    'note',
    /hostA is busy: load 4\.1 on 2 cores/,
  ],
  [
    'waiting for disks',
    traitsOf('source', { load: { average: 1, ioPressure: 0.55 } }),
    'note',
    /its disks 55 % of the time/,
  ],
  [
    'a kernel that does not tell of waiting',
    traitsOf('source', { load: { average: 1, ioPressure: undefined } }),
    'pass',
    /load 1\.0 on 2 cores\./,
  ],
  [
    'nothing told',
    traitsOf('source', { load: { average: Number.NaN, ioPressure: undefined } }),
    'note',
    /did not tell/,
  ],
  ['not read', traitsOf('source', undefined), 'note', /was not read/],
])('how busy a host is: %s', (_what, evidence, verdict, says) => {
  expect(said('source.load', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

const speed = { copyBytesPerSecond: 10 * 1024 ** 2, digestBytesPerSecond: 300 * 1024 ** 2 };
const inMib = (read: number, send: number, cipher: number, write: number): WayParts => ({
  readBytesPerSecond: read * 1024 ** 2,
  sendBytesPerSecond: send * 1024 ** 2,
  cipherBytesPerSecond: cipher * 1024 ** 2,
  writeBytesPerSecond: write * 1024 ** 2,
});
const long = { seconds: 18_000, parts: [{ name: 'copy', seconds: 17_000 }] };

test.each<[string, MoveEvidence, string, RegExp]>([
  [
    'measured',
    good,
    'pass',
    /95\.4 MiB\/s from disk to disk, 286 MiB\/s for the proof; predicted to be off for 20 s \(copy 14 s, hand over 6 s\)/,
  ],
  [
    'without a prediction',
    { ...good, measured: { speed, downtime: undefined } },
    'pass',
    /Measured: 10\.0 MiB\/s from disk to disk, 300 MiB\/s for the proof\.$/,
  ],
  [
    'far too long',
    { ...good, measured: { speed, downtime: long } },
    'warn',
    /be off for 5 h 00 min \(copy 4 h 43 min\)/,
  ],
  [
    'each part by itself',
    { ...good, measured: { speed: { ...speed, parts: inMib(800, 200, 900, 100) }, downtime: undefined } },
    'pass',
    /disk to disk \(read 800 MiB\/s, SSH 200 MiB\/s, write 100 MiB\/s; the slowest is writing at the destination\), 300/,
  ],
  [
    'too long, and why',
    { ...good, measured: { speed: { ...speed, parts: inMib(800, 80, 900, 100) }, downtime: long } },
    'warn',
    /the slowest is the link\)/,
  ],
  ['not measured', { ...good, measured: undefined }, 'note', /was not measured/],
  [
    'a probe that failed',
    { ...good, measured: { speed: undefined, downtime: undefined } },
    'note',
    /the probe failed/,
  ],
])('speed of the way: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.path-speed', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});
