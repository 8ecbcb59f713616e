/** VERIFY_RESIZE and what becomes of it, made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import { bootOn } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { guestContent, must } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { takeBaseAway } from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

test('verify-nothing-copied: a confirm is refused, a revert brings it home', async () => {
  const { lab, instance, migrate, look, recover, source, destination, engine } = bench();
  const server = await instance('not-copied');
  const content = await guestContent(source, `${server.id}/disk`);
  lab.cloud.control.wrongAddress(DESTINATION);
  await migrate(server);
  lab.cloud.control.wrongAddress(DESTINATION, false);
  const view = await look(server);
  expect(view.server.status).toBe('VERIFY_RESIZE');
  const found = first(view, 'verify-nothing-copied');
  expect(found.verdict).toContain('nothing was copied');
  expect(found.never.map(({ what }) => what)).toContain('confirm');
  await expect(engine.call('recovery.step', { server: server.id, key: 'confirm' })).rejects.toThrow(
    /no longer asks for/,
  );
  expect((await recover(server)).at(-1)).toBe('revert');
  await isHome(server, source, destination, content);
  expect((await look(server)).diagnoses).toEqual([]);
});

test('verify-waits: off, it is compared, and then may be confirmed', async () => {
  const { instance, migrate, look, step, source, destination } = bench();
  const server = await instance('forgotten');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  const before = first(await look(server), 'verify-waits');
  expect(before.confidence).toBe('open');
  expect(offered(before)).not.toContain('confirm');
  const { said, now } = await step(server, 'compare');
  expect(said).toMatch(/(?:is|are) equal/);
  const after = first(now, 'verify-waits');
  expect(after.verdict).toContain('is proven');
  expect(offered(after)).toEqual(['confirm', 'revert']);
  await step(server, 'confirm');
  await isHome(server, destination, source, content);
  expect((await look(server)).diagnoses).toEqual([]);
});

test('verify-waits: it runs at the destination, so nothing can be proven; a revert is offered', async () => {
  const { instance, migrate, look, step, source, destination } = bench();
  const server = await instance('runs-there', { running: true });
  await migrate(server);
  expect(await bootOn(destination, server.id)).toMatchObject({ payload: 'OK' });
  const found = first(await look(server), 'verify-waits');
  expect(found.confidence).toBe('likely');
  expect(found.steps.map(({ key }) => key)).toEqual(['by-hand Confirm, if the guest is in order', 'revert']);
  await step(server, 'revert');
  expect(await bootOn(source, server.id)).toMatchObject({ payload: 'OK' });
  await isHome(server, source, destination);
});

test('verify-waits: what differs from its source is never called proven', async () => {
  const { instance, migrate, look, step, destination } = bench();
  const server = await instance('differs');
  await migrate(server);
  const spoil = 'qemu-io -c "write -P 9 1M 64k" "$1"';
  await must(destination, 'sh', '-c', spoil, 'test', `${INSTANCES_PATH}/${server.id}/disk`);
  const { said, now } = await step(server, 'compare');
  expect(said).toMatch(/differs?: /);
  const found = first(now, 'verify-nothing-copied');
  expect(found.verdict).toContain('the copy is bad');
  expect(offered(found)).toEqual(['revert']);
  await step(server, 'revert');
  expect((await look(server)).diagnoses).toEqual([]);
});

test('other-ephemeral-base: its ephemeral disk is on a file system that the destination made anew', async () => {
  const { instance, migrate, look, step, source, destination } = bench();
  const server = await instance('ephemeral', { full: true });
  const content = await guestContent(source, `${server.id}/disk`);
  const ephemeral = await guestContent(source, `${server.id}/disk.eph0`);
  await migrate(server);
  const found = first(await look(server), 'other-ephemeral-base');
  expect(found.verdict).toMatch(/ephemeral_\S+ on compute-a and on compute-b are two file systems/);
  expect(found.never.map(({ what }) => what)).toContain('confirm');
  await step(server, 'revert');
  await isHome(server, source, destination, content);
  expect(await guestContent(source, `${server.id}/disk.eph0`)).toBe(ephemeral);
});

test('verify-base-gone: the base comes back from the destination, and then it may go back', async () => {
  const { instance, migrate, look, step, recover, source, destination } = bench();
  const server = await instance('base-gone');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  await takeBaseAway(source, server);
  const found = first(await look(server), 'verify-base-gone');
  expect(found.steps.find(({ key }) => key === 'revert')).toBeUndefined();
  const { said } = await step(server, 'bring-base');
  expect(said).toMatch(/equal to that of/);
  await step(server, 'revert');
  await isHome(server, source, destination, content);
  expect(await recover(server)).toEqual([]);
});

test('verify-host-down: no verdict while the source is down, and one when it is back', async () => {
  const { lab, instance, migrate, look, source, destination, step } = bench();
  const server = await instance('source-down');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  lab.cloud.control.killCompute(SOURCE);
  const found = first(await look(server), 'verify-host-down');
  expect(found.verdict).toContain(`nova-compute of ${SOURCE} is down`);
  expect(offered(found).every((key) => key.startsWith('by-hand'))).toBe(true);
  await lab.cloud.control.restartCompute(SOURCE);
  await step(server, 'revert');
  await isHome(server, source, destination, content);
});
