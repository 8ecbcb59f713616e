import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { bootOn, domainState, exists } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { keptLayers, layerOf, stageFiles } from '../support/layers.ts';
import { aroundPoints, clearPoints, untilStopped, type Points } from '../support/points.ts';
import { chainOf, inodeOf, contentOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000 });

const points: Points = {};
let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab(aroundPoints(points)));
  await source.configureNova({ transport: 'ssh' });
});
afterEach(() => {
  clearPoints(points);
});
afterAll(() => end?.());

const diskOf = (id: string): string => `${INSTANCES_PATH}/${id}/disk`;

async function begin(server: string): Promise<string> {
  const plan = await engine.call('plan.make', { server, destination: DESTINATION, route: 'thin' });
  const acknowledged = plan.findings.map((finding) => finding.id);
  return (await engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged })).id;
}

/** Holds the copy of the disk until the migration is stopped; settles when it is held. */
function heldAtCopy(): Promise<void> {
  return new Promise((resolve) => {
    points.copy = (_real, _order, _onBytes, signal) => {
      resolve();
      return untilStopped(signal);
    };
  });
}

test('scp, stopped, revert: the file of before has its name again, on its own base', async () => {
  const { id } = await bench.lab.cloud.createServer({
    name: 'back-off',
    host: SOURCE,
    image: bench.image,
    running: false,
  });
  const [file, ino, chain] = [
    await contentOf(source, diskOf(id)),
    await inodeOf(source, diskOf(id)),
    await chainOf(source, diskOf(id)),
  ];
  const moved = await engine.migrate('back-off', DESTINATION, { route: 'thin' });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted', running: false });
  expect(await inodeOf(source, diskOf(id))).toBe(ino);
  expect(await contentOf(source, diskOf(id))).toBe(file);
  expect(await chainOf(source, diskOf(id))).toEqual(chain);
  expect(await exists(destination, diskOf(id))).toBe(false);
  // Its layer at the destination is a whole copy, kept under a name that nothing takes for a layer in use.
  const [kept = ''] = await keptLayers(destination, id);
  expect(await contentOf(destination, kept)).toBe(file);
  expect(await stageFiles(source, id)).toEqual([]);
});

test('scp, running, revert: back on what it was before, merged while it runs, and it goes again', async () => {
  const { id } = await bench.lab.cloud.createServer({ name: 'back-on', host: SOURCE, image: bench.image });
  const chain = await chainOf(source, diskOf(id));
  const moved = await engine.migrate('back-on', DESTINATION, { route: 'thin' });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK' });
  const layer = await contentOf(source, layerOf(id, 'disk'));
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted', running: true });
  // The boot at the destination was never written here.
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(await chainOf(source, diskOf(id))).toEqual(chain);
  const [kept = ''] = await keptLayers(source, id);
  expect(await contentOf(source, kept)).toBe(layer);
  // By rsync the same, and nothing of the first time is in the way.
  await source.configureNova({ transport: 'rsync' });
  const again = await engine.migrate('back-on', DESTINATION, { route: 'thin' });
  await source.configureNova({ transport: 'ssh' });
  expect(again).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  await engine.call('migration.confirm', { id: again.id, by: 'a test' });
  expect(await engine.settled(again.id)).toMatchObject({ phase: 'confirmed', running: true });
  expect(await bootOn(destination, id)).toMatchObject({ boot: 3, payload: 'OK' });
  expect(await chainOf(destination, diskOf(id))).toEqual(chain);
});

test('cancelled before the hand-over, the layer is the disk again, and one that ran runs', async () => {
  const { id } = await bench.lab.cloud.createServer({ name: 'cancelled', host: SOURCE, image: bench.image });
  const [ino, chain] = [await inodeOf(source, diskOf(id)), await chainOf(source, diskOf(id))];
  const held = heldAtCopy();
  const migration = await begin('cancelled');
  await held;
  expect(await chainOf(source, diskOf(id))).toEqual([diskOf(id), layerOf(id, 'disk'), chain[1]]);
  const file = await contentOf(source, layerOf(id, 'disk'));
  await engine.call('migration.cancel', { id: migration, by: 'a test' });
  const ended = await engine.settled(migration);
  expect(ended).toMatchObject({ phase: 'cancelled', running: true });
  expect(ended.outcome).toContain('nothing of it was lost');
  expect(await inodeOf(source, diskOf(id))).toBe(ino);
  expect(await chainOf(source, diskOf(id))).toEqual(chain);
  expect(file).toMatch(/^[0-9a-f]{64}$/);
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(await stageFiles(source, id)).toEqual([]);
  expect(bench.lab.cloud.servers.get(id)).toMatchObject({ locked: false, vmState: 'active' });
});

test('a guest that somebody started on the overlay keeps what it wrote: its layer is merged, not put back', async () => {
  const { id } = await bench.lab.cloud.createServer({
    name: 'started',
    host: SOURCE,
    image: bench.image,
    running: false,
  });
  const chain = await chainOf(source, diskOf(id));
  const held = heldAtCopy();
  const migration = await begin('started');
  await held;
  await must(source, 'virsh', 'start', id);
  await engine.call('migration.cancel', { id: migration, by: 'a test' });
  expect(await engine.settled(migration)).toMatchObject({ phase: 'cancelled' });
  expect(await domainState(source, id)).toBe('running');
  expect(await chainOf(source, diskOf(id))).toEqual(chain);
  await must(source, 'virsh', 'destroy', id);
  await must(source, 'virsh', 'start', id);
  expect(await bootOn(source, id)).toMatchObject({ boot: 3, payload: 'OK' });
});
