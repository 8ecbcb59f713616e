/** Guests that run where they should not, and live migrations that nobody finished. */
import { expect, test } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { anHourLater, migrating } from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

/** It runs at the destination, as after a migrate, and the source has its disks under their own name again. */
async function onBoth(name: string): Promise<LabServer> {
  const { instance, migrate, source } = bench();
  const server = await instance(name, { running: true });
  await migrate(server);
  const copy = 'mv "$1/$2_resize" "$1/$2" && chown -R nova: "$1/$2"';
  await must(source, 'sh', '-c', copy, 'test', INSTANCES_PATH, server.id);
  return server;
}

test('split-brain: started where it was before, it runs twice, and nothing is offered that starts it', async () => {
  const { look, source, destination } = bench();
  const server = await onBoth('twice');
  await must(source, 'virsh', 'start', server.id);
  const view = await look(server);
  const found = first(view, 'split-brain');
  expect(found.verdict).toMatch(/^It runs on compute-\w and compute-\w at once/);
  const ours = view.diagnoses.flatMap(({ steps }) => steps).filter(({ isDoneByUs }) => isDoneByUs);
  expect(ours.filter(({ refusals }) => refusals.length === 0)).toEqual([]);
  expect(found.steps.map(({ commands }) => commands[0])).toEqual(
    expect.arrayContaining([`virsh suspend ${server.id}`]),
  );
  await must(source, 'virsh', 'destroy', server.id);
  await must(destination, 'virsh', 'destroy', server.id);
});

test('runs-elsewhere: somebody wrote another host into the database', async () => {
  const { look } = bench();
  const server = await onBoth('written');
  Object.assign(server, { host: SOURCE, vmState: 'active', taskState: null });
  const view = await look(server);
  const found = first(view, 'runs-elsewhere');
  expect(found.verdict).toContain(`It runs on ${DESTINATION}; Nova believes it to be on ${SOURCE}`);
  expect(offered(found).every((key) => key.startsWith('by-hand'))).toBe(true);
});

test('migrating-finished: it runs at the destination, and nothing may start it on the source', async () => {
  const { look } = bench();
  const server = await onBoth('moved-live');
  server.host = SOURCE;
  migrating(bench(), server);
  anHourLater(bench(), server);
  const view = await look(server);
  expect(view.server.status).toBe('MIGRATING');
  const found = first(view, 'migrating-finished');
  expect(found.verdict).toContain(`runs on ${DESTINATION}`);
  const commands = found.steps.flatMap((step) => step.commands).join('\n');
  expect(commands).toContain(`UPDATE instances SET host = '${DESTINATION}'`);
  const ours = view.diagnoses.flatMap(({ steps }) => steps).filter(({ isDoneByUs }) => isDoneByUs);
  expect(ours.filter(({ refusals }) => refusals.length === 0)).toEqual([]);
});

test('migrating-not-started: it runs where it was, and the state may be reset', async () => {
  const { instance, ask, migrate, look, step, destination } = bench();
  const server = await instance('stays', { running: true });
  // A record between both hosts, of a migration that was taken back.
  await migrate(server);
  await ask(server, { revertResize: null });
  await must(destination, 'sh', '-c', 'virsh undefine "$1" 2>/dev/null || :', 'test', server.id);
  migrating(bench(), server);
  anHourLater(bench(), server);
  const found = first(await look(server), 'migrating-not-started');
  expect(found.verdict).toContain(`runs on ${SOURCE} as before`);
  expect(offered(found)).toContain('reset-state active');
  await step(server, 'reset-state active');
  expect(server).toMatchObject({ vmState: 'active', taskState: null, host: SOURCE });
});
