import { afterEach, expect, test } from 'vitest';
import type { MigrationView } from '../../main/contract/views.ts';
import { DESTINATION } from '../support/lab.ts';
import { usePreflightLab } from '../support/preflight-lab.ts';

const lab = usePreflightLab({ running: true });

afterEach(async () => {
  const { bench, destination } = lab();
  bench.lab.cloud.control.setService(DESTINATION, { enabled: true });
  await destination.configureNova({ resizeConfirmWindowSeconds: 0 });
});

/** Plans, lets something happen, and starts all the same. */
async function startAfter(change: () => unknown): Promise<MigrationView> {
  const { engine } = lab();
  const plan = await engine.call('plan.make', { server: 'web', destination: DESTINATION });
  await change();
  const acknowledged = plan.findings.map(({ id }) => id);
  const { id } = await engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged });
  return engine.settled(id);
}

function ordersToStop(): number {
  return lab().bench.lab.cloud.calls.filter(({ body }) => Object.keys(body ?? {}).includes('os-stop')).length;
}

test('what blocks only since the plan ends the migration before the stop', async () => {
  const { bench, server } = lab();
  const end = await startAfter(() => {
    bench.lab.cloud.control.setService(DESTINATION, { enabled: false });
  });
  expect(end).toMatchObject({ phase: 'failed', running: true, failure: { code: 'migration.changed' } });
  expect(end.failure?.message).toMatch(
    /not stopped.*destination\.service: nova-compute on compute-b is disabled/,
  );
  expect(end.failure?.hint).toContain('openstack compute service set --enable compute-b nova-compute');
  expect(server).toMatchObject({ vmState: 'active', locked: false });
  expect(ordersToStop()).toBe(0);
});

test('so does a warning that nobody could acknowledge', async () => {
  const { destination, server } = lab();
  const end = await startAfter(() => destination.configureNova({ resizeConfirmWindowSeconds: 600 }));
  expect(end).toMatchObject({ phase: 'failed', failure: { code: 'migration.changed' } });
  expect(end.failure?.message).toContain('destination.confirm-window');
  expect(server).toMatchObject({ vmState: 'active', locked: false });
  expect(ordersToStop()).toBe(0);
});

test('a warning that was acknowledged is none of it, and the report says by whom', async () => {
  const { destination, engine, server } = lab();
  await destination.configureNova({ resizeConfirmWindowSeconds: 600 });
  const end = await startAfter(() => undefined);
  expect(end).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(server).toMatchObject({ vmState: 'resized' });
  const { plan } = await engine.call('migration.report', { id: end.id });
  expect(plan.findings.filter(({ verdict }) => verdict === 'warn')).toEqual([
    expect.objectContaining({ id: 'destination.confirm-window', acknowledgedBy: 'a test' }),
  ]);
  const { text } = await engine.call('migration.report-file', { id: end.id, format: 'html' });
  expect(text).toContain('Acknowledged by a test.');
});
