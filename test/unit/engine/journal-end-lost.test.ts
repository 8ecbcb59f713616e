import { expect, test, vi } from 'vitest';
import type { MigrationRecord, Server } from '../../../main/domain/cloud.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import { beginHandOver } from '../../../main/engine/steps/begin-hand-over.ts';
import { restore } from '../../../main/engine/steps/restore.ts';
import { confirm, revert } from '../../../main/engine/steps/verdict.ts';
import { migration, onHost, plan, server } from '../../support/samples.ts';
import { stepBench } from '../../support/step-bench.ts';

/** A disk that lies about a flush took the end of the journal: Nova was told more than the journal says. */

const state: Migration = {
  ...migration([], plan({ disks: [], bases: [] })),
  phase: 'handing-over',
  locked: true,
};
const OFF = server({ status: 'SHUTOFF', vmState: 'stopped', powerState: 4 });
const ARRIVED = server({ status: 'VERIFY_RESIZE', vmState: 'resized', host: 'hostB' });

function record(id: number, from = 'hostA', to = 'hostB'): MigrationRecord {
  return { id, status: 'finished', sourceCompute: from, destCompute: to } as MigrationRecord;
}

function bench(now: Server, records: readonly MigrationRecord[], from = state) {
  const unplace = vi.fn(() => Promise.resolve());
  const world = {
    server: now,
    hosts: { hostA: () => onHost('hostA'), hostB: () => onHost('hostB') },
    cloud: { migrationRecords: () => Promise.resolve(records) },
    hypervisors: { unplace },
  };
  return { ...stepBench(from, world), unplace };
}

test('what Nova did before is older than ours', async () => {
  const at = bench(OFF, [record(7), record(3)]);
  expect(await beginHandOver(at.context)).toEqual({ type: 'hand-over-begun', lastRecordId: 7 });
  expect(at.said).toEqual([]);
});

test.each([
  ['it has arrived', ARRIVED],
  ['it is being copied', server({ status: 'RESIZE', taskState: 'resize_migrating' })],
  ['Nova has just begun', server({ status: 'ACTIVE', taskState: 'resize_prep' })],
])('a migration of Nova’s between our hosts is ours: %s', async (_, now) => {
  const at = bench(now, [record(7), record(3, 'hostB', 'hostA')]);
  expect(await beginHandOver(at.context)).toEqual({ type: 'hand-over-begun', lastRecordId: 3 });
  expect(at.said.join()).toContain('its migration 7 from hostA to hostB is taken for ours');
});

test('the first that Nova ever made of it is ours, too', async () => {
  const fact = await beginHandOver(bench(ARRIVED, [record(7)]).context);
  expect(fact).toEqual({ type: 'hand-over-begun', lastRecordId: undefined });
});

test.each([
  ['to another host', [record(7, 'hostA', 'hostC')]],
  ['without any record', []],
])('another one is not: %s', async (_, records) => {
  const away = server({ status: 'VERIFY_RESIZE', host: 'hostC' });
  await expect(beginHandOver(bench(away, records).context)).rejects.toMatchObject({
    code: 'migration.changed',
  });
});

test('a cancel takes nothing away from where Nova has it', async () => {
  const at = bench(ARRIVED, [record(7)], { ...state, phase: 'restoring' });
  await expect(restore(at.context)).rejects.toMatchObject({ code: 'migration.changed' });
  expect(at.unplace).not.toHaveBeenCalled();
});

test.each([
  ['confirm', confirm],
  ['revert', revert],
])('a %s does not wait for a record that never comes', async (_, act) => {
  const at = bench(ARRIVED, [record(7)], { ...state, handOverBegun: { atMs: 2000, lastRecordId: 7 } });
  await expect(act(at.context)).rejects.toMatchObject({ code: 'migration.changed' });
  expect(at.clock.waitsMs).toEqual([]);
});
