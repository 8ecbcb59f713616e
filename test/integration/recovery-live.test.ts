/** Live migrations that are under way, or of which nobody knows, made for real, and led out of by the guided steps. */
import { expect, test } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { anHourLater, migrating, sh } from '../support/recovery-troubles.ts';

const bench = useRecoveryBench();

/** What virsh blockjob --raw says of a disk that is mirrored to the destination (tools/virsh-domain.c, cmdBlockJob). */
const MIRRORED = String.raw`printf ' type=Block Copy\n bandwidth=0\n cur=1048576\n end=1073741824\n' >"/run/guests/$1-vda.job"`;

/** Somebody’s live migration: it runs on the source, and disks and a domain wait for it at the destination. */
async function onItsWay(name: string): Promise<LabServer> {
  const { instance, migrate, source, destination } = bench();
  const server = await instance(name, { running: true });
  await migrate(server);
  await must(destination, 'virsh', 'destroy', server.id);
  await sh(source, 'mv "$1/$2_resize" "$1/$2"', INSTANCES_PATH, server.id);
  await must(source, 'virsh', 'start', server.id);
  server.host = SOURCE;
  migrating(bench(), server);
  return server;
}

test('migrating-moving: libvirt has a job for it, then it has just arrived; nothing is offered, and nothing is needed', async () => {
  const { lab, look, recover, source, destination } = bench();
  const server = await onItsWay('mirrored');
  await sh(source, MIRRORED, server.id);
  // However long that takes.
  anHourLater(bench(), server);
  const view = await look(server);
  expect(view.server.status).toBe('MIGRATING');
  const found = first(view, 'migrating-moving');
  expect(found).toMatchObject({
    urgency: 'fine',
    confidence: 'certain',
    verdict: 'libvirt is moving it.',
    steps: [],
  });
  expect(found.because.join('\n')).toContain('A job of libvirt: Block Copy of vda');
  expect(found.never.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['reset-state', 'starting it anywhere']),
  );

  await sh(source, 'rm "/run/guests/$1-vda.job"', server.id);
  await must(source, 'virsh', 'destroy', server.id);
  await must(destination, 'virsh', 'start', server.id);
  migrating(bench(), server);
  expect(first(await look(server), 'migrating-moving').verdict).toBe(
    `It runs on ${DESTINATION}, and Nova is writing that down.`,
  );

  Object.assign(server, { host: DESTINATION, vmState: 'active', taskState: null, powerState: 1 });
  const [row] = lab.cloud.state.migrations.filter(({ serverId }) => serverId === server.id);
  if (row !== undefined) row.status = 'completed';
  first(await look(server), 'left-behind');
  expect((await recover(server)).map((key) => key.split(' ')[0])).toEqual(['undefine', 'set-aside']);
  await isHome(server, destination, source);
});

test('migrating-unclear: it ended on the way, and a person finds out where it ran last', async () => {
  const { instance, migrate, ask, look, step, source, destination } = bench();
  const server = await instance('ended', { running: true });
  // A record between both hosts, of a migration that was taken back.
  await migrate(server);
  await ask(server, { revertResize: null });
  migrating(bench(), server);
  await must(source, 'virsh', 'destroy', server.id);
  expect((await look(server)).diagnoses).toEqual([]);
  anHourLater(bench(), server);
  const view = await look(server);
  const found = first(view, 'migrating-unclear');
  expect(found).toMatchObject({ confidence: 'open', steps: [] });
  expect(found.verdict).toContain('It runs on neither host');
  expect(found.because.join('\n')).toMatch(/The root disk on compute-a was written last at \d{4}-/);
  expect(found.wouldTell).toContain('/var/log/libvirt/qemu/');
  // The disks are on the source alone, so it ran there.
  await must(source, 'virsh', 'start', server.id);
  expect(offered(first(await look(server), 'migrating-not-started'))).toContain('reset-state active');
  await step(server, 'reset-state active');
  expect(server).toMatchObject({ vmState: 'active', taskState: null });
  await isHome(server, source, destination);
});

test('migrating-unclear: the host that may run it does not answer, and nothing is done until it does', async () => {
  const { instance, migrate, ask, look, step, source, destination } = bench();
  const server = await instance('not-heard-of', { running: true });
  await migrate(server);
  await ask(server, { revertResize: null });
  migrating(bench(), server);
  anHourLater(bench(), server);
  await source.stopSshd();
  await source.dropSessions();
  try {
    const { diagnoses } = await look(server);
    const [found] = diagnoses;
    expect(found).toMatchObject({
      rule: 'migrating-unclear',
      verdict: 'Which host has the guest is not known.',
    });
    expect(diagnoses.map(({ rule }) => rule)).toContain('host-silent');
    const ours = diagnoses.flatMap(({ steps }) => steps).filter(({ isDoneByUs }) => isDoneByUs);
    expect(ours.filter(({ refusals }) => refusals.length === 0)).toEqual([]);
  } finally {
    await source.startSshd();
  }
  first(await look(server), 'migrating-not-started');
  await step(server, 'reset-state active');
  await isHome(server, source, destination);
});
