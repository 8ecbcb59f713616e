import { describe, expect, it } from 'vitest';
import type { LogLineView, MigrationView } from '../../main/contract/views.ts';
import { canResume, offersOf } from '../../renderer/features/migration/actions.ts';
import { ratesOf } from '../../renderer/features/migration/chart/rates.ts';
import { STROKES, strokeOf } from '../../renderer/features/migration/chart/strokes.ts';
import { tableRows } from '../../renderer/features/migration/chart/table-rows.ts';
import { diskRows, totalRow } from '../../renderer/features/migration/disk-rows.ts';
import { againstPrediction, clockText, outageOf } from '../../renderer/features/migration/downtime.ts';
import { limitRefusal } from '../../renderer/features/migration/limit.ts';
import {
  filterLines,
  lineText,
  type Filtered,
  type LogFilter,
} from '../../renderer/features/migration/log/filter.ts';
import { nextAction } from '../../renderer/features/migration/next.ts';
import { stepsOf } from '../../renderer/features/migration/steps.ts';
import { append, type Series } from '../../renderer/store/samples.ts';
import { aDiskView, aMigration, GIB, NOW_MS } from './support/samples.ts';

const MIB = 1024 ** 2;
const states = (view: MigrationView): string =>
  stepsOf(view)
    .map(({ name, state }) => `${name} ${state}`)
    .join(', ');
const series = (...counts: readonly (readonly [number, number])[]): Series =>
  counts.reduce<Series>((before, [atMs, bytes]) => append(before, atMs, bytes), {
    atMs: [],
    bytesDone: [],
    pace: undefined,
  });

describe('steps', () => {
  const at = { planned: 1_000, staging: 2_000, stopping: 10_000, preparing: 14_000, copying: 15_000 };

  it('put the phases of the domain together, each with its begin and end', () => {
    const [prepare, stop, copy] = stepsOf(aMigration({ phase: 'copying', enteredAtMs: at }));
    expect(prepare).toEqual({ name: 'Prepare', state: 'done', startMs: 1_000, endMs: 10_000 });
    expect(stop).toEqual({ name: 'Stop', state: 'done', startMs: 10_000, endMs: 14_000 });
    expect(copy).toEqual({ name: 'Copy', state: 'current', startMs: 14_000 });
  });

  it('call the last look before the verdict a part of the hand-over', () => {
    const entered = { ...at, verifying: 20_000, 'handing-over': 25_000 };
    expect(states(aMigration({ phase: 'verifying', enteredAtMs: entered }))).toContain(
      'Prove done, Hand over current, Verdict waiting, Done waiting',
    );
    const verdict = { ...entered, 'awaiting-verdict': 30_000 };
    expect(states(aMigration({ phase: 'awaiting-verdict', enteredAtMs: verdict }))).toContain(
      'Hand over done, Verdict current, Done waiting',
    );
  });

  it('call no step present that nobody drives any more', () => {
    const left = { active: false, enteredAtMs: at };
    expect(states(aMigration({ phase: 'copying', ...left }))).toContain('Stop done, Copy paused');
    expect(states(aMigration({ phase: 'reverting', ...left }))).toContain('Reverting paused');
    const verdict = { ...left, enteredAtMs: { ...at, 'awaiting-verdict': 30_000 } };
    expect(states(aMigration({ phase: 'awaiting-verdict', ...verdict }))).toContain('Verdict current');
  });

  it('call a proof that failed by its name, also after the verdict', () => {
    const entered = { ...at, verifying: 20_000, 'handing-over': 25_000, 'awaiting-verdict': 30_000 };
    const proofs = [{ name: 'content', ok: false, said: '0 of 1 files have equal digests' }];
    const left = aMigration({ phase: 'awaiting-verdict', enteredAtMs: entered, proofs });
    expect(states(left)).toContain('Prove done, Hand over unproven, Verdict current');
    const byNova = { ...left, route: 'nova', phase: 'reverted' } as const;
    expect(states({ ...byNova, enteredAtMs: { ...entered, reverted: 40_000 } })).toContain('Prove unproven');
    expect(states({ ...left, proven: true })).toContain('Hand over done');
  });

  it('prove after the copy where Nova copies', () => {
    const entered = { ...at, 'handing-over': 15_500, verifying: 40_000 };
    expect(states(aMigration({ route: 'nova', phase: 'verifying', enteredAtMs: entered }))).toBe(
      'Prepare done, Stop done, Copy by Nova done, Prove current, Verdict waiting, Done waiting',
    );
  });

  it('show how far a failed one came, and nothing after it as done', () => {
    const failed = aMigration({
      phase: 'failed',
      enteredAtMs: { ...at, restoring: 50_000, failed: 60_000 },
    });
    expect(states(failed)).toBe(
      'Prepare done, Stop done, Copy halted, Prove left out, Hand over left out, Verdict left out, Failed halted',
    );
    expect(stepsOf(failed).at(-1)).toMatchObject({ startMs: 50_000, endMs: 60_000 });
  });

  it.each([
    ['restoring', 'Going back current'],
    ['cancelled', 'Cancelled halted'],
    ['reverting', 'Reverting current'],
    ['reverted', 'Reverted done'],
    ['confirming', 'Confirming current'],
    ['confirmed', 'Confirmed done'],
  ] as const)('end truthfully when it is %s', (phase, end) => {
    expect(states(aMigration({ phase, enteredAtMs: { ...at, [phase]: 90_000 } }))).toContain(end);
  });
});

