/** RESIZE that goes on, stands still, or has died, made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import { guestContent } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { migrateAndKill } from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

test('resize-copying: what copies is left alone, and shown', async () => {
  const { lab, instance, admin, look, source, destination, ask } = bench();
  const server = await instance('slow');
  const content = await guestContent(source, `${server.id}/disk`);
  lab.cloud.control.slowCopy(SOURCE, 4096);
  expect((await admin.act(server.id, { migrate: { host: DESTINATION } })).status).toBe(202);
  await expect
    .poll(async () => (await look(server)).diagnoses[0]?.rule, { timeout: 120_000, interval: 500 })
    .toBe('resize-copying');
  const found = first(await look(server), 'resize-copying');
  expect(found).toMatchObject({ urgency: 'fine', confidence: 'certain', steps: [] });
  expect(found.because.join('\n')).toMatch(/process \d+ \(.*rsync.*has written \S+ \w+, \S+ \wiB\/s now/);
  await lab.cloud.idle();
  lab.cloud.control.slowCopy(SOURCE);
  await ask(server, { revertResize: null });
  await isHome(server, source, destination, content);
});

test('resize-copy-dead: nova-compute is gone, and the disks get their name back without it', async () => {
  const { lab, instance, look, recover, source, destination } = bench();
  const server = await instance('killed');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrateAndKill(bench(), server, SOURCE, 'copy-file');
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'RESIZE', taskState: 'resize_migrating', host: SOURCE });
  const found = first(view, 'resize-copy-dead');
  expect(found.verdict).toContain('_resize');
  expect(found.never.map(({ what }) => what)).toContain('migrating it again');
  await recover(server);
  await lab.cloud.control.restartCompute(SOURCE);
  await recover(server);
  await isHome(server, source, destination, content);
  expect(server.vmState).toBe('stopped');
});

test('resize-copy-dead: a nova-compute that comes back takes them back by itself', async () => {
  const { lab, instance, look, recover, source, destination } = bench();
  const server = await instance('comes-back');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrateAndKill(bench(), server, SOURCE, 'copy-file');
  const [next] = offered(first(await look(server), 'resize-copy-dead'));
  expect(next).toBe(`by-hand Restart nova-compute on ${SOURCE}`);
  await lab.cloud.control.restartCompute(SOURCE);
  expect((await look(server)).diagnoses.map(({ rule }) => rule)).not.toContain('resize-copy-dead');
  expect(await guestContent(source, `${server.id}/disk`)).toBe(content);
  await expect.poll(async () => (await look(server)).server.status).toBe('SHUTOFF');
  expect((await look(server)).diagnoses.map(({ rule }) => rule)).toContain('left-behind');
  await recover(server);
  await isHome(server, source, destination, content);
});

test('resize-finish-dead: the copy is whole, and the destination is restarted', async () => {
  const { lab, instance, look, source, destination, step } = bench();
  const server = await instance('finish');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrateAndKill(bench(), server, DESTINATION, 'copied');
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'RESIZE', host: DESTINATION });
  const found = first(view, 'resize-finish-dead');
  expect(offered(found)[0]).toBe(`by-hand Restart nova-compute on ${DESTINATION}`);
  await lab.cloud.control.restartCompute(DESTINATION);
  await lab.cloud.idle();
  first(await look(server), 'verify-waits');
  await step(server, 'revert');
  await isHome(server, source, destination, content);
});
