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
let commands: Commands;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  bench = await labWithImage();
  commands = commandsOn(bench.lab);
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
  await source.configureNova({ transport: 'ssh' });
});
afterAll(async () => {
  await bench.lab.down();
});

async function instance(name: string): Promise<{ readonly id: string; readonly disk: string }> {
  const order = { name, host: SOURCE, image: bench.image, payloadMib: 16 };
  const { id } = await bench.lab.cloud.createServer(order);
  return { id, disk: `${INSTANCES_PATH}/${id}/disk` };
}

test.each(['live-begun', 'live-frozen', 'disk-layered'])(
  'killed right after the fact %s and started again, a live freeze ends confirmed, whole and merged',
  async (fact) => {
    const name = `killed-${fact}`;
    const { id, disk } = await instance(name);
    const [, base] = await chainOf(source, disk);
    await commands.killedAfter(id, fact, 'migrate', name, '--to', DESTINATION, '--live', '--yes');
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

test.each(['live-begun', 'disk-copied'])(
  'killed right after the fact %s and cancelled, it never stopped, and stands on its base',
  async (fact) => {
    const name = `cancelled-${fact}`;
    const { id, disk } = await instance(name);
    const [, base] = await chainOf(source, disk);
    const domain = await must(source, 'virsh', 'domid', id);
    await commands.killedAfter(id, fact, 'migrate', name, '--to', DESTINATION, '--live', '--yes');
    expect(await commands.factsOf(id)).not.toContain('stop-begun');
    expect(await commands.said('cancel', name)).toMatchObject({
      phase: 'cancelled',
      running: true,
      downtime: {},
    });
    expect(await must(source, 'virsh', 'domid', id)).toBe(domain);
    expect(await chainOf(source, disk)).toEqual([disk, base]);
    expect(await must(source, 'virsh', 'dumpxml', id, '--inactive')).not.toContain('_coldhaul');
  },
);
