import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogLineView, SampleView } from '../../../main/contract/views.ts';
import { createBroadcast } from '../../../main/desk/broadcast.ts';
import { createLogStore } from '../../../main/desk/log-store.ts';
import { createSampleStore } from '../../../main/desk/sample-store.ts';
import { keepPoint } from '../../../main/domain/throughput.ts';

const line = (message: string, migration?: string): LogLineView => ({
  number: 0,
  atMs: 1,
  level: 'info',
  message,
  ...(migration !== undefined && { migration }),
});

const ANY = { limit: 1000 };

test('lines of several engines get one count; the oldest go when there are too many', () => {
  const store = createLogStore(10, 3);
  const told = [store.add([line('a'), line('b')]), store.add([line('c')])].flat();
  expect(told.map(({ number, message }) => `${String(number)}${message}`)).toEqual(['1a', '2b', '3c']);
  store.add(Array.from({ length: 30 }, (_, index) => line(String(index))));
  const { lines, more } = store.read(ANY);
  expect(lines.length).toBeGreaterThanOrEqual(10);
  expect(lines.length).toBeLessThan(13);
  expect(lines.at(-1)).toMatchObject({ number: 33, message: '29' });
  expect(more).toBe(false);
});

test('paging back by numbers gives every kept line once, oldest first, of one migration if asked', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('m1', 'm2', undefined), { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom('m1', undefined),
      (owners, limit, migration) => {
        const store = createLogStore(40, 5);
        for (const owner of owners) store.add([line('x', owner)]);
        const whole = store.read({ ...ANY, migration }).lines;
        const paged: LogLineView[] = [];
        for (let before: number | undefined; ; before = paged[0]?.number) {
          const page = store.read({ migration, limit, before });
          paged.unshift(...page.lines);
          expect(page.lines.length).toBeLessThanOrEqual(limit);
          if (!page.more) break;
        }
        expect(paged).toEqual(whole);
        expect(whole.every((one) => migration === undefined || one.migration === migration)).toBe(true);
      },
    ),
  );
});

test('reading before a line that was dropped already gives nothing more', () => {
  const store = createLogStore(5, 1);
  store.add(Array.from({ length: 50 }, () => line('x')));
  expect(store.read({ ...ANY, before: 2 })).toEqual({ lines: [], more: false });
});

test('kept points: never too many, in order, the first and the newest among them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 4, max: 60 }), (count, most) => {
      let kept: readonly number[] = [];
      for (let point = 0; point < count; point += 1) {
        kept = keepPoint(kept, point, most);
        expect(kept.length).toBeLessThanOrEqual(most);
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(point);
      }
      expect(kept).toEqual([...kept].sort((left, right) => left - right));
      expect(new Set(kept).size).toBe(kept.length);
      if (count >= most) expect(kept.length).toBeGreaterThan(most / 2);
    }),
  );
});

test('the newer half of the points is never thinned', () => {
  let kept: readonly number[] = [];
  for (let point = 0; point < 101; point += 1) kept = keepPoint(kept, point, 100);
  expect(kept.slice(-51)).toEqual(Array.from({ length: 51 }, (_, index) => 50 + index));
});

const sample = (migration: string, disk: string, atMs: number): SampleView => ({
  migration,
  disk,
  atMs,
  bytesDone: atMs * 10,
});

test('samples are bounded for each disk and read in the order of time', () => {
  const store = createSampleStore(20, 2);
  for (let atMs = 0; atMs < 500; atMs += 1)
    store.add([sample('m1', 'disk', atMs), sample('m1', 'disk.eph0', atMs)]);
  const read = store.read('m1');
  expect(read.length).toBeLessThanOrEqual(40);
  expect(new Set(read.map(({ disk }) => disk))).toEqual(new Set(['disk', 'disk.eph0']));
  expect(read.map(({ atMs }) => atMs)).toEqual(
    read.map(({ atMs }) => atMs).sort((left, right) => left - right),
  );
  expect(store.read('never')).toEqual([]);
});

test('of many migrations, those that moved last are kept', () => {
  const store = createSampleStore(20, 2);
  for (const migration of ['m1', 'm2', 'm1', 'm3']) store.add([sample(migration, 'disk', 1)]);
  expect(['m1', 'm2', 'm3'].map((migration) => store.read(migration).length)).toEqual([2, 0, 1]);
});

test('every listener gets every message from when it began to listen, numbered without a gap', () => {
  const broadcast = createBroadcast();
  const [first, second]: [number[], number[]] = [[], []];
  broadcast.listen(({ sequence }) => first.push(sequence));
  const tell = (): void => {
    broadcast.emit({ name: 'cloud.changed', payload: { state: 'none' } });
  };
  tell();
  const silence = broadcast.listen(({ sequence }) => second.push(sequence));
  tell();
  silence();
  tell();
  expect([first, second, broadcast.sequence()]).toEqual([[1, 2, 3], [2], 3]);
});
