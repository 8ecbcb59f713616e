/** Disks that are frozen and copied while their instance runs; what the guest writes meanwhile goes by its own socket. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { bootOn, domainState, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { guestContent, must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { keptLayers, layerOf, stageFiles } from '../support/layers.ts';
import { guestWrites, holds, liveOf } from '../support/live.ts';
import { aroundPoints, clearPoints, untilStopped, type Points } from '../support/points.ts';
import { chainOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000 });

const points: Points = {};
let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab(aroundPoints(points)));
});
afterEach(() => {
  clearPoints(points);
});
afterAll(() => end?.());

const diskOf = (id: string): string => `${INSTANCES_PATH}/${id}/disk`;

/** Writes as the guest while its first layer is copied. */
function writeDuringCopy(id: () => string): void {
  points.copy = async (real, order, ...rest) => {
    if (order.disk === 'disk') await guestWrites(source, id(), 77, '96M');
    return real(order, ...rest);
  };
}

test.each(['ssh', 'rsync'] as const)(
  'nova by %s, confirm: the layers travel while it runs, and what it wrote meanwhile travels while it is off',
  async (transport) => {
    await source.configureNova({ transport });
    const name = `live-${transport}`;
    const { id } = await bench.lab.cloud.createServer({
      name,
      host: SOURCE,
      flavor: 'lab.small',
      image: bench.image,
      payloadMib: 24,
    });
    const disk = diskOf(id);
    const chain = await chainOf(source, disk);
    await guestWrites(source, id, 76, '64M');
    writeDuringCopy(() => id);

    const plan = await engine.call('plan.make', { server: name, destination: DESTINATION, live: true });
    expect(plan).toMatchObject({ route: 'thin', liveDisks: ['disk'] });
    expect(plan.findings).toContainEqual(expect.objectContaining({ id: 'disks.live', verdict: 'pass' }));
    const moved = await engine.migrate(name, DESTINATION, { live: true });
    expect(moved.proofs.filter(({ ok }) => !ok)).toEqual([]);
    expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
    const { startMs = 0 } = moved.downtime;
    const copied = engine.lines.find(
      ({ message, migration }) => migration === moved.id && /^copied disk:/.test(message),
    );
    expect(copied?.atMs).toBeLessThan(startMs);
    expect(await chainOf(destination, disk)).toEqual([
      disk,
      liveOf(id, 'disk'),
      layerOf(id, 'disk'),
      chain[1],
    ]);
    await holds(destination, disk, 76, '64M');
    await holds(destination, disk, 77, '96M');

    await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
    const ended = await engine.settled(moved.id);
    expect(ended.interrupted).toBeUndefined();
    expect(ended).toMatchObject({ phase: 'confirmed', running: true });
    expect(await chainOf(destination, disk)).toEqual([disk, chain[1]]);
    await holds(destination, disk, 76, '64M');
    await holds(destination, disk, 77, '96M');
    expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK' });
    expect(await untrueEnd(id, source, destination)).toEqual([]);
    for (const host of [source, destination]) expect(await stageFiles(host, id)).toEqual([]);
  },
);

test('reverted, it is back on what it was, with what it wrote meanwhile', async () => {
  await source.configureNova({ transport: 'ssh' });
  const { id } = await bench.lab.cloud.createServer({ name: 'live-back', host: SOURCE, image: bench.image });
  const disk = diskOf(id);
  const chain = await chainOf(source, disk);
  writeDuringCopy(() => id);
  const moved = await engine.migrate('live-back', DESTINATION, { live: true });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  const ended = await engine.settled(moved.id);
  expect(ended.interrupted).toBeUndefined();
  expect(ended).toMatchObject({ phase: 'reverted', running: true });
  expect(await chainOf(source, disk)).toEqual(chain);
  await holds(source, disk, 77, '96M');
  expect(await stageFiles(source, id)).toEqual([]);
});

test('given up while it is copied, it never stops, and its disk is merged again', async () => {
  const { id } = await bench.lab.cloud.createServer({
    name: 'live-cancel',
    host: SOURCE,
    project: 'demo',
    image: bench.image,
  });
  const disk = diskOf(id);
  const chain = await chainOf(source, disk);
  const processes = await must(source, 'sh', '-c', 'cat /run/guests/"$1".id', 'test', id);
  const held = new Promise<void>((resolve) => {
    points.copy = async (_real, _order, _onBytes, signal) => {
      await guestWrites(source, id, 78, '96M');
      resolve();
      return untilStopped(signal);
    };
  });
  const { id: migration } = await engine.begin('live-cancel', DESTINATION, { live: true });
  await held;
  expect(await chainOf(source, disk)).toEqual([disk, layerOf(id, 'disk'), chain[1]]);
  await engine.call('migration.cancel', { id: migration, by: 'a test' });
  expect(await engine.settled(migration)).toMatchObject({ phase: 'cancelled', running: true, downtime: {} });
  expect(await domainState(source, id)).toBe('running');
  expect(await must(source, 'sh', '-c', 'cat /run/guests/"$1".id', 'test', id)).toBe(processes);
  expect(await chainOf(source, disk)).toEqual(chain);
  await holds(source, disk, 78, '96M');
  expect(await must(source, 'virsh', 'dumpxml', id, '--inactive')).not.toContain('_coldhaul');
  // QEMU knows the disk by its name in the stage until its next start; nothing else is left there.
  expect(await stageFiles(source, id)).toEqual(['live.disk']);
  expect(await keptLayers(source, id)).toHaveLength(1);
  const content = await guestContent(source, `${id}/disk`);
  expect(await bench.lab.cloud.control.owner(id, 'os-stop')).toBe(202);
  await bench.lab.cloud.idle();
  expect(await bench.lab.cloud.control.owner(id, 'os-start')).toBe(202);
  await bench.lab.cloud.idle();
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(content).not.toBe('');

  // And it goes again.
  clearPoints(points);
  const moved = await engine.migrate('live-cancel', DESTINATION, { live: true });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  await holds(destination, disk, 78, '96M');
});

test('one that is off is not frozen while it runs, and what is asked for by another route is refused', async () => {
  await bench.lab.cloud.createServer({ name: 'live-off', host: SOURCE, image: bench.image, running: false });
  const plan = await engine.call('plan.make', { server: 'live-off', destination: DESTINATION, live: true });
  expect(plan).toMatchObject({ route: 'thin', liveDisks: [] });
  expect(plan.findings).toContainEqual(expect.objectContaining({ id: 'disks.live', verdict: 'note' }));
  await expect(
    engine.call('plan.make', { server: 'live-off', destination: DESTINATION, live: true, route: 'seed' }),
  ).rejects.toMatchObject({ code: 'bad-request' });
});
