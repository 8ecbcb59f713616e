import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCopied, readFlattened } from '../../main/services/transfer/progress.ts';

/** The text in pieces of the given lengths, the rest at the end. */
function inPieces(text: string, lengths: readonly number[]): AsyncIterable<string> {
  const starts = lengths.reduce<number[]>((all, length) => [...all, (all.at(-1) ?? 0) + length], [0]);
  return Readable.from(starts.map((start, index) => text.slice(start, starts[index + 1])));
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

const cuts = fc.array(fc.nat(40), { maxLength: 60 });

/** As rsync prints them: 15 wide, in any of its notations. */
const notations: readonly ((bytes: number) => string)[] = [
  (bytes) => bytes.toString(),
  (bytes) => bytes.toLocaleString('en-US'),
  (bytes) => bytes.toLocaleString('de-DE'),
];

test('bytes copied are read wherever the chunks are cut, in any notation of thousands', async () => {
  const readings = fc.uniqueArray(fc.nat(10 ** 13), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(readings, cuts, fc.constantFrom(...notations), async (counts, lengths, notation) => {
      const lines = counts.map((bytes) => `\r${notation(bytes).padStart(15)}  17%   97.23MB/s    0:00:07  `);
      const text = `sending incremental file list\ndisk\n${lines.join('')}(xfr#1, to-chk=0/1)\n`;
      expect(await all(readCopied(inPieces(text, lengths)))).toEqual(counts);
    }),
  );
});

test('a reading that does not change is told once', async () => {
  const text =
    '\r     1,024  1% 1kB/s\r     1,024  1% 1kB/s\r     2,048  2% 1kB/s 0:00:00 (xfr#1, to-chk=0/1)\n';
  expect(await all(readCopied(inPieces(text, [])))).toEqual([1024, 2048]);
});

test('other lines are no readings', async () => {
  const text = 'disk 50%\nsent 12 bytes  received 5 bytes\ntotal size is 1,024  speedup is 1.00\n(12/100%)\n';
  expect(await all(readCopied(inPieces(text, [])))).toEqual([]);
});

const percents = fc
  .array(fc.integer({ min: 0, max: 9_999 }), { minLength: 1, maxLength: 20 })
  .map((values) => [...values.sort((left, right) => left - right), 10_000]);

test('the share of converting and comparing never falls, and ends at the whole', async () => {
  await fc.assert(
    fc.asyncProperty(percents, percents, cuts, async (converting, comparing, lengths) => {
      const run = (values: readonly number[]): string =>
        values.map((value) => `    (${(value / 100).toFixed(2)}/100%)\r`).join('');
      const text = `${run(converting)}\n${run(comparing)}\nImages are identical.\n`;
      const shares = await all(readFlattened(inPieces(text, lengths)));
      expect(shares).toEqual([...new Set(shares)].sort((left, right) => left - right));
      expect(shares.at(-1)).toBeCloseTo(1, 10);
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    }),
  );
});