describe('downtime', () => {
  it('runs while the instance is off and stands still when it runs again', () => {
    expect(outageOf(aMigration({ downtime: { startMs: 5, predictedSeconds: 75 } }))).toEqual({
      kind: 'runs',
      startMs: 5,
      predictedSeconds: 75,
      standsStill: false,
    });
    // Paused or interrupted, nothing is left of any prediction; where Nova leaves it off until the verdict, it is.
    const off = { downtime: { startMs: 5 }, active: false };
    expect(outageOf(aMigration(off))).toMatchObject({ standsStill: true });
    expect(outageOf(aMigration({ ...off, phase: 'awaiting-verdict' }))).toMatchObject({ standsStill: false });
    expect(outageOf(aMigration({ downtime: { startMs: 1_000, endMs: 61_000 } }))).toMatchObject({
      kind: 'ended',
      seconds: 60,
    });
  });

  it('is none for what was off before, and stays open where nobody saw it run again', () => {
    const off = { id: 'x', name: 'web-01', running: false };
    expect(outageOf(aMigration({ server: off, downtime: {} })).kind).toBe('none');
    expect(outageOf(aMigration({ phase: 'failed', downtime: { startMs: 5 } })).kind).toBe('open');
  });

  it('reads as a clock, also beyond an hour and before its begin', () => {
    expect([7, 761, 3723, -4].map(clockText)).toEqual(['0:07', '12:41', '1:02:03', '0:00']);
  });

  it('is set against the prediction in words', () => {
    expect(againstPrediction(30, 75, false)).toBe('About 45 s left of the predicted 1 min 15 s.');
    expect(againstPrediction(90, 75, true)).toBe('15 s longer than the predicted 1 min 15 s.');
    expect(againstPrediction(30, 75, true)).toBe('45 s shorter than the predicted 1 min 15 s.');
    expect(againstPrediction(30, undefined, false)).toContain('could not be measured');
  });
});

