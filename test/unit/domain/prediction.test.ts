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

test('a small disk is proven while a large one still travels; equal ones are proven one after the other', () => {
  const proof = (...sizes: readonly number[]) =>
    predictSeed(
      sizes.flatMap((mib) => disk(mib * MIB)),
      SPEED,
      false,
      0,
    ).parts.find(({ name }) => name === 'prove')?.seconds;
  expect(proof(800, 200)).toBe(4);
  expect(proof(200, 800, 700)).toBe(4 + 4.5 - 1);
  expect(proof(800, 800)).toBe(8);
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
