import { expect, test } from 'vitest';
import type { MigrationRecord } from '../../../main/domain/cloud.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import { endure, SHORT_MS } from '../../../main/engine/endure.ts';
import { handOver } from '../../../main/engine/steps/hand-over.ts';
import { migration, onHost, plan, server } from '../../support/samples.ts';
import { stepBench, type World } from '../../support/step-bench.ts';

/** The cloud is out of reach for a moment while the copy is handed over: nothing is taken for refused. */

const stopped: Migration = {
  ...migration([], plan({ disks: [], bases: [] })),
  phase: 'handing-over',
  handOverBegun: { atMs: 2000, lastRecordId: undefined },
};
const OFF = server({ status: 'SHUTOFF', vmState: 'stopped', powerState: 4 });
const unreachable = (): Failure => new Failure('cloud.unreachable', 'nothing answered', { passing: true });

/** A Nova that takes a migrate at once; `fails` tells how often a call fails before. */
function bench(fails: { marks: number; migrates: number }, from = stopped) {
  const records: MigrationRecord[] = [];
  const asked: string[] = [];
  const world: World = {
    server: OFF,
    hosts: { hostA: () => onHost('hostA'), hostB: () => onHost('hostB') },
    cloud: {
      migrationRecords: () => Promise.resolve(records),
      resetStateToActive: () => {
        asked.push('mark');
        if (fails.marks-- > 0) return Promise.reject(unreachable());
        world.server = server({ powerState: 4 });
        return Promise.resolve({ requestId: undefined });
      },
      migrate: () => {
        asked.push('migrate');
        if (fails.migrates-- > 0) return Promise.reject(unreachable());
        records.push({ id: 1, status: 'finished' } as MigrationRecord);
        world.server = server({ status: 'VERIFY_RESIZE', host: 'hostB' });
        return Promise.resolve({ requestId: 'req-1' });
      },
    },
  };
  const { context, clock, said } = stepBench(from, world);
  const run = () =>
    endure(
      'hand-over',
      {
        clock: context.ports.clock,
        log: () => undefined,
        signal: context.signal,
        outageMs: SHORT_MS,
        troubled: () => undefined,
      },
      () => handOver(context),
    );
  return { run, clock, said, asked, records };
}

test('a mark that fails in passing is made again, without two idle minutes', async () => {
  const at = bench({ marks: 1, migrates: 0 });
  expect(await at.run()).toMatchObject({ type: 'handed-over', running: true, recordId: 1 });
  expect(at.asked).toEqual(['mark', 'mark', 'migrate']);
  expect(at.clock.waitsMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10_000);
});

test('a migrate that was not answered, and not taken for two minutes, is asked for once more', async () => {
  const at = bench({ marks: 0, migrates: 1 });
  expect(await at.run()).toMatchObject({ type: 'handed-over', recordId: 1 });
  expect(at.asked).toEqual(['mark', 'migrate', 'migrate']);
  expect(at.records).toHaveLength(1);
  expect(at.clock.waitsMs.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(120_000);
  expect(at.said.join('\n')).toContain('asking once more');
});

test('and after that it is an end', async () => {
  const at = bench({ marks: 0, migrates: 2 });
  await expect(at.run()).rejects.toMatchObject({ code: 'migration.failed' });
  expect(at.asked).toEqual(['mark', 'migrate', 'migrate']);
});

test('what ran is not marked active before Nova has heard of its stop, 15 s after it', async () => {
  const at = bench(
    { marks: 0, migrates: 0 },
    { ...stopped, enteredAtMs: { preparing: stopped.updatedAtMs } },
  );
  expect(await at.run()).toMatchObject({ type: 'handed-over' });
  expect(at.clock.waitsMs[0]).toBe(20_000);
  expect(at.said.join('\n')).toContain('waiting 20 s until Nova has heard of the stop');
});

test('nothing is waited for after a copy that took longer', async () => {
  const at = bench(
    { marks: 0, migrates: 0 },
    { ...stopped, enteredAtMs: { preparing: stopped.updatedAtMs - 20_000 } },
  );
  expect(await at.run()).toMatchObject({ type: 'handed-over' });
  expect(at.said.join()).not.toContain('heard of the stop');
});