describe('disk rows', () => {
  const view = aMigration({ enteredAtMs: { planned: 0, copying: 10_000 } });

  it('take bytes, rate and time left from the newest counts', () => {
    const disk = series([20_000, 1 * GIB], [21_000, 1 * GIB + 100 * MIB]);
    const [row] = diskRows(view, { disk }, 22_000);
    expect(row).toMatchObject({ bytesDone: GIB + 100 * MIB, bytesPerSecond: 100 * MIB, word: 'Copying' });
    expect(row?.secondsLeft).toBeCloseTo((4 * GIB - 100 * MIB) / (100 * MIB));
  });

  it('say so when nothing was heard for a while, and call no old rate present', () => {
    const disk = series([20_000, GIB], [21_000, 2 * GIB]);
    const [row] = diskRows(view, { disk }, 56_000);
    expect(row).toMatchObject({
      word: 'No news for 35 s',
      bytesPerSecond: undefined,
      secondsLeft: undefined,
    });
  });

  it('do not take the flattening for the copy that follows it', () => {
    const flat = aMigration({
      enteredAtMs: { planned: 0, preparing: 5_000, copying: 30_000 },
      disks: [aDiskView({ strategy: 'flatten', bytesDone: 5 * GIB })],
    });
    expect(diskRows(flat, { disk: series([8_000, GIB], [9_000, 5 * GIB]) }, 31_000)[0]?.bytesDone).toBe(0);
  });

  it('tell a different digest from an equal one', () => {
    const digest = (destination: string) => ({ algorithm: 'b2sum' as const, source: 'aa', destination });
    const rows = diskRows(
      aMigration({
        disks: [
          aDiskView({ name: 'a', state: 'verified', digest: digest('aa') }),
          aDiskView({ name: 'b', state: 'verified', digest: digest('bb') }),
        ],
      }),
      {},
      NOW_MS,
    );
    expect(rows.map(({ digest: found, tone, word }) => [found, tone, word])).toEqual([
      ['equal', 'good', 'Proven equal'],
      ['different', 'bad', 'Differs'],
    ]);
  });

  it('stay sober with 0 bytes, without a copy, and when it was given up', () => {
    const rows = diskRows(
      aMigration({
        disks: [
          aDiskView({ name: 'a', bytesTotal: 0, bytesDone: 0, state: 'waiting' }),
          aDiskView({ name: 'b', bytesTotal: 0, bytesDone: 0, state: 'copied' }),
          aDiskView({ name: 'c', strategy: 'remake', state: 'remade by Nova' }),
        ],
      }),
      {},
      NOW_MS,
    );
    expect(rows.map(({ share }) => share)).toEqual([0, 1, undefined]);
    expect(totalRow(rows)).toEqual({
      bytesDone: 0,
      bytesTotal: 0,
      bytesPerSecond: undefined,
      secondsLeft: undefined,
    });
    expect(diskRows(aMigration({ phase: 'failed', active: false }), {}, NOW_MS)[0]?.word).toBe('Given up');
    expect(diskRows(aMigration({ active: false }), {}, NOW_MS)[0]?.word).toBe('Not watched');
    const paused = { by: 'night@desk', atMs: 1 };
    expect(diskRows(aMigration({ active: false, paused }), {}, NOW_MS)[0]?.word).toBe('Paused');
  });
});

