import { expect, test } from 'vitest';
import { chooseCodec, type CodecQuestion } from '../../../main/domain/codec.ts';
import type { CodecTrial } from '../../../main/domain/way.ts';

const MIB = 1024 ** 2;
const NO_LIMIT = Number.POSITIVE_INFINITY;

/** lz4 halves the bytes, zstd leaves two fifths; one connection brings so much of the disk through a link, or as its core can. */
function trials(linkMib: number): readonly CodecTrial[] {
  return [
    { codec: 'lz4', bytesPerSecond: Math.min(linkMib / 0.5, 250) * MIB, wireShare: 0.5 },
    { codec: 'zstd', bytesPerSecond: Math.min(linkMib / 0.4, 180) * MIB, wireShare: 0.4 },
  ];
}

/** A way that is as fast as the link in it, where the disk there writes 500 MiB/s. */
function ask(linkMib: number, changes: Partial<CodecQuestion> = {}): CodecQuestion {
  const plainBytesPerSecond = Math.min(linkMib, 500) * MIB;
  const speed = {
    copyBytesPerSecond: plainBytesPerSecond,
    digestBytesPerSecond: 800 * MIB,
    parts: {
      readBytesPerSecond: 900 * MIB,
      sendBytesPerSecond: linkMib * MIB,
      cipherBytesPerSecond: 900 * MIB,
      writeBytesPerSecond: 500 * MIB,
    },
    trials: trials(linkMib),
  };
  const usual = { dataShare: 1, files: 1, limitBytesPerSecond: NO_LIMIT, wish: undefined };
  return { speed, plainBytesPerSecond, ...usual, ...changes };
}

function withTrials(linkMib: number, some: readonly CodecTrial[]): CodecQuestion {
  const { speed, ...rest } = ask(linkMib);
  return { ...rest, speed: { ...speed, trials: some } };
}

test.each([
  [11, 'zstd', 11 / 0.4],
  [110, 'lz4', 220],
  [200, 'lz4', 250],
  [210, 'none', 210],
  [1100, 'none', 500],
])('a link of %d MiB/s takes %s', (link, codec, mib) => {
  const choice = chooseCodec(ask(link));
  expect(choice.codec).toBe(codec);
  expect(choice.copyBytesPerSecond / MIB).toBeCloseTo(mib, 6);
});

test('several files have the cores of several, and share the link', () => {
  expect(chooseCodec(ask(110, { files: 3 }))).toMatchObject({
    codec: 'zstd',
    copyBytesPerSecond: 275 * MIB,
  });
  expect(chooseCodec(ask(180, { files: 2 }))).toMatchObject({
    codec: 'lz4',
    copyBytesPerSecond: 360 * MIB,
  });
});

test('where one file has no good from it, several have none either: it may be the cores that are slow', () => {
  expect(chooseCodec(ask(210, { files: 2 }))).toMatchObject({ codec: 'none' });
  expect(chooseCodec(ask(365, { files: 2 }))).toMatchObject({ codec: 'none' });
});

test('what several files bring as plain bytes counts against it', () => {
  const question = ask(130, { files: 2 });
  expect(chooseCodec(question)).toMatchObject({ codec: 'zstd' });
  expect(chooseCodec({ ...question, plainBytesPerSecond: 450 * MIB })).toMatchObject({ codec: 'none' });
});

test('holes do not travel as plain bytes, but with a codec or within a limit they do', () => {
  const sparse = ask(110, { dataShare: 5 / 80 });
  expect(chooseCodec(ask(110))).toMatchObject({ codec: 'lz4' });
  expect(chooseCodec(sparse)).toMatchObject({ codec: 'none', copyBytesPerSecond: 110 * MIB });
  expect(chooseCodec({ ...sparse, limitBytesPerSecond: 50 * MIB })).toMatchObject({ codec: 'zstd' });
});

test('what the disk there cannot write does not come by a codec either', () => {
  const fast = [{ codec: 'lz4', bytesPerSecond: 2000 * MIB, wireShare: 0.2 }] as const;
  expect(chooseCodec(withTrials(300, fast))).toMatchObject({
    codec: 'lz4',
    copyBytesPerSecond: 500 * MIB,
  });
});

test('a limit is one of what travels', () => {
  const choice = chooseCodec(ask(1100, { limitBytesPerSecond: 50 * MIB }));
  expect(choice).toMatchObject({ codec: 'zstd', copyBytesPerSecond: 125 * MIB });
  expect(choice.reason).toBe(
    'with zstd a sample went over at 180 MiB/s, shrunk to 40 %, as it is at 500 MiB/s; the copy would run at 125 MiB/s, without it at 50.0 MiB/s',
  );
});

test('what does not shrink travels as it is', () => {
  const dense = [{ codec: 'zstd', bytesPerSecond: 11 * MIB, wireShare: 1.001 }] as const;
  expect(chooseCodec(withTrials(11, dense))).toMatchObject({
    codec: 'none',
    copyBytesPerSecond: 11 * MIB,
    reason: 'with zstd a sample went over at 11.0 MiB/s, shrunk to 100 %, as it is at 11.0 MiB/s',
  });
});

test('a wish is granted if both hosts can, and said if not', () => {
  expect(chooseCodec(ask(1100, { wish: 'zstd' }))).toMatchObject({
    codec: 'zstd',
    copyBytesPerSecond: 180 * MIB,
    reason: 'as asked for; expected 180 MiB/s, without 500 MiB/s',
  });
  expect(chooseCodec(ask(11, { wish: 'none' }))).toMatchObject({ codec: 'none', reason: 'as asked for' });
  expect(chooseCodec({ ...withTrials(11, []), wish: 'lz4' })).toEqual({
    codec: 'none',
    copyBytesPerSecond: 11 * MIB,
    reason:
      'lz4 was asked for, and no sample came through with it: rsync of either host cannot do it, or the way is too slow',
  });
});

test('without a trial nothing is compressed; without the parts of the way, by the trial alone', () => {
  expect(chooseCodec(withTrials(11, []))).toMatchObject({ codec: 'none' });
  const { speed, ...rest } = ask(11);
  expect(chooseCodec({ ...rest, speed: { ...speed, parts: undefined } })).toMatchObject({ codec: 'zstd' });
});
