import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bootOn, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { commandsOn, type Commands } from '../support/commands.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { stageFiles } from '../support/layers.ts';
import { chainOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let source: RunningHost;
let destination: RunningHost;
let commands: Commands;

beforeAll(async () => {
  bench = await labWithImage();
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
  await source.configureNova({ transport: 'ssh' });
  commands = commandsOn(bench.lab);
});
afterAll(async () => {
  await bench.lab.down();
});

test.each(['stopped', 'disk-layered', 'disk-copied', 'hand-over-begun', 'handed-over'])(
  'killed right after the fact %s and started again, route thin ends confirmed, whole and merged',
  async (fact) => {
    const name = `killed-${fact}`;
    const { id } = await bench.lab.cloud.createServer({
      name,
      host: SOURCE,
      image: bench.image,
      payloadMib: 16,
    });
    const disk = `${INSTANCES_PATH}/${id}/disk`;
    const [, base] = await chainOf(source, disk);
    await commands.killedAfter(id, fact, 'migrate', name, '--to', DESTINATION, '--route', 'thin', '--yes');
    expect(await commands.factsOf(id)).not.toContain('confirmed');
    expect(await commands.said('resume', name)).toMatchObject({
      phase: 'awaiting-verdict',
      proven: true,
      running: true,
    });
    expect(await commands.said('confirm', name)).toMatchObject({ phase: 'confirmed', running: true });
    expect(await untrueEnd(id, source, destination)).toEqual([]);
    expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK' });
    expect(await chainOf(destination, disk)).toEqual([disk, base]);
    for (const host of [source, destination]) expect(await stageFiles(host, id)).toEqual([]);
  },
);

test('killed in the merge, and the guest goes off meanwhile: what it wrote is merged all the same', async () => {
  const { id } = await bench.lab.cloud.createServer({
    name: 'killed-merge',
    host: SOURCE,
    image: bench.image,
    payloadMib: 16,
  });
  const disk = `${INSTANCES_PATH}/${id}/disk`;
  const [, base] = await chainOf(source, disk);
  expect(
    await commands.said('migrate', 'killed-merge', '--to', DESTINATION, '--route', 'thin'),
  ).toMatchObject({
    phase: 'awaiting-verdict',
    proven: true,
  });
  await must(destination, 'sh', '-c', 'echo 600 >"/run/guests/$1.slow-pull"', 'test', id);
  const confirming = await commands.start('confirm', 'killed-merge');
  const job = `/run/guests/${id}-vda.job`;
  await expect
    .poll(async () => (await destination.exec(['test', '-e', job])).code, { timeout: 180_000 })
    .toBe(0);
  await confirming.kill();
  expect(await commands.factsOf(id)).toContain('confirmed');
  // The guest shuts down by itself: QEMU and its job are gone, the disk stands on its layer.
  await must(destination, 'virsh', 'shutdown', id);
  expect(await chainOf(destination, disk)).toHaveLength(3);
  expect(await commands.said('resume', 'killed-merge')).toMatchObject({ phase: 'confirmed' });
  expect(await chainOf(destination, disk)).toEqual([disk, base]);
  await must(destination, 'virsh', 'start', id);
  expect(await bootOn(destination, id)).toMatchObject({ boot: 3, payload: 'OK' });
  expect(await stageFiles(destination, id)).toEqual([]);
});
