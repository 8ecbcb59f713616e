import { expect, test } from 'vitest';
import {
  chooseFlattening,
  quickerFlattening,
  streamable,
  tunnelRate,
} from '../../../main/domain/flattening.ts';
import { chainAfterMerge, streamed } from '../../../main/domain/plan.ts';
import { predictThin } from '../../../main/domain/prediction.ts';
import { diskPlan, plan } from '../../support/samples.ts';

const MIB = 1024 ** 2;
const flat = diskPlan('disk.eph0', {
  role: 'ephemeral',
  strategy: 'flatten',
  bytesToMove: 300 * MIB,
  reason: 'another base',
});
const thin = { route: 'thin' as const, disks: [diskPlan('disk'), flat] };
const there = { wish: undefined, tunnel: true, roomBytes: 300 * MIB };
const strategies = (disks: readonly { strategy: string }[]) => disks.map(({ strategy }) => strategy);

test('where the source has room it is a file; where it has not, on its way; and as asked for', () => {
  expect(strategies(chooseFlattening(thin, there))).toEqual(['overlay', 'flatten']);
  const short = chooseFlattening(thin, { ...there, roomBytes: 300 * MIB - 1 });
  expect(strategies(short)).toEqual(['overlay', 'stream']);
  expect(short[1]?.reason).toBe('another base; flattened on its way, for the source has no room for it');
  expect(strategies(chooseFlattening(thin, { ...there, wish: 'stream' }))).toEqual(['overlay', 'stream']);
  expect(strategies(chooseFlattening(thin, { ...there, wish: 'file', roomBytes: 0 }))).toEqual([
    'overlay',
    'flatten',
  ]);
});

test('without a tunnel it stays a file, unless it was asked for, which a check then refuses', () => {
  const none = { wish: undefined, tunnel: false, roomBytes: 0 };
  expect(strategies(chooseFlattening(thin, none))).toEqual(['overlay', 'flatten']);
  expect(strategies(chooseFlattening(thin, { ...none, wish: 'stream' }))).toEqual(['overlay', 'stream']);
});

test.each(['seed', 'nova'] as const)('on route %s Nova must find the file at the source', (route) => {
  expect(streamable({ ...thin, route })).toEqual([]);
  expect(chooseFlattening({ ...thin, route }, { ...there, roomBytes: 0 })).toEqual(thin.disks);
});

test('once the way is measured the quicker one is taken', () => {
  // By a file: 900 MiB read or written at the rate of the proof, 300 over the link; else 600 over the link, and 300 read.
  const rates = (copy: number, digest: number) => ({
    copyBytesPerSecond: copy * MIB,
    tunnelBytesPerSecond: copy * MIB,
    digestBytesPerSecond: digest * MIB,
  });
  expect(strategies(quickerFlattening(thin, rates(151, 300)))).toEqual(['overlay', 'stream']);
  expect(strategies(quickerFlattening(thin, rates(150, 300)))).toEqual(['overlay', 'flatten']);
  expect(quickerFlattening(thin, rates(300, 300))[1]?.reason).toBe(
    'another base; flattened on its way: 3 s with the proof, 4 s by a file on the source',
  );
  const nothing = { ...thin, disks: [diskPlan('disk')] };
  expect(quickerFlattening(nothing, rates(300, 1))).toEqual(nothing.disks);
});

test('two tunnels carry what two connections do, one what one does, and all of them no more than the limit', () => {
  const parts = {
    readBytesPerSecond: 900 * MIB,
    writeBytesPerSecond: 900 * MIB,
    sendBytesPerSecond: 400 * MIB,
    severalBytesPerSecond: 600 * MIB,
    cipherBytesPerSecond: undefined,
  };
  const speed = { copyBytesPerSecond: 300 * MIB, digestBytesPerSecond: 900 * MIB, parts };
  const { options } = plan();
  const one = { ...thin, options };
  const two = { ...one, disks: [flat, { ...flat, name: 'disk.eph1' }] };
  expect(tunnelRate(one, speed)).toBe(300 * MIB);
  expect(tunnelRate(two, speed)).toBe(450 * MIB);
  const limited = { ...two, options: { ...options, limitKibPerSecond: 50 * 1024 } };
  expect(tunnelRate(limited, speed)).toBe(50 * MIB);
});

test('at the source its layer goes on standing on its base; at the destination it stands alone', () => {
  const disks = thin.disks.map((disk) => (disk === flat ? { ...disk, strategy: 'stream' as const } : disk));
  const stream = plan({ ...thin, disks });
  const [, disk = flat] = disks;
  expect(streamed(stream).map(({ name }) => name)).toEqual(['disk.eph0']);
  expect(chainAfterMerge(stream, disk, stream.source.name)).toEqual(disk.chain);
  expect(chainAfterMerge(stream, disk, stream.destination.name)).toEqual([]);
});

test('it goes over the link for its copy and for its proof, uncompressed', () => {
  const stream = [{ ...flat, strategy: 'stream' as const }];
  const speed = {
    copyBytesPerSecond: 300 * MIB,
    digestBytesPerSecond: 300 * MIB,
    tunnelBytesPerSecond: 100 * MIB,
  };
  expect(predictThin(stream, speed, false, 0).parts).toEqual([
    { name: 'freeze', seconds: 0.2 },
    { name: 'copy', seconds: 3 },
    { name: 'prove', seconds: 4 },
    { name: 'hand over', seconds: 6 },
  ]);
});
