/** Route thin with a disk whose base is another file at the destination, which is flattened on its way: with no file on the source. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { COMPARISON, CONTENT } from '../../main/domain/facts.ts';
import { bootOn, domainState, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { must } from '../support/instance-files.ts';
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
const STREAM = { flatten: 'stream' } as const;

test('off: nothing is written on the source, and it stands alone at the destination', async () => {
  const id = await create('stream', SOURCE);
  const disk = ephemeralOf(id);
  await guestWrites(source, id, 91, '256M', 1);
  const plan = await engine.call('plan.make', { server: 'stream', destination: DESTINATION, ...STREAM });
  expect(plan.route).toBe('thin');
  expect(plan.disks.find(({ name }) => name === 'disk.eph0')).toMatchObject({
    strategy: 'stream',
    reason: expect.stringContaining('as asked for') as string,
  });
  const commands = plan.commands.map(({ command }) => command).join('\n');
  expect(commands).toContain('qemu-nbd -r');
  expect(commands).toContain('qemu-img compare -p -f raw');

  const moved = await engine.migrate('stream', DESTINATION, STREAM);
  expect(moved.proofs.filter(({ ok }) => !ok)).toEqual([]);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(moved.disks.find(({ name }) => name === 'disk.eph0')?.digest).toEqual({
    algorithm: COMPARISON,
    source: CONTENT,
    destination: CONTENT,
  });
  expect(await chainOf(destination, disk)).toEqual([disk, layerOf(id, 'disk.eph0')]);
  expect((await stageFiles(source, id)).filter((name) => name.includes('flat'))).toEqual([]);
  // The layer at the source is the chain that it was.
  expect((await chainOf(source, layerOf(id, 'disk.eph0'))).length).toBe(2);

  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: true });
  expect(await chainOf(destination, disk)).toEqual([disk]);
  await holds(destination, disk, 91, '256M');
  expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(await untrueEnd(id, source, destination)).toEqual([]);
  for (const host of [source, destination]) expect(await stageFiles(host, id)).toEqual([]);
});

test('frozen while it runs, and reverted: at its source it stands on its own base again, with all that was written', async () => {
  const id = await create('stream-live', SOURCE);
  const disk = ephemeralOf(id);
  const chain = await chainOf(source, disk);
  await guestWrites(source, id, 92, '256M', 1);
  points.copy = async (real, order, ...rest) => {
    if (order.disk === 'disk.eph0') await guestWrites(source, id, 93, '512M', 1);
    return real(order, ...rest);
  };
  const moved = await engine.migrate('stream-live', DESTINATION, { live: true, ...STREAM });
  expect(moved.proofs.filter(({ ok }) => !ok)).toEqual([]);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  const layers = [liveOf(id, 'disk.eph0'), layerOf(id, 'disk.eph0')];
  expect(await chainOf(destination, disk)).toEqual([disk, ...layers]);
  const compared = engine.lines.find(
    ({ migration, message }) => migration === moved.id && message.startsWith('disk.eph0 holds on both hosts'),
  );
  expect(compared?.atMs).toBeLessThan(moved.downtime.startMs ?? 0);

  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted', running: true });
  expect(await chainOf(source, disk)).toEqual(chain);
  await holds(source, disk, 92, '256M');
  await holds(source, disk, 93, '512M');
  expect(await stageFiles(source, id)).toEqual([]);
});

test('frozen while it runs, and confirmed: all that was written is there', async () => {
  const id = await create('stream-live-stays', SOURCE);
  const disk = ephemeralOf(id);
  await guestWrites(source, id, 94, '256M', 1);
  points.copy = async (real, order, ...rest) => {
    if (order.disk === 'disk.eph0') await guestWrites(source, id, 95, '512M', 1);
    return real(order, ...rest);
  };
  const moved = await engine.migrate('stream-live-stays', DESTINATION, { live: true, ...STREAM });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: true });
  expect(await chainOf(destination, disk)).toEqual([disk]);
  await holds(destination, disk, 94, '256M');
  await holds(destination, disk, 95, '512M');
  expect(await untrueEnd(id, source, destination)).toEqual([]);
});

test('an image that is not what a guest sees ends it, and the instance runs where it was', async () => {
  const id = await create('stream-differs', SOURCE);
  const disk = ephemeralOf(id);
  const chain = await chainOf(source, disk);
  points.copy = async (real, order, ...rest) => {
    const done = await real(order, ...rest);
    if (order.disk === 'disk.eph0')
      await must(destination, 'qemu-io', '-f', 'qcow2', '-c', 'write -q -P 5 700M 4k', order.toPath);
    return done;
  };
  const ended = await engine.migrate('stream-differs', DESTINATION, STREAM);
  expect(ended).toMatchObject({ phase: 'failed', running: true });
  expect(ended.failure).toMatchObject({ code: 'migration.copy-differs' });
  expect(await domainState(source, id)).toBe('running');
  expect(await chainOf(source, disk)).toEqual(chain);
});

test('given up while it is on its way, it never stops, and nobody serves it any more', async () => {
  const id = await create('stream-cancel', SOURCE);
  const disk = ephemeralOf(id);
  const chain = await chainOf(source, disk);
  const held = new Promise<void>((resolve) => {
    points.copy = (real, order, onBytes, signal, reorder) => {
      if (order.disk !== 'disk.eph0') return real(order, onBytes, signal, reorder);
      resolve();
      return untilStopped(signal);
    };
  });
  const { id: migration } = await engine.begin('stream-cancel', DESTINATION, { live: true, ...STREAM });
  await held;
  await engine.call('migration.cancel', { id: migration, by: 'a test' });
  expect(await engine.settled(migration)).toMatchObject({ phase: 'cancelled', running: true, downtime: {} });
  expect(await domainState(source, id)).toBe('running');
  expect(await chainOf(source, disk)).toEqual(chain);
});

test('disks.flattened: without the programs, or the tunnel, the plan is blocked before anything is stopped', async () => {
  await create('stream-blocked', SOURCE);
  const wanted = { server: 'stream-blocked', destination: DESTINATION, ...STREAM };
  const finding = async () =>
    (await engine.call('plan.make', wanted)).findings.find(({ id }) => id === 'disks.flattened');
  expect(await finding()).toMatchObject({ verdict: 'pass' });
  await must(source, 'mount', '--bind', '/dev/null', '/usr/bin/qemu-nbd');
  try {
    expect(await finding()).toMatchObject({
      verdict: 'block',
      message: expect.stringContaining('qemu-nbd is not installed') as string,
    });
  } finally {
    await must(source, 'umount', '/usr/bin/qemu-nbd');
  }
});

test('by another route it cannot be had, and that is said before anything is looked at', async () => {
  await create('stream-seed', SOURCE);
  const asked = engine.call('plan.make', {
    server: 'stream-seed',
    destination: DESTINATION,
    route: 'seed',
    ...STREAM,
  });
  await expect(asked).rejects.toMatchObject({ code: 'bad-request' });
});
