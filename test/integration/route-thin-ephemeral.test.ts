import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bootOn, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { layerOf, stageFiles } from '../support/layers.ts';
import { chainOf, putOther, contentOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab());
  await source.configureNova({ transport: 'ssh' });
});
afterAll(() => end?.());

test('an ephemeral disk whose base is another file at the destination is made one file first, and stands alone', async () => {
  const { id } = await bench.lab.cloud.createServer({
    name: 'ephemeral',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
    project: 'demo',
  });
  const [disk, ephemeral] = [`${INSTANCES_PATH}/${id}/disk`, `${INSTANCES_PATH}/${id}/disk.eph0`];
  const [, base = ''] = await chainOf(source, ephemeral);
  const chain = await chainOf(source, disk);
  await putOther(destination, base, Number(await must(source, 'stat', '-c', '%s', base)));
  const other = await contentOf(destination, base);

  const moved = await engine.migrate('ephemeral', DESTINATION, { route: 'thin', flatten: 'file' });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(moved.disks.find(({ name }) => name === 'disk.eph0')).toMatchObject({ strategy: 'flatten' });
  expect(await chainOf(destination, ephemeral)).toEqual([ephemeral, layerOf(id, 'disk.eph0')]);
  expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: true });
  expect(await untrueEnd(id, source, destination)).toEqual([]);
  expect(await chainOf(destination, ephemeral)).toEqual([ephemeral]);
  expect(await chainOf(destination, disk)).toEqual(chain);
  expect(await contentOf(destination, base)).toBe(other);
  expect(await stageFiles(destination, id)).toEqual([]);
  expect(await bench.lab.cloud.control.owner(id, 'os-stop')).toBe(202);
  await bench.lab.cloud.idle();
  expect(await bench.lab.cloud.control.owner(id, 'os-start')).toBe(202);
  await bench.lab.cloud.idle();
  expect(await bootOn(destination, id)).toMatchObject({ boot: 3, payload: 'OK', ephemeral: 3 });
});
