/** At the destination, where Nova has half a confirm or no disks, made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import type { DiagnosisView } from '../../main/contract/recovery-views.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { bootOn } from '../lab/demo/truth.ts';
import { guestContent } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { healPlacement, migrateNothing, type, writtenOut } from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

/** A confirm in whose beginning Neutron does not answer the source (_confirm_resize in nova/compute/manager.py). */
async function halfConfirm(server: LabServer): Promise<void> {
  const { lab, ask } = bench();
  lab.cloud.control.networkFails(SOURCE, 'refused');
  expect(await ask(server, { confirmResize: null })).toBe(204);
  lab.cloud.control.networkFails(SOURCE, undefined);
}

/** Copies the disks once more, as it is written out. */
async function copyByHand(found: DiagnosisView): Promise<void> {
  const { source, destination } = bench();
  const { commands } = writtenOut(found, `Copy the disks to ${DESTINATION}`);
  const copy = commands.findIndex((command) => command.includes('rsync'));
  await type(source, commands.slice(copy, copy + 1));
  await type(destination, commands.slice(copy + 1));
}

test('error-confirm-half: the instance was off; a hard reboot defines it, and the source is put away', async () => {
  const { instance, migrate, look, recover, source, destination } = bench();
  const server = await instance('confirm-off');
  await migrate(server);
  await halfConfirm(server);
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'ERROR', host: DESTINATION });
  const found = first(view, 'error-confirm-half');
  expect(found.verdict).toBe(`The confirm stopped on ${SOURCE}; the instance is whole on ${DESTINATION}.`);
  expect(found.never.map(({ what }) => what)).toContain('revert');
  expect((await recover(server)).map((key) => key.split(' ')[0])).toEqual([
    'hard-reboot',
    'undefine',
    'set-aside',
  ]);
  expect(await bootOn(destination, server.id)).toMatchObject({ payload: 'OK' });
  await isHome(server, destination, source);
});

test('error-confirm-half: the instance runs, so that only the state is reset', async () => {
  const { instance, migrate, look, recover, source, destination } = bench();
  const server = await instance('confirm-runs', { running: true });
  await migrate(server);
  await halfConfirm(server);
  const found = first(await look(server), 'error-confirm-half');
  expect(found.verdict).toContain(`whole on ${DESTINATION} and runs`);
  expect((await recover(server)).map((key) => key.split(' ')[0])).toEqual([
    'reset-state',
    'undefine',
    'set-aside',
  ]);
  expect(server).toMatchObject({ vmState: 'active' });
  await isHome(server, destination, source);
});

test('error-destination-empty: nothing was copied and Neutron failed; a person copies, then it is proven and starts', async () => {
  const { lab, instance, look, recover, source, destination } = bench();
  const server = await instance('nothing-there');
  const content = await guestContent(source, `${server.id}/disk`);
  lab.cloud.control.networkFails(DESTINATION, 'refused');
  await migrateNothing(bench(), server, DESTINATION);
  lab.cloud.control.networkFails(DESTINATION, undefined);
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'ERROR', host: DESTINATION });
  const found = first(view, 'error-destination-empty');
  // Nova copied onto the source itself, and that copy stands in the way: both-directories.
  expect(view.diagnoses.map(({ rule }) => rule)).toContain('both-directories');
  expect(found.verdict).toMatch(
    /^compute-b has no disk of it that can be read; the only copy is on compute-a, in \S+_resize/,
  );
  expect(found.never.map(({ what }) => what)).toContain('a hard reboot, or a start');
  await copyByHand(found);
  expect(await guestContent(destination, `${server.id}/disk`)).toBe(content);
  const keys = (await recover(server)).map((key) => key.split(' ')[0]);
  expect(keys.indexOf('compare')).toBeLessThan(keys.indexOf('hard-reboot'));
  expect(await bootOn(destination, server.id)).toMatchObject({ payload: 'OK' });
  await isHome(server, destination, source);
});

test('reset-on-nothing-copied: somebody reset VERIFY_RESIZE of a copy of nothing; a person copies, and it starts', async () => {
  const { instance, ask, look, recover, source, destination } = bench();
  const server = await instance('reset-nothing');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrateNothing(bench(), server, DESTINATION);
  await ask(server, { 'os-resetState': { state: 'active' } });
  await ask(server, { 'os-stop': null });
  const view = await look(server);
  const found = first(view, 'reset-on-nothing-copied');
  expect(found.verdict).toContain(`the data are on ${SOURCE}, in`);
  expect(found.never.map(({ what }) => what)).toContain('a start or a hard reboot');
  expect(offered(found)).toEqual([`by-hand Copy the disks to ${DESTINATION}`]);
  await copyByHand(found);
  expect(await guestContent(destination, `${server.id}/disk`)).toBe(content);
  await recover(server);
  await isHome(server, destination, source, content);
  await ask(server, { 'os-start': null });
  expect(await bootOn(destination, server.id)).toMatchObject({ payload: 'OK' });
  healPlacement(bench(), server);
  expect((await look(server)).diagnoses).toEqual([]);
});
