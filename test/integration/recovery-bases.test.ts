/** Disks and what is below them: gone, another one, or of no known format. Made for real, and led out of by the guided steps. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LabServer } from '../lab/cloud/model.ts';
import { bootOn } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { guestContent } from '../support/instance-files.ts';
import { SOURCE } from '../support/lab.ts';
import { first, isHome, offered, useRecoveryBench } from '../support/recovery-bench.ts';
import { baseNameOf, sh, takeBaseAway, type, writtenOut } from '../support/recovery-troubles.ts';
import { tracesOf } from '../support/virtual-disk.ts';

const bench = useRecoveryBench();

/** What an unshelve of an old Nova leaves: an overlay on the base of the snapshot, and the first image's id (lp#1732428). */
async function unshelved(server: LabServer): Promise<string> {
  const { source } = bench();
  const base = await baseNameOf(source, randomUUID());
  const script = [
    'disk=$1/$2/disk base=$1/_base/$3',
    'qemu-img convert -O raw "$disk" "$base" && rm "$disk"',
    'qemu-img create -q -f qcow2 -F raw -b "$base" "$disk" && chown nova: "$disk" "$base"',
  ].join('\n');
  await sh(source, script, INSTANCES_PATH, server.id, base);
  return base;
}

/** Takes the word for the base's format out of the head of a disk, as before Ussuri (docs/interop/qcow2.txt of QEMU). */
const FORGET_FORMAT = `
at=$(od -An -tu4 --endian=big -j100 -N4 "$1/$2/disk" | tr -d ' ')
[ "$(od -An -tx4 --endian=big -j"$at" -N4 "$1/$2/disk" | tr -d ' ')" = e2792aca ] || exit 1
printf '\\0\\0\\0\\0' | dd of="$1/$2/disk" bs=1 seek="$at" conv=notrunc status=none`;

test('base-gone-at-rest: reverted while it was off, after the purge; it is brought before anybody starts it', async () => {
  const { instance, migrate, ask, look, recover, source, destination } = bench();
  const server = await instance('off-no-base');
  const content = await guestContent(source, `${server.id}/disk`);
  await migrate(server);
  await takeBaseAway(source, server);
  await ask(server, { revertResize: null });
  const view = await look(server);
  expect(view.server).toMatchObject({ status: 'SHUTOFF', host: SOURCE });
  const found = first(view, 'base-gone-at-rest');
  expect(found.verdict).toMatch(/^On compute-a the base \S+ is gone, and it cannot start\.$/);
  expect((await recover(server)).map((key) => key.split(' ')[0])).toEqual(['bring-base']);
  expect((await look(server)).diagnoses).toEqual([]);
  const traces = await tracesOf(source, server.id);
  expect(traces.filter((path) => path.startsWith('_coldhaul/'))).toEqual([]);
  await isHome(server, source, destination, content);
});

test('base-gone-at-rest: it runs from a file that was removed, and survives its next stop', async () => {
  const { instance, migrate, ask, look, recover, source, destination } = bench();
  const server = await instance('runs-no-base', { running: true });
  await migrate(server);
  await ask(server, { revertResize: null });
  await takeBaseAway(source, server);
  const found = first(await look(server), 'base-gone-at-rest');
  expect(found.verdict).toContain('it runs until it is stopped, and not again after');
  expect(found.never.map(({ what }) => what)).toContain(
    'a stop, a start or a hard reboot before the base is there',
  );
  expect((await recover(server)).map((key) => key.split(' ')[0])).toEqual(['bring-base']);
  await ask(server, { 'os-stop': null });
  await ask(server, { 'os-start': null });
  expect(await bootOn(source, server.id)).toMatchObject({ payload: 'OK' });
  await isHome(server, source, destination);
});

test('wrong-base: it was unshelved by an old Nova; the base that it was written on is brought', async () => {
  const { instance, migrate, look, recover, source, destination } = bench();
  const server = await instance('unshelved');
  const content = await guestContent(source, `${server.id}/disk`);
  const base = await unshelved(server);
  await migrate(server);
  const { diagnoses } = await look(server);
  const found = diagnoses.find(({ rule }) => rule === 'wrong-base');
  const wanted = await baseNameOf(source, server.imageId);
  expect(found?.verdict).toContain(
    `written on ${base}; the base that Nova brings to the destination is ${wanted}`,
  );
  expect(found?.never.map(({ what }) => what)).toEqual(['confirm', 'qemu-img rebase -u']);
  const keys = (await recover(server)).map((key) => key.split(' ')[0]);
  expect(keys).toEqual(['bring-base', 'compare', 'confirm']);
  await isHome(server, destination, source, content);
});

test('wrong-base: somebody wrote the image’s base into the copy; it reads, it is garbage, and it goes back', async () => {
  const { instance, migrate, look, step, source, destination } = bench();
  const server = await instance('rebased');
  const content = await guestContent(source, `${server.id}/disk`);
  await unshelved(server);
  await migrate(server);
  const base = `${INSTANCES_PATH}/_base/${await baseNameOf(source, server.imageId)}`;
  await sh(
    destination,
    'qemu-img rebase -u -F raw -b "$1" "$2"',
    base,
    `${INSTANCES_PATH}/${server.id}/disk`,
  );
  expect(await guestContent(destination, `${server.id}/disk`)).not.toBe(content);
  const view = await look(server);
  const found = first(view, 'wrong-base');
  expect(offered(found)).toEqual(['revert']);
  const confirms = view.diagnoses.flatMap(({ steps }) => steps).filter(({ key }) => key === 'confirm');
  expect(confirms.filter(({ refusals }) => refusals.length === 0)).toEqual([]);
  await step(server, 'revert');
  await isHome(server, source, destination, content);
});

test('no-backing-format: a disk of before Ussuri; the word is written into its head, and it starts', async () => {
  const { instance, ask, look, source, destination } = bench();
  const server = await instance('no-format');
  const content = await guestContent(source, `${server.id}/disk`);
  await sh(source, FORGET_FORMAT, INSTANCES_PATH, server.id);
  const found = first(await look(server), 'no-backing-format');
  expect(found.verdict).toMatch(
    /^\S+\/disk on compute-a does not say what format \S+ has; libvirt since 6\.0 does not start it\.$/,
  );
  expect(found.never.map(({ what }) => what)).toEqual(['guessing raw']);
  expect(offered(found)).toEqual(['by-hand Write the format of its base into it']);
  await type(source, writtenOut(found, 'Write the format').commands);
  expect((await look(server)).diagnoses).toEqual([]);
  await isHome(server, source, destination, content);
  await ask(server, { 'os-start': null });
  expect(await bootOn(source, server.id)).toMatchObject({ payload: 'OK' });
});
