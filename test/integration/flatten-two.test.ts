/** Two disks of one instance that must be flattened: the conversion of one is no stranger to the other. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { program } from '../support/host-program.ts';
import { guestContent, must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { writeToDisk } from '../lab/hosts/disks.ts';
import { chainOf, putOther } from '../support/virtual-disk.ts';
import { INSTANCES_PATH } from '../lab/types.ts';

// A bound against hanging, not a measure: a whole migration on a busy machine.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const MIB = 1024 ** 2;

/** So slowly that the other disk is done long before: what was written to the ephemeral takes ten seconds. */
const SLOW_EPHEMERAL =
  'case "$*" in *convert*disk.eph0.flat*) shift 2; exec /usr/bin/qemu-img convert -p -r 4M "$@" ;; esac; exec /usr/bin/qemu-img "$@"';

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;

beforeAll(async () => {
  ({ bench, engine, end } = await engineOnLab());
});
afterAll(() => end?.());

test('each is swapped in when it is done, while the other is still being converted', async () => {
  const { lab, image } = bench;
  const [source, destination] = [lab.host(SOURCE), lab.host(DESTINATION)];
  const flavor = 'lab.data';
  const { id } = await lab.cloud.createServer({ name: 'two', host: SOURCE, image, flavor, running: false });
  const paths = ['disk', 'disk.eph0'].map((name) => `${INSTANCES_PATH}/${id}/${name}`);
  const written = { offset: 0, bytes: 40 * MIB, byte: 7 };
  await writeToDisk(source, `${INSTANCES_PATH}/${id}/disk.eph0`, 'qcow2', written);
  for (const path of paths) {
    const [, base = ''] = await chainOf(source, path);
    await putOther(destination, base, Number(await must(source, 'stat', '-c', '%s', base)));
  }
  const contents = [await guestContent(source, `${id}/disk`), await guestContent(source, `${id}/disk.eph0`)];
  const undo = await program(source, 'qemu-img', SLOW_EPHEMERAL);
  const moved = await engine.migrate('two', DESTINATION);
  await undo();
  expect(moved.outcome).toBeUndefined();
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  const flattened = moved.disks.filter(({ strategy }) => strategy === 'flatten');
  expect(flattened.map(({ name }) => name)).toEqual(['disk', 'disk.eph0']);
  expect([
    await guestContent(destination, `${id}/disk`),
    await guestContent(destination, `${id}/disk.eph0`),
  ]).toEqual(contents);
});
