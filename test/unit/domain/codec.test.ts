import { expect, test } from 'vitest';
import { chooseCodec } from '../../../main/domain/codec.ts';
import type { MeasuredSpeed } from '../../../main/domain/way.ts';

const MIB = 1024 ** 2;
const NO_LIMIT = Number.POSITIVE_INFINITY;

/** A way that is as fast as the link in it; lz4 halves the bytes, zstd leaves two fifths. */
function way(linkMib: number, trials: MeasuredSpeed['trials'] = TRIALS): MeasuredSpeed {
  return {
    copyBytesPerSecond: Math.min(linkMib, 500) * MIB,
    digestBytesPerSecond: 800 * MIB,
    parts: {
      readBytesPerSecond: 900 * MIB,
      sendBytesPerSecond: linkMib * MIB,
      cipherBytesPerSecond: 900 * MIB,
      writeBytesPerSecond: 500 * MIB,
    },
    trials,
  };
}
const TRIALS = [
  { codec: 'lz4', bytesPerSecond: 450 * MIB, wireShare: 0.5 },
  { codec: 'zstd', bytesPerSecond: 240 * MIB, wireShare: 0.4 },
] as const;

test.each([
  [11, 'zstd', 11 / 0.4],
  [110, 'zstd', 240],
  [200, 'lz4', 400],
  [400, 'none', 400],
  [1100, 'none', 500],
])('a link of %d MiB/s takes %s', (link, codec, mib) => {
  const choice = chooseCodec(way(link), NO_LIMIT, undefined);
  expect(choice.codec).toBe(codec);
  expect(choice.copyBytesPerSecond / MIB).toBeCloseTo(mib, 6);
});

test('a limit is one of what travels', () => {
  const choice = chooseCodec(way(1100), 50 * MIB, undefined);
  expect(choice).toMatchObject({ codec: 'zstd', copyBytesPerSecond: 125 * MIB });
  expect(choice.reason).toBe(
    'zstd shrinks a sample to 40 % at 240 MiB/s; the copy would run at 125 MiB/s, without it at 50.0 MiB/s',
  );
});

test('where the cipher is slowest a codec would take the cores from it, but for a limit', () => {
  const { parts, ...rest } = way(200);
  if (parts === undefined) throw new Error('a way has parts');
  const busy = { ...rest, parts: { ...parts, cipherBytesPerSecond: 240 * MIB } };
  expect(chooseCodec(busy, NO_LIMIT, undefined)).toEqual({
    codec: 'none',
    copyBytesPerSecond: 200 * MIB,
    reason:
      'lz4 shrinks a sample to 50 % at 450 MiB/s; the hosts’ cores are the slowest part already, by enciphering',
  });
  expect(chooseCodec(busy, 50 * MIB, undefined)).toMatchObject({ codec: 'zstd' });
  expect(chooseCodec(busy, NO_LIMIT, 'lz4')).toMatchObject({ codec: 'lz4' });
});

test('what does not shrink travels as it is', () => {
  const dense = [{ codec: 'zstd', bytesPerSecond: 240 * MIB, wireShare: 1.001 }] as const;
  expect(chooseCodec(way(11, dense), NO_LIMIT, undefined)).toMatchObject({
    codec: 'none',
    copyBytesPerSecond: 11 * MIB,
    reason:
      'zstd shrinks a sample to 100 % at 240 MiB/s; the copy would run at 11.0 MiB/s, without it at 11.0 MiB/s',
  });
});

test('what keeps the whole from being as fast as its slowest part keeps a codec from it, too', () => {
  const half = { ...way(100), copyBytesPerSecond: 50 * MIB };
  expect(chooseCodec(half, NO_LIMIT, undefined)).toMatchObject({
    codec: 'zstd',
    copyBytesPerSecond: 120 * MIB,
  });
});

test('a wish is granted if both hosts can, and said if not', () => {
  expect(chooseCodec(way(1100), NO_LIMIT, 'zstd')).toMatchObject({
    codec: 'zstd',
    copyBytesPerSecond: 240 * MIB,
  });
  expect(chooseCodec(way(11), NO_LIMIT, 'none')).toMatchObject({ codec: 'none', reason: 'as asked for' });
  expect(chooseCodec(way(11, []), NO_LIMIT, 'lz4')).toEqual({
    codec: 'none',
    copyBytesPerSecond: 11 * MIB,
    reason: 'lz4 was asked for, and rsync of both hosts cannot do it',
  });
});

test('without a trial, or without the parts of the way, nothing is compressed', () => {
  expect(chooseCodec(way(11, []), NO_LIMIT, undefined)).toMatchObject({ codec: 'none' });
  const whole = { ...way(11), parts: undefined };
  expect(chooseCodec(whole, NO_LIMIT, undefined)).toMatchObject({
    codec: 'none',
    copyBytesPerSecond: 11 * MIB,
  });
});
