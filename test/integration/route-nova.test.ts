import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootOn, untrueDigests, untrueEnd } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { digests, must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;

beforeAll(async () => {
  ({ bench, engine, end } = await engineOnLab());
});
afterAll(() => end?.());

test.each(['ssh', 'rsync'] as const)(
  'Nova copies by itself (%s): bytes are seen as they arrive, then proven, then confirmed',
  async (transport) => {
    const [source, destination] = [bench.lab.host(SOURCE), bench.lab.host(DESTINATION)];
    await source.configureNova({ transport });
    const name = `by-nova-${transport}`;
    const server = await bench.lab.cloud.createServer({
      name,
      host: SOURCE,
      flavor: 'lab.data',
      image: bench.image,
      payloadMib: 48,
    });
    // Slow enough that its growth can be watched on this machine.
    bench.lab.cloud.control.slowCopy(SOURCE, 12 * 1024);
    const moved = await engine.migrate(name, DESTINATION, { route: 'nova' });
    bench.lab.cloud.control.slowCopy(SOURCE);
    expect(moved).toMatchObject({ phase: 'awaiting-verdict', route: 'nova', proven: true, running: false });
    expect(await untrueDigests(moved, source, destination)).toEqual([]);
    expect(moved.novaCopiedBytes ?? 0).toBeGreaterThan(48 * 1024 * 1024);

    const root = moved.disks.find((disk) => disk.name === 'disk');
    const seen = engine.samples
      .filter((sample) => sample.migration === moved.id && sample.disk === 'disk')
      .map((sample) => sample.bytesDone);
    const onTheWay = new Set(seen.filter((bytes) => bytes > 0 && bytes < (root?.bytesTotal ?? 0)));
    expect(onTheWay.size).toBeGreaterThan(1);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));

    await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
    expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: true });
    expect(await bootOn(destination, server.id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
    expect(await untrueEnd(server.id, source, destination)).toEqual([]);
  },
);

test('without a word about the route, scp at the source means route nova and rsync means seed', async () => {
  await bench.lab.cloud.createServer({ name: 'which', host: SOURCE, image: bench.image, running: false });
  await bench.lab.host(SOURCE).configureNova({ transport: 'ssh' });
  expect((await engine.call('plan.make', { server: 'which', destination: DESTINATION })).route).toBe('nova');
  await bench.lab.host(SOURCE).configureNova({ transport: 'rsync' });
  expect((await engine.call('plan.make', { server: 'which', destination: DESTINATION })).route).toBe('seed');
});

test('VERIFY_RESIZE with nothing copied is not proven: confirm is refused, revert brings it back', async () => {
  const server = await bench.lab.cloud.createServer({
    name: 'nothing',
    host: SOURCE,
    image: bench.image,
    running: false,
  });
  const before = await digests(bench.lab.host(SOURCE), server.id);
  bench.lab.cloud.control.wrongAddress(DESTINATION);
  const moved = await engine.migrate('nothing', DESTINATION, { route: 'nova' });
  bench.lab.cloud.control.wrongAddress(DESTINATION, false);
  expect(moved).toMatchObject({ proven: false, phase: 'awaiting-verdict' });
  await expect(engine.call('migration.confirm', { id: moved.id, by: 'a test' })).rejects.toMatchObject({
    code: 'migration.unproven',
  });
  expect(bench.lab.cloud.servers.get(server.id)?.vmState).toBe('resized');
  const source = bench.lab.host(SOURCE);
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted' });
  expect(await digests(source, server.id)).toEqual(before);
});

test('a copy by Nova that lost a disk on the way is not proven, and a revert brings the instance back', async () => {
  const [source, destination] = [bench.lab.host(SOURCE), bench.lab.host(DESTINATION)];
  const server = await bench.lab.cloud.createServer({
    name: 'altered',
    host: SOURCE,
    image: bench.image,
    running: false,
  });
  const before = await digests(source, server.id);
  bench.lab.cloud.control.at({
    point: 'before-finish',
    serverId: server.id,
    act: async () => {
      await must(
        destination,
        'dd',
        'if=/dev/urandom',
        `of=${INSTANCES_PATH}/${server.id}/disk`,
        'bs=1',
        'seek=300000',
        'count=4096',
        'conv=notrunc',
      );
    },
  });
  const moved = await engine.migrate('altered', DESTINATION, { route: 'nova' });
  expect(moved).toMatchObject({ proven: false, phase: 'awaiting-verdict' });
  await expect(engine.call('migration.confirm', { id: moved.id, by: 'a test' })).rejects.toMatchObject({
    code: 'migration.unproven',
  });
  await engine.call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'reverted' });
  expect(await digests(source, server.id)).toEqual(before);
});
