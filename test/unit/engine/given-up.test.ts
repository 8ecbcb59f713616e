import { expect, test } from 'vitest';
import type { MigrationRecord } from '../../../main/domain/cloud.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { InstanceOnHost } from '../../../main/domain/host.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import { restore } from '../../../main/engine/steps/restore.ts';
import { directory, diskFile, diskPlan, migration, onHost, plan, server } from '../../support/samples.ts';
import { stepBench, type World } from '../../support/step-bench.ts';

/** The destination is gone after the hand-over began: it goes home only where Nova has certainly let go of it. */

const file = diskFile('disk');
const begun: Migration = {
  ...migration(
    [{ type: 'locked' }, { type: 'stop-begun' }, { type: 'stopped', how: 'graceful' }],
    plan({ disks: [diskPlan('disk')], bases: [] }),
  ),
  phase: 'restoring',
  frozen: [{ name: 'disk', sizeBytes: file.sizeBytes, mtimeSeconds: file.mtimeSeconds, inode: file.inode }],
  handOverBegun: { atMs: 2000, lastRecordId: 7 },
};
const FAILURE = { code: 'migration.failed', message: 'no', hint: undefined, requestId: undefined };
const failed: Migration = { ...begun, failure: FAILURE };
const cancelled: Migration = { ...begun, cancelledBy: 'a test' };
const OFF = server({ status: 'SHUTOFF', vmState: 'stopped', powerState: 4 });
const home = onHost('hostA', { directory: directory('home') });

function gone(): never {
  throw new Failure('host.unreachable', 'hostB cannot be reached', { passing: true });
}

function bench(state: Migration, status: string | undefined, here: InstanceOnHost = home, now = OFF) {
  const starts: number[] = [];
  const records = status === undefined ? [] : [{ id: 8, status } as MigrationRecord];
  const world: World = {
    server: now,
    hosts: { hostA: () => here, hostB: gone },
    cloud: {
      migrationRecords: () => Promise.resolve([...records, { id: 7, status: 'reverted' } as MigrationRecord]),
      start: () => {
        starts.push(1);
        world.server = server();
        return Promise.resolve({ requestId: undefined });
      },
    },
    hypervisors: {
      stat: async (host) => {
        await Promise.resolve();
        if (host === 'hostB') gone();
        return [];
      },
      unplace: async () => {
        await Promise.resolve();
        gone();
      },
    },
  };
  return {
    ...stepBench({ ...state, enteredAtMs: { ...state.enteredAtMs, restoring: state.updatedAtMs } }, world),
    starts,
  };
}

test.each<[string, Migration, string | undefined]>([
  ['Nova gave it up', failed, 'error'],
  ['Nova never took it', failed, undefined],
  ['cancelled before Nova was told', cancelled, undefined],
])('%s: it runs again at its source', async (_what, state, status) => {
  const at = bench(state, status);
  expect(await restore(at.context)).toMatchObject({ running: true, goodCopy: 'source' });
  expect(at.starts).toHaveLength(1);
  const waited = at.clock.nowMs() - state.updatedAtMs;
  if (status === 'error') expect(waited).toBeLessThan(10_000);
  else expect(waited).toBeGreaterThanOrEqual(120_000);
  expect(at.said.join('\n')).toMatch(/has given the migration up/);
});

test.each<[string, Migration, string | undefined, InstanceOnHost, typeof OFF]>([
  ['Nova’s record goes on', failed, 'migrating', home, OFF],
  ['Nova has it at the destination', failed, 'error', home, server({ ...OFF, host: 'hostB' })],
  ['Nova says ERROR', failed, 'error', home, server({ ...OFF, status: 'ERROR' })],
  ['its files are not back', failed, 'error', onHost('hostA', { resizeDirectory: directory('kept') }), OFF],
  [
    'another file lies in its place',
    failed,
    undefined,
    onHost('hostA', { directory: directory('home', { disks: [diskFile('disk', { inode: 99 })] }) }),
    OFF,
  ],
])('%s: nothing is done', async (_what, state, status, here, now) => {
  const at = bench(state, status, here, now);
  await expect(restore(at.context)).rejects.toMatchObject({ code: 'host.unreachable' });
  expect(at.starts).toEqual([]);
});
