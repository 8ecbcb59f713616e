/** VERIFY_RESIZE with one side spoilt, and reverts that stand still, made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { bootOn } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { guestContent } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { anHourLater, sh, takeBaseAway, type, writtenOut } from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

test('verify-source-gone: somebody gave the disks their name back too soon', async () => {
  const { instance, migrate, look, step, source, destination } = bench();
  const server = await instance('named-too-soon');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  await sh(source, 'mv "$1/$2_resize" "$1/$2"', INSTANCES_PATH, server.id);
  const found = first(await look(server), 'verify-source-gone');
  expect(found.verdict).toContain(`On ${SOURCE} the disks have the name ${server.id} already`);
  expect(found.never.map(({ what }) => what)).toContain('revert');
  expect(found.steps.find(({ key }) => key === 'revert')?.refusals).not.toEqual([]);
  await type(source, writtenOut(found, `Name the disks on ${SOURCE}`).commands);
  first(await look(server), 'verify-waits');
  await step(server, 'revert');
  await isHome(server, source, destination, content);
});

test('verify-source-gone: somebody removed them, and the guest at the destination decides', async () => {
  const { instance, migrate, look, ask, source, destination } = bench();
  const server = await instance('removed', { running: true });
  await migrate(server);
  await sh(source, 'rm -r "$1/$2_resize"', INSTANCES_PATH, server.id);
  const found = first(await look(server), 'verify-source-gone');
  expect(found.verdict).toBe(`${SOURCE} has nothing to go back to; the only disks are on ${DESTINATION}.`);
  expect(found.steps.map(({ isDoneByUs }) => isDoneByUs)).toEqual([false, false]);
  expect(await bootOn(destination, server.id)).toMatchObject({ payload: 'OK' });
  expect(writtenOut(found, 'Confirm, if the guest').commands).toContain(
    `openstack server migration confirm ${server.id}`,
  );
  expect(await ask(server, { confirmResize: null })).toBe(204);
  expect((await look(server)).diagnoses).toEqual([]);
  await isHome(server, destination, source);
});

test('verify-destination-broken: the base did not come along, and is brought', async () => {
  const { instance, migrate, look, step, recover, source, destination } = bench();
  const server = await instance('no-base-there');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  await takeBaseAway(destination, server);
  const found = first(await look(server), 'verify-destination-broken');
  expect(found.verdict).toMatch(
    /^On compute-b the base \S+ is missing, without which its disk is worth nothing/,
  );
  expect(found.never.map(({ what }) => what)).toContain('confirm');
  await step(server, 'bring-base');
  expect(await recover(server)).toEqual(['compare', 'confirm']);
  await isHome(server, destination, source, content);
});

test('verify-destination-broken: the copy is torn, and it goes back', async () => {
  const { instance, migrate, look, recover, source, destination } = bench();
  const server = await instance('torn');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  // A version that no qemu-img knows, in the head of the file.
  const tear = 'printf \'\\377\' | dd of="$1/$2/disk" bs=1 seek=7 conv=notrunc status=none';
  await sh(destination, tear, INSTANCES_PATH, server.id);
  const found = first(await look(server), 'verify-destination-broken');
  expect(found.verdict).toBe(`On ${DESTINATION} qemu-img cannot read its disks.`);
  expect(offered(found)).toEqual(['revert']);
  await recover(server);
  await isHome(server, source, destination, content);
});

test('revert-base-gone: somebody reverted after the base was purged; it is brought, and the guest starts', async () => {
  const { instance, migrate, ask, look, recover, source, destination } = bench();
  const server = await instance('reverted-blind', { running: true });
  await migrate(server);
  await takeBaseAway(source, server);
  await ask(server, { revertResize: null });
  // However often somebody has locked it since.
  for (const act of ['lock', 'unlock', 'lock', 'unlock', 'lock', 'unlock'])
    await ask(server, { [act]: null });
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'ERROR', host: SOURCE });
  const found = first(view, 'revert-base-gone');
  expect(found.verdict).toContain(`It goes back to ${SOURCE}`);
  expect(found.never.map(({ what }) => what)).toContain('migrating it again');
  const keys = await recover(server);
  expect(keys.map((key) => key.split(' ')[0])).toEqual(['bring-base', 'hard-reboot']);
  expect(await bootOn(source, server.id)).toMatchObject({ payload: 'OK' });
  await isHome(server, source, destination);
});

test('revert-hangs: it waits for the nova-compute of the source, and ends when that is back', async () => {
  const { lab, instance, migrate, ask, look, source, destination } = bench();
  const server = await instance('revert-waits');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  lab.cloud.control.killCompute(SOURCE);
  await ask(server, { revertResize: null });
  expect((await look(server)).diagnoses).toEqual([]);
  anHourLater(bench(), server);
  const found = first(await look(server), 'revert-hangs');
  expect(found.verdict).toBe(`The revert waits for nova-compute of ${SOURCE}.`);
  expect(offered(found)).toEqual([`by-hand Restart nova-compute on ${SOURCE}`]);
  await lab.cloud.control.restartCompute(SOURCE);
  await lab.cloud.idle();
  expect((await look(server)).diagnoses).toEqual([]);
  await isHome(server, source, destination, content);
});

/** A revert in whose end the nova-compute of the source dies; started again, it has forgotten it. */
async function revertAndKill(server: LabServer, point: 'before-rename-back' | 'renamed-back'): Promise<void> {
  const { lab, migrate, ask } = bench();
  const { control } = lab.cloud;
  await migrate(server);
  const act = (): void => {
    control.killCompute(SOURCE);
  };
  control.at({ point, serverId: server.id, act });
  await ask(server, { revertResize: null });
  await control.restartCompute(SOURCE);
  anHourLater(bench(), server);
}

test('revert-hangs: nova-compute died before the disks had their name, and they get it without it', async () => {
  const { instance, look, recover, source, destination } = bench();
  const server = await instance('revert-died-early');
  const content = await guestContent(source, `${server.id}/disk`);
  await revertAndKill(server, 'before-rename-back');
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'REVERT_RESIZE', host: SOURCE });
  expect(offered(first(view, 'revert-hangs'))).toEqual([`put-back ${SOURCE}`]);
  expect(await recover(server)).toEqual([`put-back ${SOURCE}`, 'reset-state active', 'stop']);
  expect(server.vmState).toBe('stopped');
  await isHome(server, source, destination, content);
});

test('revert-hangs: nova-compute died when the disks were home, and the state is reset', async () => {
  const { instance, look, recover, source, destination } = bench();
  const server = await instance('revert-died');
  const content = await guestContent(source, `${server.id}/disk`);
  await revertAndKill(server, 'renamed-back');
  const found = first(await look(server), 'revert-hangs');
  expect(found.verdict).toBe(`The revert hangs; the disks are in their place on ${SOURCE}.`);
  expect(await recover(server)).toEqual(['reset-state active', 'stop']);
  expect(server.vmState).toBe('stopped');
  await isHome(server, source, destination, content);
});
