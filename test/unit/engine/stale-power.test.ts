import { expect, test } from 'vitest';
import type { DomainState } from '../../../main/domain/host.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import { revert, start } from '../../../main/engine/steps/verdict.ts';
import { runOn } from '../../../main/engine/steps/run-on.ts';
import { runsOn } from '../../../main/engine/steps/runs.ts';
import { migration, onHost, plan, server } from '../../support/samples.ts';
import { stepBench } from '../../support/step-bench.ts';

/** Nova did not hear of a start, and calls a running guest off until its next power sync. */

const UNHEARD = server({ status: 'ACTIVE', powerState: 4 });
const state: Migration = {
  ...migration([], plan({ disks: [], bases: [] })),
  phase: 'reverting',
  handOverBegun: { atMs: 2000, lastRecordId: 1 },
};

function bench(domain: DomainState) {
  const asked: string[] = [];
  const note = (act: string) => () => {
    asked.push(act);
    return Promise.resolve({ requestId: undefined });
  };
  const world = {
    server: UNHEARD,
    hosts: { hostA: () => onHost('hostA', { domain }), hostB: () => onHost('hostB') },
    cloud: {
      start: note('start'),
      stop: note('stop'),
      migrationRecords: () => Promise.resolve([{ id: 2, status: 'reverted' } as never]),
    },
  };
  return { ...stepBench(state, world), asked };
}

test('a revert tells that it runs, and when: nothing waits for the power sync', async () => {
  const at = bench('running');
  expect(await revert(at.context)).toEqual({ type: 'reverted', running: true });
  expect(at.clock.waitsMs).toEqual([]);
});

test('what libvirt has off is off', async () => {
  expect(await revert(bench('shut off').context)).toEqual({ type: 'reverted', running: false });
});

test('one that Nova has stopped is off, whether its host can be reached or not', async () => {
  const at = bench('running');
  const off = server({ status: 'SHUTOFF', vmState: 'stopped', powerState: 4 });
  expect(await runsOn(at.context, 'a host that nobody plays', off)).toBe(false);
});

test('a start is over when the guest runs', async () => {
  const at = bench('running');
  expect(await start(at.context)).toEqual({ type: 'started' });
  expect(at.clock.waitsMs).toEqual([]);
});

test('a running guest is not stopped to be started', async () => {
  const at = bench('running');
  expect(await runOn(at.context, false)).toBe(true);
  expect(at.asked).toEqual([]);
});
