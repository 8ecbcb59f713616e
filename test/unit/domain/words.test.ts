import { expect, test } from 'vitest';
import fc from 'fast-check';
import { cutMiddle, printable, sentence, showCommand } from '../../../main/domain/naming.ts';
import { pace, secondsLeft, type Pace } from '../../../main/domain/throughput.ts';
import { formatBytes, formatRate, formatSeconds } from '../../../main/domain/units.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.00 KiB'],
  [52_428_800, '50.0 MiB'],
  [1024 ** 3 * 1.5, '1.50 GiB'],
  [1024 ** 4 * 123, '123 TiB'],
])('%d bytes are %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 05 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(formatSeconds(seconds)).toBe(words);
});

test('rates keep one unit', () => {
  expect([formatRate(1024), formatRate(117_440_512)]).toEqual(['0.00 MiB/s', '112 MiB/s']);
});

test('names with control or direction characters cannot act on a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(
        Array.from(printable(name)).some(
          (character) => (character.codePointAt(0) ?? 0) < 32 || character === '\u202e',
        ),
      ).toBe(false);
    }),
  );
  expect(printable('a\u001b[2Jb')).toBe('a\\u{1b}[2Jb');
});

test('a long name keeps both ends', () => {
  expect(cutMiddle('compute-000000000001-web', 11)).toBe('compu…1-web');
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 3, max: 40 }),
      (text, length) => Array.from(cutMiddle(text, length)).length <= Math.max(length, 0),
    ),
  );
});

test('a shown command can be pasted', () => {
  expect(showCommand(['mv', "it's", '/a b/c'])).toBe(String.raw`mv 'it'\''s' '/a b/c'`);
});

test('a steady copy has its true rate and time left; a second start begins afresh', () => {
  let current: Pace | undefined;
  for (let second = 0; second <= 30; second += 1)
    current = pace(current, { atMs: second * 1000, bytesDone: second * 1000 });
  expect(current?.bytesPerSecond).toBeCloseTo(1000);
  expect(secondsLeft(current, 40_000)).toBeCloseTo(10);
  expect(pace(current, { atMs: 31_000, bytesDone: 5 }).bytesPerSecond).toBeUndefined();
});

test.each([
  ['the instance is gone', 'The instance is gone'],
  ['disk: too small', 'Disk: too small'],
  ['über alles', 'Über alles'],
  ['clouds.yaml:4:1 is not YAML', 'clouds.yaml:4:1 is not YAML'],
  ['compute-a: no answer', 'compute-a: no answer'],
  ['nova-compute is down', 'nova-compute is down'],
  ['', ''],
])('%j begins a sentence as %j', (message, said) => {
  expect(sentence(message)).toBe(said);
});
