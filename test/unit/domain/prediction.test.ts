import { expect, test } from 'vitest';
import { predictNova, predictSeed, predictThin } from '../../../main/domain/prediction.ts';
import { diskPlan } from '../../support/samples.ts';

const MIB = 1024 ** 2;
const SPEED = { copyBytesPerSecond: 100 * MIB, digestBytesPerSecond: 200 * MIB };
const disk = (bytes: number) => [diskPlan('disk', { bytesToMove: bytes, allocatedBytes: bytes })];
const words = ({ parts }: ReturnType<typeof predictSeed>) =>
  parts.map(({ name, seconds }) => `${name} ${String(seconds)}`);

test('a small disk of what runs: Nova must have heard of the stop before', () => {
  expect(words(predictSeed(disk(200 * MIB), SPEED, true, 20))).toEqual([
    'stop 5',
    'copy 2',
    'prove 1',
    'wait for Nova 17',
    'hand over 6',
  ]);
});

test('a large disk takes longer than that, and a limit makes it longer still', () => {
  expect(words(predictSeed(disk(4000 * MIB), { ...SPEED, copyBytesPerSecond: 50 * MIB }, true, 20))).toEqual([
    'stop 5',
    'copy 80',
    'prove 20',
    'hand over 6',
  ]);
});

test.each([
  ['a small disk is proven while a large one still travels', [800, 200], {}, 4],
  ['what the larger one leaves no time for comes after it', [200, 800, 700], {}, 4 + 4.5 - 1],
  ['equal disks are proven one after the other', [800, 800], {}, 8],
  ['within a limit all end at the same time', [800, 200], { limited: true }, 5],
])('%s', (_case, sizesMib, changes, seconds) => {
  const disks = sizesMib.flatMap((mib) => disk(mib * MIB));
  const { parts } = predictSeed(disks, { ...SPEED, ...changes }, false, 0);
  expect(parts.find(({ name }) => name === 'prove')?.seconds).toBe(seconds);
});

test('what is off waits for nothing', () => {
  expect(predictSeed(disk(200 * MIB), SPEED, false, 20).seconds).toBe(9);
});

test('route thin freezes before it copies; its merge is no downtime', () => {
  expect(words(predictThin(disk(200 * MIB), SPEED, false, 20))).toEqual([
    'freeze 0.2',
    'copy 2',
    'prove 1',
    'hand over 6',
  ]);
});

test('Nova alone compresses what is not qcow2 on one core', () => {
  const raw = [diskPlan('disk', { format: 'raw', bytesToMove: 320 * MIB, allocatedBytes: 320 * MIB })];
  expect(words(predictNova(raw, SPEED, true, false))).toEqual([
    'stop 5',
    'copy by Nova 10',
    'Nova’s own steps 6',
  ]);
});
