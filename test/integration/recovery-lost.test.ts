/** Hosts that tell nothing, and a state that is in no book, made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { guestContent } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { healPlacement, sh, type, writtenOut } from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

/** Nobody hears of this host any more; whatever it does, it does unseen. */
async function fallSilent(host: RunningHost): Promise<void> {
  await host.stopSshd();
  await host.dropSessions();
}

const headOfDisk = (byte: string): string =>
  `printf '\\${byte}' | dd of="$1/$2/disk" bs=1 seek=7 conv=notrunc status=none`;

test('destination-lost: it died for good in VERIFY_RESIZE, and a person takes the instance back to the source', async () => {
  const { lab, instance, migrate, ask, look, source, destination } = bench();
  const { control } = lab.cloud;
  const server = await instance('lost-there');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  control.killCompute(DESTINATION);
  await fallSilent(destination);
  const view = await look(server);
  const found = first(view, 'destination-lost');
  expect(found.verdict).toMatch(
    /^compute-b is down and does not answer; compute-a has the disks of before in \S+_resize\.$/,
  );
  expect(found.never.map(({ what }) => what)).toContain('evacuate');
  const ours = view.diagnoses.flatMap(({ steps }) => steps).filter(({ isDoneByUs }) => isDoneByUs);
  expect(ours.filter(({ refusals }) => refusals.length === 0)).toEqual([]);

  const { commands } = writtenOut(found, `Only if ${DESTINATION} is gone for good`);
  expect(commands.join('\n')).toContain(`UPDATE instances SET host = '${SOURCE}'`);
  Object.assign(server, { host: SOURCE, taskState: null });
  await type(
    source,
    commands.filter((command) => command.startsWith('mv ')),
  );
  expect(await ask(server, { 'os-resetState': { state: 'active' } })).toBe(202);
  expect(await ask(server, { 'os-stop': null })).toBe(202);
  healPlacement(bench(), server);

  // The machine that comes in its place has nothing of the old one.
  await sh(destination, 'rm -r "$1/$2" && virsh undefine "$2"', INSTANCES_PATH, server.id);
  await destination.startSshd();
  await control.restartCompute(DESTINATION);
  expect((await look(server)).diagnoses).toEqual([]);
  expect(server.vmState).toBe('stopped');
  await isHome(server, source, destination, content);
});

test('host-silent: the source does not answer, so nothing is done until it does', async () => {
  const { engine, instance, migrate, look, step, source, destination } = bench();
  const server = await instance('silent-source');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  await fallSilent(source);
  try {
    const found = first(await look(server), 'host-silent');
    expect(found.verdict).toBe(`${SOURCE} does not answer, so nothing is changed.`);
    expect(found.never.map(({ what }) => what)).toContain('deleting the instance');
    expect(offered(found)).toEqual([`by-hand Bring ${SOURCE} back`]);
    await expect(engine.call('recovery.step', { server: server.id, key: 'revert' })).rejects.toThrow(
      /no longer asks for|does not tell/,
    );
  } finally {
    await source.startSshd();
  }
  expect((await look(server)).diagnoses.map(({ rule }) => rule)).toEqual(['verify-waits']);
  await step(server, 'revert');
  await isHome(server, source, destination, content);
});

test('not-known: its own disk is torn, which no move has done; a person mends it, and it is led on', async () => {
  const { instance, ask, look, recover, source, destination } = bench();
  const server = await instance('torn-at-home');
  const content = await guestContent(source, `${server.id}/disk`);
  await sh(source, headOfDisk('377'), INSTANCES_PATH, server.id);
  await ask(server, { reboot: { type: 'HARD' } });
  const view = await look(server);
  expect(view.server.status).toBe('ERROR');
  const found = first(view, 'not-known');
  expect(found.confidence).toBe('open');
  expect(found.verdict).toBe('Nova says ERROR, and what its hosts have fits no state that is known.');
  expect(found.because.join('\n')).toMatch(/Its fault: .*[Uu]nsupported qcow2 version/s);
  expect(found.never.map(({ what }) => what)).toContain('migrating it again');
  expect(await type(source, writtenOut(found, 'Find its disks').commands)).toContain(
    `${INSTANCES_PATH}/${server.id}`,
  );
  await sh(source, headOfDisk('003'), INSTANCES_PATH, server.id);
  first(await look(server), 'error-rolled-back');
  expect(await recover(server)).toEqual(['reset-state active', 'stop']);
  await isHome(server, source, destination, content);
});
