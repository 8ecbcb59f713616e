import { expect, test } from 'vitest';
import { untrueReport, type DemoReport, type Seen } from '../lab/demo/report.ts';

const SERVER = '5b3f0d2e-0000-4000-8000-000000000001';

const seen: Seen = {
  server: SERVER,
  status: 'ACTIVE',
  host: 'compute-b',
  migrationStatus: 'confirmed',
  destination: 'compute-b',
  files: new Map([
    ['disk', { bytes: 4096, hasBase: true }],
    ['disk.config', { bytes: 512, hasBase: false }],
    ['disk.info', { bytes: 80, hasBase: false }],
  ]),
  novaCopies: [
    { file: 'disk', bytesWritten: 0 },
    { file: 'disk.info', bytesWritten: 4096 },
  ],
  runSeconds: 20,
};

const disk = (name: string, strategy: string, bytes: number): DemoReport['disks'][number] => ({
  ...{ name, strategy, bytes, seconds: 0.4 },
  ...{ digestAlgorithm: 'b2sum', sourceDigest: 'a', destDigest: 'a' },
});

const report: DemoReport = {
  state: 'confirmed',
  route: 'seed',
  server: SERVER,
  downtimeSeconds: 3.2,
  bytes: 4688,
  disks: [disk('disk', 'overlay', 4096), disk('disk.config', 'whole', 512), disk('disk.info', 'whole', 80)],
  novaCopiedBytes: 0,
};

test('a true report has no problem', () => {
  expect(untrueReport(report, seen)).toEqual([]);
  expect(untrueReport({ ...report, downtimeSeconds: 0 }, seen)).toEqual([]);
});

test.each<readonly [string, Partial<DemoReport>, readonly RegExp[]]>([
  ['another state', { state: 'awaiting-verdict' }, [/^state is awaiting-verdict/]],
  ['another route', { route: 'nova' }, [/^route is nova, and seed/]],
  ['another server', { server: 'other' }, [/^server is other/]],
  ['no downtime', { downtimeSeconds: null }, [/^downtimeSeconds is null/]],
  ['a downtime that is no number', { downtimeSeconds: Number.NaN }, [/^downtimeSeconds is NaN/]],
  ['a downtime below zero', { downtimeSeconds: -1 }, [/^downtimeSeconds is -1/]],
  [
    'a downtime longer than the run',
    { downtimeSeconds: 20.1 },
    [/^downtimeSeconds is 20.1; the run took 20 s/],
  ],
  ['another sum', { bytes: 4096 }, [/^bytes is 4096, the files have 4688/]],
  ['bytes by Nova that Nova did not write', { novaCopiedBytes: 7 }, [/^novaCopiedBytes is 7, Nova wrote 0/]],
  ['no bytes by Nova', { novaCopiedBytes: undefined }, [/^novaCopiedBytes is undefined/]],
  ['a disk left out', { disks: report.disks.slice(1) }, [/^disk is on the source/]],
  [
    'a disk too many',
    { disks: [...report.disks, disk('disk.eph0', 'whole', 9)] },
    [/^disk.eph0: there is no such file/],
  ],
])('%s is a problem', (_name, change, problems) => {
  const found = untrueReport({ ...report, ...change }, seen);
  expect(found).toHaveLength(problems.length);
  problems.forEach((problem, index) => {
    expect(found[index]).toMatch(problem);
  });
});

test.each<readonly [string, Partial<DemoReport['disks'][number]>, RegExp]>([
  ['bytes that are not the file’s', { bytes: 4095 }, /^disk: bytes is 4095, the file has 4096/],
  ['a strategy that the file does not bear out', { strategy: 'flatten' }, /^disk: strategy is flatten/],
  ['no time', { seconds: undefined }, /^disk: seconds is undefined/],
  ['a time longer than the run', { seconds: 21 }, /^disk: seconds is 21/],
])('a disk with %s is a problem', (_name, change, problem) => {
  const [first, ...more] = report.disks;
  const disks = [{ ...disk('disk', 'overlay', 4096), ...first, ...change }, ...more];
  expect(untrueReport({ ...report, disks }, seen)).toEqual([expect.stringMatching(problem)]);
});

test.each<readonly [string, Partial<Seen>, RegExp]>([
  ['is still resized', { status: 'VERIFY_RESIZE' }, /^the cloud says VERIFY_RESIZE/],
  ['is on the source', { host: 'compute-a' }, /^the cloud says ACTIVE on compute-a/],
  ['was reverted', { migrationStatus: 'reverted' }, /its migration reverted, not confirmed/],
  ['is not there', { status: undefined, host: undefined }, /^the cloud says undefined/],
])('confirmed is not true of an instance that %s', (_name, change, problem) => {
  expect(untrueReport(report, { ...seen, ...change })).toEqual([expect.stringMatching(problem)]);
});

test('what Nova wrote must be told', () => {
  const novaCopies = [{ file: 'disk', bytesWritten: 1024 }];
  expect(untrueReport(report, { ...seen, novaCopies })).toEqual(['novaCopiedBytes is 0, Nova wrote 1024']);
  expect(untrueReport({ ...report, novaCopiedBytes: 1024 }, { ...seen, novaCopies })).toEqual([]);
});
