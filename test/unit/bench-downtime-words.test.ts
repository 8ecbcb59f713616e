// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { chartOf, escapeXml, ticksUpTo } from '../bench/downtime/chart.ts';
import { readDowntimeOptions } from '../bench/downtime/options.ts';
import { summarize } from '../bench/downtime/summary.ts';
import { number, tablesOf, textTable } from '../bench/downtime/table.ts';
import { WAYS } from '../bench/downtime/types.ts';
import { runOf } from '../support/downtime-runs.ts';

const SUMMARIES = summarize([
  runOf('nova-icehouse', { downtimeSeconds: 100, parts: { convert: 20, copy: 80 } }),
  runOf('base-there', { downtimeSeconds: 10, parts: { stop: 1, copy: 5 }, cloudSeconds: 2 }),
]);

test('the first column stands left, numbers stand right, and every column is as wide as it must be', () => {
  expect(
    textTable(
      'What',
      ['', 'a', 'long'],
      [
        ['way', '12.3', '4'],
        ['other way', '5', '-'],
      ],
    ),
  ).toBe(
    `What

              a  long
---------  ----  ----
way        12.3     4
other way     5     -
`,
  );
});

test('a number has one digit behind the point, a big one none, and none is a dash', () => {
  expect([0.04, 12.34, 999.96, 1234.5, Number.NaN, undefined].map(number)).toEqual([
    ...['0.0', '12.3', '1000.0', '1235', '-', '-'],
  ]);
});

test('the tables name every way that ran, and how many times as long the others took', () => {
  const text = tablesOf(SUMMARIES, 3072, 3);
  expect(text).toContain('3 GiB of content, median of 3 rounds');
  expect(text).toMatch(/^Coldhaul, base there +10\.0 +10\.0 to 10\.0 +10\.0 +- +-/m);
  expect(text).not.toContain('scp, ');
});

test('ticks begin at 0, are round, and end where all bars have ended', () => {
  expect(ticksUpTo(7.2)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(ticksUpTo(0.7)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  expect(ticksUpTo(130)).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
  expect(ticksUpTo(Number.NaN)).toEqual([0, 1]);
});

test('the chart is well-formed, names its unit, and shows text as it was given', () => {
  const svg = chartOf(SUMMARIES, 'a <b> & "c"', "it's");
  const read = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(read.querySelector('parsererror')).toBeNull();
  expect(read.querySelector('title')?.textContent).toBe('a <b> & "c"');
  expect([...read.querySelectorAll('text')].map((text) => text.textContent)).toContain('downtime in seconds');
  const [longest, shortest] = [...read.querySelectorAll('rect')].map((bar) =>
    Number(bar.getAttribute('width')),
  );
  expect(longest).toBeCloseTo((shortest ?? 0) * 10, 0);
  expect(svg).toContain('prefers-color-scheme: dark');
});

test('escapes', () => {
  expect(escapeXml(`<a href="x">'&'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;');
});

test('options have bounds and say so', () => {
  expect(readDowntimeOptions([])).toEqual({
    sizeMib: 3072,
    rounds: 3,
    ways: WAYS,
    codec: undefined,
    json: undefined,
    svg: undefined,
  });
  expect(readDowntimeOptions(['--ways', 'floor, base-there', '--codec=lz4'])).toMatchObject({
    ways: ['floor', 'base-there'],
    codec: 'lz4',
  });
  expect(() => readDowntimeOptions(['--ways', 'fastest'])).toThrow(
    'fastest is no way; there are nova-icehouse',
  );
  expect(() => readDowntimeOptions(['--codec', 'zlib'])).toThrow('zlib is no codec; there are none, lz4');
  expect(readDowntimeOptions(['--size=0.25', '--rounds', '5', '--json', 'a.json'])).toMatchObject({
    sizeMib: 256,
    rounds: 5,
    json: 'a.json',
  });
  expect(() => readDowntimeOptions(['--size', '33'])).toThrow(
    '--size is in GiB, from 0.0625 to 32; 33 is not',
  );
  expect(() => readDowntimeOptions(['--rounds', '1.5'])).toThrow('1.5 is not');
});
