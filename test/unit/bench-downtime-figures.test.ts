import { expect, test } from 'vitest';
import { barFigures } from '../bench/downtime/bars.ts';
import { processorTicks, stolenPercent } from '../bench/downtime/meter.ts';
import { cloudSecondsOf, copyJobSecondsOf, downtimeOf, partsOf } from '../bench/downtime/parts.ts';
import { errorPercent, median, ratioOf, spreadOf } from '../bench/downtime/statistics.ts';
import { summarize } from '../bench/downtime/summary.ts';
import { isBroken } from '../bench/figures.ts';
import { runOf } from '../support/downtime-runs.ts';

test('median, range and ratio', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(spreadOf([]).least).toBeNaN();
});

test('a ratio is the middle of the rounds’ own, not that of the medians', () => {
  const pairs = [
    [80, 10],
    [30, 10],
    [100, 20],
    [undefined, 5],
    [7, undefined],
  ] as const;
  expect(ratioOf(pairs)).toBe(5);
  expect(ratioOf([[1, 0]])).toBeNaN();
});

test('an error is above zero if too much was said', () => {
  expect(errorPercent(12, 10)).toBeCloseTo(20);
  expect(errorPercent(8, 10)).toBeCloseTo(-20);
});

test('each phase lasts until the next one is entered; the last one has no end', () => {
  const enteredAtMs = {
    planned: 0,
    'handing-over': 9_000,
    stopping: 1_000,
    copying: 4_000,
    verifying: 7_500,
  };
  expect(partsOf({ enteredAtMs })).toEqual({ stop: 3, copy: 3.5, prove: 1.5 });
});

test('an instance that Nova leaves off is off until the verdict', () => {
  const enteredAtMs = { 'awaiting-verdict': 9_000 };
  expect(downtimeOf({ downtime: { startMs: 1_000 }, enteredAtMs }).endMs).toBe(9_000);
  expect(downtimeOf({ downtime: { startMs: 1_000, endMs: 8_000 }, enteredAtMs }).endMs).toBe(8_000);
  expect(() => downtimeOf({ downtime: {}, enteredAtMs })).toThrow('never off');
});

test('the copy alone is the longest one that the host timed', () => {
  const disk = { name: 'disk', role: 'root', strategy: 'overlay', state: 'verified' } as const;
  const sizes = { bytesTotal: 1, bytesDone: 1 };
  const disks = [
    { ...disk, ...sizes, seconds: 3 },
    { ...disk, ...sizes, seconds: 7 },
    { ...disk, ...sizes },
  ];
  expect(copyJobSecondsOf({ disks })).toBe(7);
  expect(copyJobSecondsOf({ disks: disks.slice(2) })).toBeUndefined();
});

test('the cloud’s own time is what lies within the downtime', () => {
  const history = [
    { atMs: 0, taskState: 'spawning' },
    { atMs: 2_000, taskState: null },
    { atMs: 5_000, taskState: 'resize_prep' },
    { atMs: 6_000, taskState: 'resize_finish' },
  ];
  expect(cloudSecondsOf(history, { startMs: 1_000, endMs: 8_000 })).toBe(4);
  expect(cloudSecondsOf(history, { startMs: 2_500, endMs: 5_500 })).toBe(0.5);
});

test('what was promised is judged, by the median of the rounds', () => {
  const floor = runOf('floor', { downtimeSeconds: 9, parts: { copy: 9 } });
  const parts = { stop: 1, prepare: 1, copy: 10, prove: 3, 'hand over': 4 };
  const staged = runOf('base-staged', {
    downtimeSeconds: 18,
    parts,
    cloudSeconds: 4,
    predictedSeconds: 27,
  });
  const icehouse = runOf('nova-icehouse', { downtimeSeconds: 150, parts: { convert: 20, copy: 130 } });
  const figures = barFigures(summarize([floor, staged, icehouse]), ['nova-icehouse', 'base-staged', 'floor']);
  const seen = figures.map((figure) => [figure.name, Math.round(figure.value), isBroken(figure)]);
  expect(seen).toEqual([
    ['Coldhaul, base staged: Icehouse took longer by', 8, false],
    ["Coldhaul, base staged: rate of the copy, of the floor's", 90, false],
    ['Coldhaul, base staged: proof, of the copy', 30, false],
    ["Coldhaul, base staged: neither copy, proof nor the cloud's", 1, false],
    ['Coldhaul, base staged: predicted downtime, off by', 50, false],
  ]);
});

test('a prediction is judged for copies of more than ten seconds; flattening is no rest', () => {
  const parts = { stop: 1, prepare: 30, copy: 12, prove: 3, 'hand over': 4 };
  const run = runOf('flatten', { downtimeSeconds: 49, parts, cloudSeconds: 3, predictedSeconds: 70 });
  const figures = barFigures(summarize([run]), ['flatten']);
  expect(figures.find(({ name }) => name.includes('neither'))?.value).toBe(1);
  expect(figures.find(({ name }) => name.includes('predicted'))).toMatchObject({ most: 20 });
  // Without a peer and a floor nothing can be said, which is no promise kept.
  expect(figures.filter(isBroken)).toHaveLength(3);
});

test('a way of which no run came to its end keeps no promise', () => {
  const figures = barFigures(summarize([]), ['base-there', 'floor']);
  expect(figures).toHaveLength(4);
  expect(figures.every(isBroken)).toBe(true);
});

test('what others had of the processors is their share of all that passed', () => {
  const at = (line: string) => processorTicks(`${line}\ncpu0 1 1 1 1 1 1 1 1 1 1\n`);
  const [before, after] = [at('cpu  10 0 10 80 0 0 0 0 0 0'), at('cpu  40 0 50 80 0 0 0 30 0 0')];
  expect(stolenPercent(before, after)).toBe(30);
  expect(stolenPercent(at('cpu  1 1 1 1'), at('cpu  2 2 2 2'))).toBeNaN();
});
