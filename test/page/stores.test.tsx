import { beforeEach, describe, expect, test, vi } from 'vitest';
import { setEngine } from '../../renderer/engine.ts';
import { readDesk, startDesk, takeMigration, useDesk } from '../../renderer/store/desk.ts';
import { forgetLog, joined, loadLog, MOST_LINES, useLog } from '../../renderer/store/log.ts';
import { append, forgetSamples, loadSamples, takeSamples, useSamples } from '../../renderer/store/samples.ts';
import { fakeBridge, later } from './support/fake-bridge.ts';
import { aDesk, aMigration, MIGRATION_ID } from './support/samples.ts';
import type { DeskView } from '../../main/contract/desk-views.ts';

function line(number: number) {
  return { number, atMs: number, level: 'info' as const, message: `line ${String(number)}` };
}
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));
/** Against hanging on a busy machine. */
const BOUND = { timeout: 30_000 };
const numbers = () => useLog.getState().lines.map(({ number }) => number);

beforeEach(() => {
  useDesk.setState(useDesk.getInitialState(), true);
  forgetLog();
  forgetSamples();
});

describe('desk', () => {
  test('a lost message is noticed by the next one, and the desk is read anew', async () => {
    const bridge = fakeBridge({
      'desk.read': () => Promise.resolve(aDesk({ migrations: [aMigration({ phase: 'verifying' })] })),
    });
    setEngine(bridge);
    const stop = startDesk();
    await readDesk();
    expect(bridge.asked('desk.read')).toHaveLength(1);
    bridge.lose({ name: 'questions.changed', payload: [] });
    bridge.send({ name: 'cloud.changed', payload: { state: 'none' } });
    expect(useDesk.getState().cloud.state).toBe('none');
    await vi.waitFor(() => {
      expect(bridge.asked('desk.read')).toHaveLength(2);
      expect(useDesk.getState().cloud.state).toBe('open');
    }, BOUND);
    stop();
  });

  test('what is told while the desk is being read comes on top of it, once', async () => {
    const first = later<DeskView>();
    const bridge = fakeBridge({ 'desk.read': () => first.promise });
    setEngine(bridge);
    const stop = startDesk();
    bridge.send({ name: 'cloud.changed', payload: { state: 'opening', name: 'cloud-west' } });
    expect(useDesk.getState().cloud.state).toBe('none');
    // The answer already contains that message: the desk counts it.
    first.resolve(aDesk());
    await readDesk();
    expect(useDesk.getState().cloud).toMatchObject({ state: 'open', name: 'cloud-east' });
    bridge.send({ name: 'cloud.changed', payload: { state: 'opening', name: 'cloud-west' } });
    expect(useDesk.getState().cloud).toEqual({ state: 'opening', name: 'cloud-west' });
    stop();
  });

  test('after it was silenced, it hears nothing', async () => {
    const bridge = fakeBridge();
    setEngine(bridge);
    const stop = startDesk();
    await readDesk();
    stop();
    bridge.send({ name: 'cloud.changed', payload: { state: 'none' } });
    expect(useDesk.getState().cloud.state).toBe('open');
  });

  test('another run of the desk numbers its lines anew: the old ones are dropped', async () => {
    let run = 'a1b2c3d4-0000-4000-8000-000000000001';
    setEngine(fakeBridge({ 'desk.read': () => Promise.resolve(aDesk({ run })) }));
    await readDesk();
    useLog.setState({ lines: lines(1, 3), loaded: true });
    await readDesk();
    expect(numbers()).toEqual([1, 2, 3]);
    run = 'a1b2c3d4-0000-4000-8000-000000000002';
    await readDesk();
    expect(numbers()).toEqual([]);
  });

  test('a reply that comes late does not undo what a message told', () => {
    takeMigration(aMigration({ phase: 'verifying', updatedAtMs: 2000 }));
    takeMigration(aMigration({ phase: 'copying', updatedAtMs: 1000 }));
    expect(useDesk.getState().migrations.map(({ phase }) => phase)).toEqual(['verifying']);
  });

  test('migrations stand newest first by when they were planned', () => {
    const other = '5d0f6c3a-7b1e-4c2d-8f90-1a2b3c4d5e70';
    takeMigration(aMigration({ id: other, enteredAtMs: { planned: 5 } }));
    takeMigration(aMigration({ enteredAtMs: { planned: 9 } }));
    takeMigration(aMigration({ id: other, enteredAtMs: { planned: 5 } }));
    expect(useDesk.getState().migrations.map(({ id }) => id)).toEqual([MIGRATION_ID, other]);
  });
});

