/** ERROR on either host, made for real, and led out of by the guided steps without a word to the database. */
import { expect, test } from 'vitest';
import { login } from '../conformance/caller.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { bootOn } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { guestContent, must } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';

const bench = useRecoveryBench();

/** A migrate whose login ends right before the destination needs it. */
async function withoutLogin(server: LabServer): Promise<void> {
  const { cloud } = bench().lab;
  const once = await login(cloud);
  const act = (): void => {
    const token = cloud.state.tokens.get(once.token);
    if (token !== undefined) token.expiresAtMs = 0;
  };
  cloud.control.at({ point: 'before-finish', serverId: server.id, act });
  expect((await once.act(server.id, { migrate: { host: DESTINATION } })).status).toBe(202);
  await cloud.idle();
}

test('error-base-gone: bases and swap come from the source, then a hard reboot', async () => {
  const { instance, look, recover, source, destination } = bench();
  // First of all, while the destination has no base.
  const server = await instance('token-finish', { full: true });
  const content = await guestContent(source, `${server.id}/disk`);
  const ephemeral = await guestContent(source, `${server.id}/disk.eph0`);
  await withoutLogin(server);
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'ERROR', host: DESTINATION });
  const found = first(view, 'error-base-gone');
  expect(found.confidence).toBe('certain');
  expect(offered(found)[0]).toMatch(/^(?:compare|bring-base)/);
  await recover(server);
  expect(server).toMatchObject({ vmState: 'active', host: DESTINATION });
  await must(destination, 'virsh', 'destroy', server.id);
  expect(await bootOn(destination, server.id)).toMatchObject({ payload: 'OK' });
  // It has booted, and so written; what it had is still below that.
  const kept = (
    await source.exec(['sh', '-c', 'ls -d "$1"/"$2"_resize.kept-*', 'test', INSTANCES_PATH, server.id])
  ).stdout.trim();
  const name = kept.slice(INSTANCES_PATH.length + 1);
  expect(await guestContent(source, `${name}/disk`)).toBe(content);
  expect(await guestContent(source, `${name}/disk.eph0`)).toBe(ephemeral);
});

test('error-base-gone: the image was deleted, and the source has its base', async () => {
  const { lab, instance, look, recover, destination } = bench();
  const server = await instance('image-gone');
  await must(destination, 'sh', '-c', 'rm -rf "$1"/_base/*', 'test', INSTANCES_PATH);
  await withoutLogin(server);
  const image = lab.cloud.state.images.get(server.imageId);
  lab.cloud.control.deleteImage(server.imageId);
  try {
    const found = first(await look(server), 'error-base-gone');
    expect(found.verdict).toContain('Glance no longer has the image');
    await recover(server);
    expect(server).toMatchObject({ vmState: 'active', host: DESTINATION });
    expect((await look(server)).diagnoses.filter(({ urgency }) => urgency !== 'untidy')).toEqual([]);
  } finally {
    if (image !== undefined) image.deleted = false;
  }
});

test('error-destination-whole: Neutron failed there after the copy; a hard reboot makes it run', async () => {
  const { lab, instance, migrate, look, recover } = bench();
  const server = await instance('network-there');
  lab.cloud.control.networkFails(DESTINATION, 'unauthorized');
  await migrate(server);
  lab.cloud.control.networkFails(DESTINATION, undefined);
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'ERROR', host: DESTINATION });
  first(view, 'error-destination-whole');
  const keys = await recover(server);
  expect(keys).toContain('compare');
  expect(keys).toContain('hard-reboot');
  expect(server).toMatchObject({ vmState: 'active', host: DESTINATION });
});

test('error-source-renamed: Neutron failed at the source after the copy; the disks get their name back', async () => {
  const { lab, instance, migrate, look, recover, source, destination } = bench();
  const server = await instance('network-here');
  const content = await guestContent(source, `${server.id}/disk`);
  lab.cloud.control.networkFails(SOURCE, 'unauthorized');
  await migrate(server);
  lab.cloud.control.networkFails(SOURCE, undefined);
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'ERROR', host: SOURCE });
  const found = first(view, 'error-source-renamed');
  expect(found.never.map(({ what }) => what)).toContain('a hard reboot, or a start');
  const keys = await recover(server);
  expect(keys[0]).toBe(`put-back ${SOURCE}`);
  expect(keys.at(-1)).toBe('stop');
  await isHome(server, source, destination, content);
  expect(server.vmState).toBe('stopped');
});

test('error-rolled-back: the destination was full, and the disks are in their place', async () => {
  const { instance, migrate, look, recover, source, destination } = bench();
  const server = await instance('full-there');
  const content = await guestContent(source, `${server.id}/disk`);
  const room = [
    'sh',
    '-c',
    'mount -t tmpfs -o size=4m,mode=755,uid=nova,gid=nova full "$1"',
    'test',
    INSTANCES_PATH,
  ];
  await must(destination, ...room);
  await migrate(server);
  await must(destination, 'umount', INSTANCES_PATH);
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'ERROR', host: SOURCE });
  const found = first(view, 'error-rolled-back');
  expect(found.verdict).toContain('nothing is lost');
  expect(await recover(server)).toEqual(['reset-state active', 'stop']);
  await isHome(server, source, destination, content);
});

test('both-directories: somebody rebooted hard first; the empty directory makes room for the disks', async () => {
  const { lab, instance, migrate, look, ask, recover, source, destination } = bench();
  const server = await instance('rebooted-first');
  const content = await guestContent(source, `${server.id}/disk`);
  lab.cloud.control.networkFails(SOURCE, 'refused');
  await migrate(server);
  lab.cloud.control.networkFails(SOURCE, undefined);
  await ask(server, { reboot: { type: 'HARD' } });
  const found = first(await look(server), 'both-directories');
  expect(found.verdict).toContain('has no root disk');
  await recover(server);
  await isHome(server, source, destination, content);
});
