/** Nova is content, and should not be: made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import { INSTANCES_PATH } from '../lab/types.ts';
import { guestContent, must } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, useRecoveryBench } from '../support/recovery-bench.ts';

const bench = useRecoveryBench();
const RESET = { 'os-resetState': { state: 'active' } };

test('reset-on-verify: the old disks are set aside, and libvirt forgets the old domain', async () => {
  const { instance, migrate, ask, look, recover, source, destination } = bench();
  const server = await instance('reset-verify');
  await migrate(server);
  const content = await guestContent(destination, `${server.id}/disk`);
  await ask(server, RESET);
  await ask(server, { 'os-stop': null });
  const found = first(await look(server), 'reset-on-verify');
  expect(found.verdict).toContain(`It lives on ${DESTINATION}`);
  const keys = await recover(server);
  expect(keys.map((key) => key.split(' ')[0])).toEqual(['undefine', 'set-aside']);
  await isHome(server, destination, source, content);
  const { stdout } = await source.exec([
    'sh',
    '-c',
    'ls -d "$1"/"$2"_resize.kept-*',
    'test',
    INSTANCES_PATH,
    server.id,
  ]);
  expect(stdout).toContain('_resize.kept-');
});

test('reset-without-disk: the name comes back before anything starts', async () => {
  const { lab, instance, migrate, ask, look, recover, source, destination } = bench();
  const server = await instance('reset-error');
  const content = await guestContent(source, `${server.id}/disk`);
  lab.cloud.control.networkFails(SOURCE, 'refused');
  await migrate(server);
  lab.cloud.control.networkFails(SOURCE, undefined);
  await ask(server, RESET);
  const found = first(await look(server), 'reset-without-disk');
  expect(found.never.map(({ what }) => what)).toContain('a hard reboot, or a start');
  const keys = await recover(server);
  expect(keys[0]).toBe(`put-back ${SOURCE}`);
  expect(keys).toContain('stop');
  await isHome(server, source, destination, content);
});

test('nothing-happened: a migrate that the hosts’ SSH refused leaves all as it was', async () => {
  const { lab, instance, migrate, look, source, destination } = bench();
  const server = await instance('refused');
  const content = await guestContent(source, `${server.id}/disk`);
  await lab.cloud.control.refuseSsh(DESTINATION);
  await migrate(server);
  await lab.cloud.control.refuseSsh(DESTINATION, false);
  const found = first(await look(server), 'nothing-happened');
  expect(found.verdict).toMatch(/The last migrate failed: .*not able to execute ssh/);
  await isHome(server, source, destination, content);
});

test('no-disk: somebody moved its directory', async () => {
  const { instance, look, source } = bench();
  const server = await instance('moved-away');
  await must(source, 'mv', `${INSTANCES_PATH}/${server.id}`, `${INSTANCES_PATH}/${server.id}.moved`);
  const found = first(await look(server), 'no-disk');
  expect(found.because.join('\n')).toContain(`${server.id}.moved`);
  expect(found.steps.every(({ isDoneByUs }) => !isDoneByUs)).toBe(true);
  await must(source, 'mv', `${INSTANCES_PATH}/${server.id}.moved`, `${INSTANCES_PATH}/${server.id}`);
  expect((await look(server)).diagnoses).toEqual([]);
});

test('called-running: it was switched off beside Nova', async () => {
  const { instance, look, recover, source, destination } = bench();
  const server = await instance('switched-off', { running: true });
  await must(source, 'virsh', 'destroy', server.id);
  const content = await guestContent(source, `${server.id}/disk`);
  first(await look(server), 'called-running');
  expect(await recover(server)).toEqual(['stop']);
  expect(server.vmState).toBe('stopped');
  await isHome(server, source, destination, content);
});

test('half-finished: Coldhaul’s own migration waits for its verdict, and nothing else may touch it', async () => {
  const { engine, instance, look, source, destination } = bench();
  const server = await instance('own');
  const content = await guestContent(source, `${server.id}/disk`);
  const moved = await engine.migrate('own', DESTINATION);
  expect(moved.phase).toBe('awaiting-verdict');
  const view = await look(server);
  const own = view.diagnoses.find(({ rule }) => rule === 'half-finished');
  expect(own?.verdict).toContain(moved.id);
  const allowed = view.diagnoses
    .flatMap(({ steps }) => steps)
    .filter(({ isDoneByUs, refusals }) => isDoneByUs && refusals.length === 0);
  expect(allowed.filter(({ key }) => key !== 'compare')).toEqual([]);
  await engine.call('migration.revert', { id: moved.id });
  await engine.settled(moved.id);
  await isHome(server, source, destination, content);
});

test('stuck finds what is wrong, worst first, and directories that nobody owns', async () => {
  const { lab, engine, instance, migrate, source } = bench();
  const server = await instance('seen-by-stuck');
  lab.cloud.control.wrongAddress(DESTINATION);
  await migrate(server);
  lab.cloud.control.wrongAddress(DESTINATION, false);
  const orphan = `${INSTANCES_PATH}/00000000-0000-4000-8000-000000000001`;
  await must(source, 'mkdir', orphan);
  const { cases, orphans, problems } = await engine.call('recovery.stuck', {});
  expect(problems).toEqual([]);
  expect(cases[0]).toMatchObject({ name: 'seen-by-stuck', urgency: 'danger' });
  expect(orphans).toContainEqual({ host: SOURCE, path: orphan, allocatedBytes: 0 });
});
