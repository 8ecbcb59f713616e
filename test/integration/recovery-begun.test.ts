/** RESIZE that nobody goes on with: before the copy, and in its middle. Made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import { guestContent } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import {
  anHourLater,
  healPlacement,
  migrateAndKill,
  type,
  writeRecord,
  writtenOut,
} from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

test('resize-copy-orphaned: rsync outlives its nova-compute, is ended by its number, and the disks come home', async () => {
  const { lab, instance, admin, look, recover, source, destination } = bench();
  const { control } = lab.cloud;
  const server = await instance('orphan');
  const content = await guestContent(source, `${server.id}/disk`);
  control.slowCopy(SOURCE, 64);
  const act = (): void => {
    control.killCompute(SOURCE);
  };
  control.at({ point: 'copy-file', serverId: server.id, file: 'disk', act });
  expect((await admin.act(server.id, { migrate: { host: DESTINATION } })).status).toBe(202);
  await expect
    .poll(async () => (await look(server)).diagnoses[0]?.rule, { timeout: 120_000, interval: 500 })
    .toBe('resize-copy-orphaned');
  const view = await look(server);
  const found = first(view, 'resize-copy-orphaned');
  expect(found.verdict).toContain(`nova-compute of ${SOURCE} has forgotten it`);
  expect(found.because.join('\n')).toMatch(/On compute-a, process \d+ \(.*rsync/);
  const ours = view.diagnoses.flatMap(({ steps }) => steps).filter(({ isDoneByUs }) => isDoneByUs);
  expect(ours.filter(({ refusals }) => refusals.length === 0)).toEqual([]);
  const [show = '', end = ''] = writtenOut(found, `Wait for the copy on ${SOURCE}`).commands;
  expect(await type(source, [show])).toContain(server.id);
  await type(source, [end]);
  await lab.cloud.idle();
  control.slowCopy(SOURCE);
  await expect
    .poll(async () => (await look(server)).diagnoses[0]?.rule, { timeout: 60_000, interval: 500 })
    .toBe('resize-copy-dead');
  await recover(server);
  await control.restartCompute(SOURCE);
  await recover(server);
  expect(server.vmState).toBe('stopped');
  await isHome(server, source, destination, content);
});

test('resize-not-started: the destination died before it was asked, and the state is reset', async () => {
  const { lab, instance, look, recover, source, destination } = bench();
  const server = await instance('never-asked');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrateAndKill(bench(), server, DESTINATION, 'scheduled');
  const early = await look(server);
  expect(early.server).toMatchObject({ status: 'RESIZE', taskState: 'resize_prep', host: SOURCE });
  expect(early.diagnoses.map(({ rule }) => rule)).not.toContain('resize-not-started');
  anHourLater(bench(), server);
  const found = first(await look(server), 'resize-not-started');
  expect(found.verdict).toBe(`Nova has begun nothing; the disks are in their place on ${SOURCE}.`);
  expect(found.never.map(({ what }) => what)).toContain('sending the migrate again');
  expect(offered(found)[0]).toBe('reset-state active');
  expect(await recover(server)).toEqual(['reset-state active', 'stop']);
  await isHome(server, source, destination, content);

  // The message waited all the time; Nova turns it away when it arrives, and says ERROR.
  await lab.cloud.control.restartCompute(DESTINATION);
  await lab.cloud.idle();
  anHourLater(bench(), server);
  const late = await look(server);
  expect(late.server).toMatchObject({ status: 'ERROR', taskState: 'resize_migrating' });
  expect(first(late, 'error-rolled-back').verdict).toContain('nothing is lost');
  expect(await recover(server)).toEqual(['reset-state active', 'stop']);
  await isHome(server, source, destination, content);
});

test('left-behind, allocations, record-open: what a nova-compute that came back leaves, one after the other', async () => {
  const { lab, instance, look, recover, source, destination } = bench();
  const server = await instance('rolled-back');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrateAndKill(bench(), server, SOURCE, 'copy-file');
  await lab.cloud.control.restartCompute(SOURCE);
  const left = first(await look(server), 'left-behind');
  expect(left.verdict).toBe(`${DESTINATION} still has something of it; it lives on ${SOURCE}.`);
  expect(left.never.map(({ what }) => what)).toEqual(['deleting it at once']);
  expect((await recover(server)).map((key) => key.split(' ')[0])).toEqual(['set-aside']);
  await isHome(server, source, destination, content);

  const held = first(await look(server), 'allocations');
  expect(held.verdict).toBe(`Placement holds it on ${DESTINATION} and ${SOURCE}; it is on ${SOURCE}.`);
  const [uuid] = lab.cloud.state.migrations
    .filter(({ serverId }) => serverId === server.id)
    .map((row) => row.uuid);
  expect(writtenOut(held, 'Put Placement right').commands).toEqual(
    expect.arrayContaining([
      `openstack resource provider allocation delete ${uuid ?? ''}`,
      `nova-manage placement heal_allocations --instance ${server.id} --force`,
    ]),
  );
  healPlacement(bench(), server);
  expect((await look(server)).diagnoses).toEqual([]);

  anHourLater(bench(), server);
  const open = first(await look(server), 'record-open');
  expect(open.verdict).toMatch(/record \d+ says “migrating”, and never will say anything else/);
  expect(writtenOut(open, 'Close record').commands.at(-1)).toContain(
    "UPDATE migrations SET status = 'error'",
  );
  writeRecord(bench(), server, 'error');
  expect((await look(server)).diagnoses).toEqual([]);
});
