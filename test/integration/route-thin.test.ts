import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bootOn, domainState, exists, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { guestContent, must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { keptLayers, layerOf, stageFiles } from '../support/layers.ts';
import { chainOf, contentOf } from '../support/virtual-disk.ts';

// Whole migrations, with every byte read beside them, on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab());
});
afterAll(() => end?.());

test('scp, stopped, confirm: Nova copies an empty overlay; the very layer that was proven is the disk in the end', async () => {
  await source.configureNova({ transport: 'ssh' });
  const { id } = await bench.lab.cloud.createServer({
    name: 'off',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
    configDrive: true,
    payloadMib: 24,
    running: false,
  });
  const disk = `${INSTANCES_PATH}/${id}/disk`;
  const content = await guestContent(source, `${id}/disk`);
  const [file, ephemeral] = [await contentOf(source, disk), await contentOf(source, `${disk}.eph0`)];
  const chain = await chainOf(source, disk);
  expect(chain).toHaveLength(2);

  const moved = await engine.migrate('off', DESTINATION, { route: 'thin' });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', route: 'thin', proven: true, running: false });
  expect(moved.proofs.map(({ name, ok }) => [name, ok])).toContainEqual(['layers', true]);
  // What Nova copied is nothing beside the data.
  const copies = bench.lab.cloud.copies.filter(
    (copy) => copy.serverId === id && copy.file.startsWith('disk'),
  );
  expect(copies.map((copy) => copy.command[0])).toEqual(copies.map(() => 'scp'));
  for (const { file: name, bytesWritten } of copies)
    expect({ name, little: bytesWritten < 600_000 }).toEqual({ name, little: true });
  expect(await chainOf(destination, disk)).toEqual([disk, layerOf(id, 'disk'), chain[1]]);
  expect(await contentOf(destination, layerOf(id, 'disk'))).toBe(file);

  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: false });
  expect(await domainState(destination, id)).toBe('shut off');
  expect(await chainOf(destination, disk)).toEqual([disk, chain[1]]);
  expect(await contentOf(destination, disk)).toBe(file);
  expect(await contentOf(destination, `${disk}.eph0`)).toBe(ephemeral);
  expect(await guestContent(destination, `${id}/disk`)).toBe(content);
  expect((await must(destination, 'stat', '-c', '%U %a', disk)).trim()).toBe('nova 644');
  // The source keeps its layers, set aside; the destination has none left.
  expect(await stageFiles(source, id)).toEqual([]);
  expect(await stageFiles(destination, id)).toEqual([]);
  expect(await keptLayers(source, id)).toHaveLength(2);
  expect(await keptLayers(destination, id)).toEqual([]);
  expect(await exists(source, `${INSTANCES_PATH}/${id}_resize`)).toBe(false);
  expect(bench.lab.cloud.servers.get(id)).toMatchObject({ locked: false });
});

test('scp, running, confirm: it runs on the layer before the verdict, and is merged while it runs', async () => {
  await source.configureNova({ transport: 'ssh' });
  const { id } = await bench.lab.cloud.createServer({
    name: 'on',
    host: SOURCE,
    project: 'demo',
    flavor: 'lab.data',
    image: bench.image,
    payloadMib: 24,
  });
  const disk = `${INSTANCES_PATH}/${id}/disk`;
  const chain = await chainOf(source, disk);
  const moved = await engine.migrate('on', DESTINATION, { route: 'thin' });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
  expect(await chainOf(destination, disk)).toEqual([disk, layerOf(id, 'disk'), chain[1]]);
  const content = await guestContent(destination, `${id}/disk`);

  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: true });
  expect(await chainOf(destination, disk)).toEqual([disk, chain[1]]);
  expect(await guestContent(destination, `${id}/disk`)).toBe(content);
  expect(await untrueEnd(id, source, destination)).toEqual([]);
  for (const host of [source, destination]) {
    expect(await stageFiles(host, id)).toEqual([]);
    expect(await keptLayers(host, id)).toHaveLength(2);
  }
  // It boots from what was merged.
  expect(await bench.lab.cloud.control.owner(id, 'os-stop')).toBe(202);
  await bench.lab.cloud.idle();
  expect(await bench.lab.cloud.control.owner(id, 'os-start')).toBe(202);
  await bench.lab.cloud.idle();
  expect(await bootOn(destination, id)).toMatchObject({ boot: 3, payload: 'OK', ephemeral: 3 });
});