describe('log', () => {
  test('runs of lines are joined without doubles', () => {
    expect(joined(lines(1, 3), lines(4, 5)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(joined(lines(1, 3), lines(2, 5)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    const all = lines(1, 3);
    expect(joined(all, lines(2, 3))).toBe(all);
    expect(joined([], lines(7, 8)).map(({ number }) => number)).toEqual([7, 8]);
  });

  test('the oldest lines are let go when there are too many', () => {
    const many = joined(lines(1, MOST_LINES), lines(MOST_LINES + 1, MOST_LINES + 10));
    expect(many).toHaveLength(MOST_LINES);
    expect(many[0]?.number).toBe(11);
    expect(many.at(-1)?.number).toBe(MOST_LINES + 10);
  });

  test('what was said before is read back page by page, until the first line', async () => {
    const bridge = fakeBridge({
      'log.read': ({ before }) => {
        const end = (before ?? 12_001) - 1;
        const begin = Math.max(1, end - 4_999);
        return Promise.resolve({ lines: lines(begin, end), more: begin > 1 });
      },
    });
    setEngine(bridge);
    await loadLog();
    expect(numbers()).toEqual(lines(1, 12_000).map(({ number }) => number));
    expect(bridge.asked('log.read').map(({ before }) => before)).toEqual([undefined, 7_001, 2_001]);
    await loadLog();
    expect(bridge.asked('log.read')).toHaveLength(3);
  });
});

describe('samples', () => {
  const EMPTY = { atMs: [], bytesDone: [], pace: undefined };

  test('many points are thinned out in their older half; first and last stay', () => {
    let series = append(EMPTY, 0, 0);
    for (let count = 1; count <= 10_000; count += 1) series = append(series, count * 250, count * 1024);
    expect(series.atMs.length).toBeLessThanOrEqual(1_200);
    expect(series.atMs.length).toBe(series.bytesDone.length);
    expect(series.atMs[0]).toBe(0);
    expect(series.atMs.at(-1)).toBe(2_500_000);
    expect(series.atMs.toSorted((left, right) => left - right)).toEqual(series.atMs);
    // 1 KiB every quarter of a second.
    expect(series.pace?.bytesPerSecond).toBeCloseTo(4096, 0);
  });

  test('what was kept before, and what came meanwhile, become one series', async () => {
    const kept = later<{ samples: readonly { disk: string; atMs: number; bytesDone: number }[] }>();
    setEngine(
      fakeBridge({
        'samples.read': async () => ({
          samples: (await kept.promise).samples.map((sample) => ({ ...sample, migration: MIGRATION_ID })),
        }),
      }),
    );
    const loaded = loadSamples(MIGRATION_ID);
    takeSamples([
      { migration: MIGRATION_ID, disk: 'disk', atMs: 2000, bytesDone: 20 },
      { migration: MIGRATION_ID, disk: 'disk', atMs: 3000, bytesDone: 30 },
    ]);
    kept.resolve({
      samples: [
        { disk: 'disk', atMs: 1000, bytesDone: 10 },
        { disk: 'disk', atMs: 2000, bytesDone: 20 },
      ],
    });
    await loaded;
    expect(useSamples.getState().byMigration[MIGRATION_ID]?.disk?.atMs).toEqual([1000, 2000, 3000]);
  });
});
