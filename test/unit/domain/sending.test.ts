import { expect, test } from 'vitest';
import { chooseSending, type Travelling } from '../../../main/domain/sending.ts';
import {
  chooseStreams,
  mayTakeStreams,
  streamsOf,
  type StreamQuestion,
} from '../../../main/domain/streams.ts';
import type { MeasuredSpeed } from '../../../main/domain/way.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Disks of 2,000 MiB/s, and a way between them that carries so much by one connection and by four. */
function way(one: number, four: number | undefined, disks = 2000): MeasuredSpeed {
  return {
    copyBytesPerSecond: Math.min(one, disks) * MIB,
    digestBytesPerSecond: 800 * MIB,
    parts: {
      readBytesPerSecond: disks * MIB,
      sendBytesPerSecond: one * MIB,
      severalBytesPerSecond: four === undefined ? undefined : four * MIB,
      cipherBytesPerSecond: undefined,
      writeBytesPerSecond: disks * MIB,
    },
    trials: [{ codec: 'lz4', bytesPerSecond: Math.min(one / 0.5, 450) * MIB, wireShare: 0.5 }],
  };
}

/** One file without a hole. */
const full = (bytes: number): readonly Travelling[] => [{ bytes, dataBytes: bytes }];

function ask(changes: Partial<StreamQuestion>): StreamQuestion {
  const usual = { codec: 'none', limited: false, wish: undefined } as const;
  return { speed: way(400, 1600), sizesBytes: [20 * GIB], ...usual, ...changes };
}

test.each([
  ['one connection does not fill the link', ask({}), 4, 1600],
  ['four carry no more than one', ask({ speed: way(110, 112) }), 1, 110],
  ['nearly half as much more is not worth four cores', ask({ speed: way(400, 590) }), 1, 400],
  [
    'from disk to disk all bring less',
    ask({ speed: { ...way(400, 1600), copyBytesPerSecond: 300 * MIB } }),
    4,
    1200,
  ],
  ['the disks are slower than one connection', ask({ speed: way(400, 1600, 300) }), 1, 300],
  ['the disks are not much faster', ask({ speed: way(400, 1600, 600) }), 4, 600],
  ['two disks travel at once', ask({ sizesBytes: [20 * GIB, 30 * GIB] }), 2, 1600],
  ['two disks fill the link already', ask({ speed: way(400, 900), sizesBytes: [GIB, GIB] }), 1, 800],
  ['two disks carry no more than one', ask({ speed: way(110, 112), sizesBytes: [GIB, GIB] }), 1, 112],
  ['four disks travel at once', ask({ sizesBytes: [GIB, GIB, GIB, GIB] }), 1, 1600],
  ['small files beside a big one', ask({ sizesBytes: [20 * GIB, MIB, MIB, MIB, MIB] }), 4, 1600],
  ['no file is big', ask({ sizesBytes: [MIB] }), 1, 400],
  ['several were not tried', ask({ speed: way(400, undefined) }), 1, 400],
  ['asked for', ask({ speed: way(110, 112), wish: 2 }), 2, 112],
  ['one was asked for', ask({ wish: 1 }), 1, 400],
  ['limited', ask({ limited: true, wish: 4 }), 1, 400],
  ['compressed', ask({ codec: 'zstd' }), 1, 400],
])('%s', (_case, question, streams, mib) => {
  const choice = chooseStreams(question);
  expect(choice).toMatchObject({ streams, copyBytesPerSecond: mib * MIB });
  expect(choice.reason).not.toBe('');
});

test('the numbers are told, and a small file has one connection', () => {
  const choice = chooseStreams(ask({}));
  expect(choice.reason).toBe('one connection carries 400 MiB/s, four at once 1600 MiB/s');
  expect([streamsOf(choice, 20 * GIB), streamsOf(choice, MIB), streamsOf(undefined, 20 * GIB)]).toEqual([
    4, 1, 1,
  ]);
});

test('several are tried where they could be taken, or several files travel', () => {
  expect(mayTakeStreams([20 * GIB, MIB], false, undefined)).toBe(true);
  expect(mayTakeStreams([GIB, GIB], false, 4)).toBe(true);
  expect(mayTakeStreams([GIB, GIB, GIB], false, undefined)).toBe(true);
  expect(mayTakeStreams([GIB, GIB], false, 1)).toBe(true);
  expect(mayTakeStreams([MIB], false, undefined)).toBe(false);
  expect(mayTakeStreams([GIB], true, undefined)).toBe(false);
  expect(mayTakeStreams([GIB], false, 1)).toBe(false);
});

test('a codec is taken where it promises a good deal more than several connections, or what was asked for', () => {
  const slow = way(100, 300);
  const none = { limitKibPerSecond: undefined };
  // lz4 promises 200, four connections 300.
  expect(chooseSending(slow, full(GIB), none)).toMatchObject({
    codec: { codec: 'none', reason: expect.stringContaining('without it at 300 MiB/s') as string },
    streams: { streams: 4 },
    ...{ copyBytesPerSecond: 300 * MIB, plain: true },
  });
  expect(chooseSending(way(100, 130), full(GIB), none)).toMatchObject({
    codec: { codec: 'lz4' },
    streams: { streams: 1 },
    ...{ copyBytesPerSecond: 200 * MIB, plain: false },
  });
  expect(chooseSending(slow, full(GIB), { ...none, codec: 'lz4' })).toMatchObject({
    codec: { codec: 'lz4' },
    streams: { streams: 1 },
  });
  expect(chooseSending(way(100, 130), full(GIB), { ...none, streams: 2 })).toMatchObject({
    codec: { codec: 'none', reason: expect.stringContaining('several connections were asked') as string },
    streams: { streams: 2 },
  });
  expect(chooseSending(slow, full(GIB), { limitKibPerSecond: 50 * 1024 })).toMatchObject({
    codec: { codec: 'lz4' },
    plain: false,
  });
});

test('what holds data decides what plain bytes promise, and nothing else', () => {
  const none = { limitKibPerSecond: undefined };
  const choice = (dataBytes: number) => chooseSending(way(100, undefined), [{ bytes: GIB, dataBytes }], none);
  expect(choice(GIB)).toMatchObject({ codec: { codec: 'lz4' }, copyBytesPerSecond: 200 * MIB });
  expect(choice(GIB / 4)).toMatchObject({ codec: { codec: 'none' }, copyBytesPerSecond: 100 * MIB });
  // An allocation that is not known, or larger than the file.
  for (const odd of [0, 2 * GIB]) expect(choice(odd)).toMatchObject({ codec: { codec: 'lz4' } });
});
