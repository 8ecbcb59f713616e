/** A live freeze of a disk whose base is another file at the destination: its layer is flattened while the guest runs. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import { bootOn, domainState, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { layerOf, stageFiles } from '../support/layers.ts';
import { guestWrites, holds, liveOf } from '../support/live.ts';
import { aroundPoints, clearPoints, untilStopped, type Points } from '../support/points.ts';
import { chainOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const points: Points = {};
let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab(aroundPoints(points)));
  // Its start makes the destination's own base of that size.
  await create('its-own-base', DESTINATION);
});
afterEach(() => {
  clearPoints(points);
});
afterAll(() => end?.());

async function create(name: string, host: string): Promise<string> {
  return (await bench.lab.cloud.createServer({ name, host, flavor: 'lab.data', image: bench.image })).id;
}

const ephemeralOf = (id: string): string => `${INSTANCES_PATH}/${id}/disk.eph0`;

test('confirm: it stands alone at the destination, with all that was written', async () => {
  const id = await create('live-flat', SOURCE);
  const disk = ephemeralOf(id);
  await guestWrites(source, id, 81, '256M', 1);
  points.copy = async (real, order, ...rest) => {
    if (order.disk === 'disk.eph0') await guestWrites(source, id, 82, '512M', 1);
    return real(order, ...rest);
  };
  const plan = await engine.call('plan.make', { server: 'live-flat', destination: DESTINATION, live: true });
  expect(plan.disks.find(({ name }) => name === 'disk.eph0')?.strategy).toBe('flatten');
  expect(plan.liveDisks).toEqual(['disk', 'disk.eph0']);

  const moved = await engine.migrate('live-flat', DESTINATION, { live: true });
  expect(moved.proofs.filter(({ ok }) => !ok)).toEqual([]);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  const said = engine.lines.filter(({ migration }) => migration === moved.id);
  const flattened = said.find(({ message }) => message.startsWith('flattened the layer of disk.eph0'));
  expect(flattened?.atMs).toBeLessThan(moved.downtime.startMs ?? 0);
  const layers = [liveOf(id, 'disk.eph0'), layerOf(id, 'disk.eph0')];
  expect(await chainOf(destination, disk)).toEqual([disk, ...layers]);

  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: true });
  expect(await chainOf(destination, disk)).toEqual([disk]);
  await holds(destination, disk, 81, '256M');
  await holds(destination, disk, 82, '512M');
  expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(await untrueEnd(id, source, destination)).toEqual([]);
  for (const host of [source, destination]) expect(await stageFiles(host, id)).toEqual([]);
});

test('revert: at its source it stands on its own base again', async () => {
  const id = await create('live-flat-back', SOURCE);
  const disk = ephemeralOf(id);
  const chain = await chainOf(source, disk);
  await guestWrites(source, id, 83, '256M', 1);
  const moved = await engine.migrate('live-flat-back', DESTINATION, { live: true });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted', running: true });
  expect(await chainOf(source, disk)).toEqual(chain);
  await holds(source, disk, 83, '256M');
  expect(await stageFiles(source, id)).toEqual([]);
});

test('given up after its layer was flattened, it never stops, and stands on its base', async () => {
  const id = await create('live-flat-cancel', SOURCE);
  const disk = ephemeralOf(id);
  const chain = await chainOf(source, disk);
  const held = new Promise<void>((resolve) => {
    points.copy = (real, order, onBytes, signal, reorder) => {
      if (order.disk !== 'disk.eph0') return real(order, onBytes, signal, reorder);
      resolve();
      return untilStopped(signal);
    };
  });
  const { id: migration } = await engine.begin('live-flat-cancel', DESTINATION, { live: true });
  await held;
  await engine.call('migration.cancel', { id: migration, by: 'a test' });
  expect(await engine.settled(migration)).toMatchObject({ phase: 'cancelled', running: true, downtime: {} });
  expect(await domainState(source, id)).toBe('running');
  expect(await chainOf(source, disk)).toEqual(chain);
  // What it was flattened into is gone; the names that QEMU still knows its disks by stay.
  expect(await stageFiles(source, id)).toEqual(['live.disk', 'live.disk.eph0']);
});

test('a layer that cannot be flattened ends it: it never stops, and stands on its base', async () => {
  const id = await create('live-flat-full', SOURCE);
  const disk = ephemeralOf(id);
  const chain = await chainOf(source, disk);
  points.flatten = () => Promise.reject(new Failure('job.failed', 'no space left on device'));
  const ended = await engine.migrate('live-flat-full', DESTINATION, { live: true });
  expect(ended).toMatchObject({ phase: 'failed', running: true, downtime: {} });
  expect(ended.failure?.message).toContain('no space left on device');
  expect(await domainState(source, id)).toBe('running');
  expect(await chainOf(source, disk)).toEqual(chain);
});