describe('throughput', () => {
  it('is the difference of counts over equal spans', () => {
    const disk = series([0, 0], [2_000, 100 * MIB], [4_000, 300 * MIB]);
    const rates = ratesOf({ disk });
    expect(rates.atSeconds).toEqual([1, 2, 3, 4]);
    expect(rates.disks[0]?.mibPerSecond).toEqual([50, 50, 100, 100]);
  });

  it('has gaps where a copy began again or nothing was heard, and keeps disks on one axis', () => {
    const again = series([0, 0], [1_000, 10 * MIB], [2_000, 0], [3_000, 10 * MIB]);
    const late = series([2_000, 0], [3_000, 5 * MIB]);
    const rates = ratesOf({ again, late });
    expect(rates.disks.map(({ mibPerSecond }) => mibPerSecond)).toEqual([
      [10, null, 10],
      [null, null, 5],
    ]);
    const silent = ratesOf({ disk: series([0, 0], [1_000, MIB], [61_000, 2 * MIB], [62_000, 3 * MIB]) });
    expect(silent.disks[0]?.mibPerSecond.filter((rate) => rate === null)).toHaveLength(60);
  });

  it('is bounded however long it took, and nothing for nothing', () => {
    const counts = Array.from({ length: 1000 }, (_none, index) => [index * 30_000, index * MIB] as const);
    expect(ratesOf({ disk: series(...counts) }).atSeconds.length).toBeLessThanOrEqual(301);
    expect(ratesOf({})).toEqual({ atSeconds: [], disks: [] });
    expect(ratesOf({ disk: series([5, 5]) }).atSeconds).toEqual([]);
  });

  it('reads as a table of averages, newest first, with the sum of the disks', () => {
    const rows = tableRows({
      atSeconds: Array.from({ length: 120 }, (_none, index) => index),
      disks: [
        { name: 'a', mibPerSecond: Array.from({ length: 120 }, () => 4) },
        { name: 'b', mibPerSecond: Array.from({ length: 120 }, (_none, index) => (index < 60 ? null : 2)) },
      ],
    });
    expect(rows).toHaveLength(60);
    expect(rows[0]).toEqual({ atSeconds: 119, values: [4, 2], total: 6 });
    expect(rows.at(-1)).toEqual({ atSeconds: 1, values: [4, null], total: 4 });
  });

  it('is drawn in colours with AA contrast in both schemes, and tells disks apart without them', () => {
    for (const { light, dark } of STROKES) {
      expect(contrast(light, '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(dark, '#14161a')).toBeGreaterThanOrEqual(4.5);
    }
    expect(new Set(STROKES.map(({ dash }) => dash.join())).size).toBe(STROKES.length);
    const sixteen = Array.from({ length: 16 }, (_none, index) => JSON.stringify(strokeOf(index)));
    expect(new Set(sixteen).size).toBe(16);
  });
});

describe('log filter', () => {
  const filter: LogFilter = { level: 'info', migration: 'm', host: undefined, disk: undefined, search: '' };
  const line = (number: number, more: Partial<LogLineView> = {}): LogLineView => ({
    number,
    atMs: NOW_MS,
    level: 'info',
    message: 'Copying',
    migration: 'm',
    ...more,
  });

  it('keeps what the level, migration, host, disk and search ask for', () => {
    const lines = [
      line(1),
      line(2, { level: 'debug' }),
      line(3, { migration: 'other' }),
      line(4, { host: 'compute-a', disk: 'disk', command: 'rsync --sparse' }),
    ];
    const shown = (more: Partial<LogFilter>): readonly number[] =>
      filterLines(undefined, lines, { ...filter, ...more }).shown.map(({ number }) => number);
    expect(shown({})).toEqual([1, 4]);
    expect(shown({ level: 'debug' })).toEqual([1, 2, 4]);
    expect(shown({ migration: undefined })).toEqual([1, 3, 4]);
    expect(shown({ host: 'compute-a' })).toEqual([4]);
    expect(shown({ disk: 'disk' })).toEqual([4]);
    expect(shown({ search: 'RSYNC' })).toEqual([4]);
  });

  it('looks only at new lines, also when the log is full and old ones go', () => {
    const lines = [4, 5, 6, 7, 8].map((number) => line(number));
    const looked: number[] = [];
    // Each look at a line reads its level.
    for (const one of lines)
      Object.defineProperty(one, 'level', { get: () => (looked.push(one.number), 'info') });
    const numbers = (of: Filtered): readonly number[] => of.shown.map(({ number }) => number);
    const first = filterLines(undefined, lines.slice(1, 3), filter);
    expect(looked.splice(0)).toEqual([5, 6]);
    const more = filterLines(first, lines.slice(1, 4), filter);
    expect(numbers(more)).toEqual([5, 6, 7]);
    const later = filterLines(more, lines.slice(2), filter);
    expect(numbers(later)).toEqual([6, 7, 8]);
    expect(looked.splice(0)).toEqual([7, 8]);
    // Earlier ones came: all is looked at.
    expect(numbers(filterLines(later, lines, filter))).toEqual([4, 5, 6, 7, 8]);
    expect(filterLines(more, more.source, filter)).toBe(more);
    // Another run of the desk, with lines of the same numbers.
    expect(numbers(filterLines(more, [line(5), line(9)], filter))).toEqual([5, 9]);
  });

  it('writes a line with its place and command', () => {
    expect(lineText(line(1, { host: 'compute-a', command: 'ls' }))).toBe(
      '2026-11-20T22:00:00.000Z INFO  compute-a Copying\n    $ ls',
    );
  });
});

describe('what can be decided', () => {
  const offered = (more: Partial<MigrationView>): readonly string[] =>
    offersOf(aMigration(more)).map(({ label }) => label);
  const handedOver = { planned: 0, verifying: 1, 'handing-over': 2 };

  it('is a cancel before the hand-over and never after it', () => {
    expect(offered({ phase: 'copying' })).toEqual(['Cancel the migration of web-01']);
    expect(offered({ phase: 'verifying', enteredAtMs: { planned: 0, verifying: 1 } })).toHaveLength(1);
    expect(offered({ phase: 'handing-over', enteredAtMs: handedOver })).toEqual([]);
    expect(offered({ phase: 'verifying', enteredAtMs: handedOver })).toEqual([]);
    expect(offered({ phase: 'verifying', enteredAtMs: handedOver, active: false })).toEqual([
      'Revert web-01 to compute-a',
    ]);
  });

  it('is a confirm only when it is proven, with the reason where it is not', () => {
    const due = { phase: 'awaiting-verdict', active: false } as const;
    expect(offersOf(aMigration({ ...due, proven: true }))[0]?.refused).toBeUndefined();
    const [confirm, revert] = offersOf(
      aMigration({ ...due, proofs: [{ name: 'source kept', ok: false, said: 'the source copy is gone' }] }),
    );
    expect(confirm?.refused).toContain('source kept: the source copy is gone');
    expect(revert?.refused).toBeUndefined();
    expect(offersOf(aMigration(due))[0]?.refused).toContain('nothing was proven yet');
  });

  it('offers to resume what nobody drives, and to look again at what is not proven', () => {
    expect(canResume(aMigration({ active: false }))).toBe(true);
    expect(canResume(aMigration())).toBe(false);
    expect(canResume(aMigration({ phase: 'awaiting-verdict', active: false }))).toBe(true);
    expect(canResume(aMigration({ phase: 'awaiting-verdict', active: false, proven: true }))).toBe(false);
    expect(canResume(aMigration({ phase: 'failed', active: false }))).toBe(false);
  });

  it('does not say that Nova is at work while frozen layers are merged', () => {
    const next = 'Nothing to do: the instance is on compute-b.';
    const view = aMigration({ phase: 'confirming', active: true, merging: ['disk'], next });
    expect(nextAction(view)).toMatchObject({
      title: expect.stringContaining('Merging') as string,
      text: next,
    });
  });

  it('never tells an admin at a page to type a command', () => {
    const phases = ['copying', 'awaiting-verdict', 'confirmed', 'reverted', 'handing-over'] as const;
    for (const phase of phases)
      for (const active of [true, false])
        expect(nextAction(aMigration({ phase, active, next: 'coldhaul resume 1' })).text).not.toContain(
          'coldhaul',
        );
  });

  it('limits the bandwidth of our own copies only, while there are some', () => {
    expect(limitRefusal(aMigration())).toBeUndefined();
    expect(limitRefusal(aMigration({ route: 'nova' }))).toContain('Nova copies by itself');
    expect(limitRefusal(aMigration({ disks: [aDiskView({ state: 'verified' })] }))).toContain('copied');
  });
});

/** WCAG 2 contrast of two colours. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((from) => parseInt(colour.slice(from, from + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
  return (bright + 0.05) / (dim + 0.05);
}
