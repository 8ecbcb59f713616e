import { expect, test } from 'vitest';
import { readProbe } from '../../main/services/transfer/probe-words.ts';

const WHOLE = `path 67108864 500000000
write 67108864 250000000
files yes yes no
send 67108864 125000000 1000000000 1125000000
several 33554432 90000000 2000000000 2090000000
several 33554432 90000000 2010000000 2100000000
several 33554432 80000000 2020000000 2100000000
several 33554432 80000000 2045000000 2125000000
times
0m0.010000s 0m0.020000s
0m0.100000s 0m0.060000s
read 67108864 62500000
digest 67108864 100000000
writes 1000 5000 2000000000    86400
codecs zstd lz4 zlibx zlib none
codec lz4 16777216 8388608 50000000 10000000
codec zstd 16777216 4194304 100000000 20000000
`;
const MIB = 1024 ** 2;

test('all that the hosts told', () => {
  expect(readProbe(WHOLE)).toEqual({
    copyBytesPerSecond: 128 * MIB,
    digestBytesPerSecond: 640 * MIB,
    bytes: 64 * MIB,
    parts: {
      readBytesPerSecond: 1024 * MIB,
      sendBytesPerSecond: 512 * MIB,
      cipherBytesPerSecond: 400 * MIB,
      severalBytesPerSecond: 1024 * MIB,
      writeBytesPerSecond: 256 * MIB,
    },
    abilities: { keepsHoles: true, preallocates: true, reflinks: false },
    guestWrites: { bytes: 4000, seconds: 2, sinceStart: { bytes: 5000, seconds: 86_400 } },
    trials: [
      { codec: 'lz4', bytesPerSecond: 400 * MIB, wireShare: 0.5 },
      { codec: 'zstd', bytesPerSecond: 200 * MIB, wireShare: 0.25 },
    ],
  });
});

test('a codec counts only if the destination has it, and the time of an empty file is not taken off whole', () => {
  const codecs = (said: string) => readProbe(said)?.trials?.map(({ codec }) => codec);
  expect(codecs(instead('codecs', 'codecs zlibx zlib none lz4'))).toEqual(['lz4']);
  expect(codecs(instead('codecs', 'codecs'))).toEqual([]);
  expect(codecs(without('codecs'))).toEqual([]);
  expect(codecs(instead('codec lz4', 'codec lz4 16777216 0 1 1'))).toEqual(['zstd']);
  const busy = readProbe(instead('codec lz4', 'codec lz4 16777216 8388608 80000000 79000000'));
  expect(busy?.trials?.[0]?.bytesPerSecond).toBe(800 * MIB);
});

const without = (...labels: readonly string[]): string =>
  WHOLE.split('\n')
    .filter((line) => !labels.some((label) => line.startsWith(label)))
    .join('\n');
const instead = (label: string, words: string): string =>
  WHOLE.replace(new RegExp(`^${label} .*$`, 'm'), words);

test.each(['path', 'digest'])('without %s there is nothing to predict from', (label) => {
  expect(readProbe(without(label, 'read'))).toBeUndefined();
  expect(readProbe(instead(label, `${label} 0 100`))).toBeUndefined();
});

test.each([
  ['read', 'parts'],
  ['send', 'parts'],
  ['write', 'parts'],
  ['files', 'abilities'],
  ['writes', 'guestWrites'],
] as const)('without %s there are no %s, and the rest is there', (label, gone) => {
  expect(readProbe(without(`${label} `))).toEqual({ ...readProbe(WHOLE), [gone]: undefined });
});

test.each([
  ['no time of the programs', without('0m0.1')],
  ['times in another form', instead('0m0.100000s', '0.10user 0.06system')],
  ['a program that took no time that could be measured', instead('0m0.100000s', '0m0.000000s 0m0.000000s')],
])('%s: what a core can encipher is not known', (_what, said) => {
  expect(readProbe(said)?.parts).toMatchObject({
    cipherBytesPerSecond: undefined,
    readBytesPerSecond: 1024 * MIB,
  });
});

test.each([
  ['no slower', 300_000_000, { writeBytesPerSecond: (64e9 * MIB) / 300_000_000, writesDirectly: true }],
  ['slower', 400_000_000, { writeBytesPerSecond: 256 * MIB }],
])('writing past the page cache is taken where it is %s', (_how, nanoseconds, expected) => {
  const parts = readProbe(`${WHOLE}direct 67108864 ${String(nanoseconds)}\n`)?.parts;
  expect(parts).toMatchObject(expected);
  expect(parts?.writesDirectly).toBe('writesDirectly' in expected ? true : undefined);
});

test('minutes of computing count', () => {
  const parts = readProbe(instead('0m0.100000s', '1m3.5s 0m0.5s'))?.parts;
  expect(parts?.cipherBytesPerSecond).toBe(MIB);
});

test.each([
  ['a guest that ended meanwhile', 'writes 1000  2000000000 '],
  ['a counter that went back', 'writes 5000 1000 2000000000 10'],
  ['no time', 'writes 1000 5000 0 10'],
])('%s: what it wrote is not known', (_what, line) => {
  expect(readProbe(instead('writes', line))?.guestWrites).toBeUndefined();
});

test('a guest whose age was not told', () => {
  expect(readProbe(instead('writes', 'writes 1000 5000 2000000000 '))?.guestWrites).toEqual({
    bytes: 4000,
    seconds: 2,
    sinceStart: undefined,
  });
});

test('no tool to preallocate with is not a file system that cannot', () => {
  expect(readProbe(instead('files', 'files no unknown yes'))?.abilities).toEqual({
    keepsHoles: false,
    preallocates: undefined,
    reflinks: true,
  });
});

test('where rsync makes the digests, it and the reading hold each other back', () => {
  const digest = (sum: string) => readProbe(instead('digest', sum))?.digestBytesPerSecond;
  expect(digest('sum 16777216 50000000 10000000')).toBe(400 * MIB);
  expect(digest('sum 16777216 11000000 10000000')).toBe(1024 * MIB);
  expect(readProbe(without('digest'))?.digestBytesPerSecond).toBe(1024 * MIB);
});
