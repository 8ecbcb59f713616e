import { expect, test } from 'vitest';
import { compareDowntimes } from '../bench/downtime/measure.ts';

test('the downtime comparison runs: a way of Nova, one of ours and the floor, once, with every measure', async () => {
  const said: string[] = [];
  const ways = ['nova-icehouse', 'base-there', 'floor'] as const;
  const result = await compareDowntimes({ sizeMib: 64, rounds: 1, ways, codec: undefined }, (text) =>
    said.push(text),
  );
  expect(result.failed).toEqual([]);
  expect(result.runs.map(({ way, round }) => [way, round])).toEqual(ways.map((way) => [way, 1]));
  for (const run of result.runs) {
    expect(run.downtimeSeconds).toBeGreaterThan(0);
    expect(run.totalSeconds).toBeGreaterThanOrEqual(run.downtimeSeconds);
    expect(run.source.cpuSeconds).toBeGreaterThan(0);
    expect(run.destination.cpuSeconds).toBeGreaterThan(0);
    expect(run.source.peakBytes).toBeGreaterThan(0);
  }
  const [icehouse, ours, floor] = result.runs;
  // zlib makes it less; the others send all of it. The interface is not only ours here, so there is no upper bound.
  expect(Object.keys(icehouse?.parts ?? {})).toEqual(['convert', 'copy']);
  expect(floor?.wireBytes).toBeGreaterThan(floor?.movedBytes ?? 0);
  expect(ours?.wireBytes).toBeGreaterThan(ours?.movedBytes ?? 0);
  expect(ours?.movedBytes).toBe(floor?.movedBytes);
  expect(Object.keys(ours?.parts ?? {})).toEqual(['stage', 'stop', 'prepare', 'copy', 'prove', 'hand over']);
  expect(ours?.own.cpuSeconds).toBeGreaterThan(0);
  expect(ours?.controlBytes).toBeGreaterThan(0);
  expect(ours?.cloudSeconds).toBeGreaterThan(0);
  expect(ours?.predictedSeconds).toBeGreaterThan(0);
  expect(result.figures.map(({ name }) => name)).toEqual([
    'Coldhaul, base there: Icehouse took longer by',
    "Coldhaul, base there: rate of the copy, of the floor's",
    'Coldhaul, base there: proof, of the copy',
    "Coldhaul, base there: neither copy, proof nor the cloud's",
    'Coldhaul, base there: predicted downtime, off by',
    'runs that did not come to their end',
  ]);
  expect(said.at(-1)).toContain('3 of 3 runs');
});
