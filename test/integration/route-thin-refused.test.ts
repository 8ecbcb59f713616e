import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import { must } from '../support/instance-files.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { layerOf, stageFiles } from '../support/layers.ts';
import { chainOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let engine: LabEngine;
let source: RunningHost;
let hypervisors: Hypervisors;

beforeAll(async () => {
  bench = await labWithImage();
  engine = await openLabEngine(bench.lab, (ports) => {
    hypervisors = ports.hypervisors;
    return ports;
  });
  source = bench.lab.host(SOURCE);
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

async function finding(server: string, id: string, route?: 'thin' | 'nova') {
  const plan = await engine.call('plan.make', {
    server,
    destination: DESTINATION,
    ...(route !== undefined && { route }),
  });
  return { plan, found: plan.findings.find((each) => each.id === id) };
}

test('what stands on a layer that was not merged is planned by no route; merged, it is (disks.unmerged)', async () => {
  const { id } = await bench.lab.cloud.createServer({
    name: 'unmerged',
    host: SOURCE,
    image: bench.image,
    running: false,
  });
  const disk = `${INSTANCES_PATH}/${id}/disk`;
  await hypervisors.layer(SOURCE, id, 'disk');
  for (const route of ['thin', 'nova', undefined] as const) {
    const { plan, found } = await finding('unmerged', 'disks.unmerged', route);
    expect(found).toMatchObject({
      verdict: 'block',
      message: expect.stringContaining(layerOf(id, 'disk')) as string,
    });
    await expect(
      engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged: [] }),
    ).rejects.toMatchObject({ code: 'plan.blocked' });
  }
  // As the finding says it.
  const { found } = await finding('unmerged', 'disks.unmerged');
  const [, byHand = ''] = /while it is off, (.*)\. Never/.exec(found?.fix ?? '') ?? [];
  await must(source, 'sh', '-c', byHand);
  expect(await chainOf(source, disk)).toHaveLength(2);
  expect(await stageFiles(source, id)).toEqual([]);
  expect((await finding('unmerged', 'disks.unmerged', 'thin')).found).toMatchObject({ verdict: 'pass' });
});

test('a raw disk is not frozen; with scp the other route is offered, and nova stays the default (disks.freezable)', async () => {
  await source.configureNova({ useCowImages: false, transport: 'ssh' });
  await bench.lab.cloud.createServer({ name: 'raw', host: SOURCE, image: bench.image, running: false });
  await source.configureNova({ useCowImages: true });
  const { found } = await finding('raw', 'disks.freezable', 'thin');
  expect(found).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('disk is raw, and its overlay would be qcow2') as string,
  });
  await bench.lab.cloud.createServer({ name: 'usual', host: SOURCE, image: bench.image, running: false });
  const { plan, found: offered } = await finding('usual', 'source.transport');
  expect(plan.route).toBe('nova');
  expect(offered?.message).toContain('--route thin');
});
