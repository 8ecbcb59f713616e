import { afterAll, beforeAll, expect, test } from 'vitest';
import { InventoryView } from '../../main/contract/views.ts';
import { coldhaul } from '../lab/demo/coldhaul.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';

let bench: LabWithImage;

beforeAll(async () => {
  bench = await labWithImage({ cloud: { extraHosts: 98, extraServers: 1000 } });
});
afterAll(async () => {
  await bench.lab.down();
});

async function inventory(...words: readonly string[]): Promise<InventoryView> {
  const { exitCode, stdout, stderr } = await coldhaul(bench.lab.paths, ['inventory', '--json', ...words]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return InventoryView.parse(JSON.parse(stdout));
}

test('1,000 instances on 100 hosts are listed with few calls', async () => {
  const before = bench.lab.cloud.calls.length;
  const view = await inventory();
  expect(view.instances.length).toBeGreaterThanOrEqual(1000);
  expect(view.hosts).toHaveLength(100);
  expect(new Set(view.instances.map((instance) => instance.id)).size).toBe(view.instances.length);
  expect(bench.lab.cloud.calls.length - before).toBeLessThanOrEqual(15);
});

test('what lies on a host is read there: chains, bases, domain, leftovers', async () => {
  const server = await bench.lab.cloud.createServer({
    name: 'whole',
    project: 'demo',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
    configDrive: true,
  });
  const kept = `${INSTANCES_PATH}/${server.id}.kept-20260101T000000Z`;
  await must(bench.lab.host(SOURCE), 'mkdir', kept);
  const view = await inventory('--host', SOURCE, '--disks');
  const instance = view.instances.find((candidate) => candidate.id === server.id);
  expect(instance).toMatchObject({
    domain: 'running',
    firmware: 'bios',
    configDrive: true,
    status: 'ACTIVE',
    projectName: 'demo',
  });
  expect(instance?.leftovers?.some((path) => path.endsWith('.kept-20260101T000000Z'))).toBe(true);
  const roles = Object.fromEntries(
    (instance?.disks ?? []).map((disk) => [
      disk.name,
      { role: disk.role, depth: disk.chain.length, baseIsImage: disk.baseIsImage },
    ]),
  );
  expect(roles).toMatchObject({
    disk: { role: 'root', depth: 1, baseIsImage: true },
    'disk.eph0': { role: 'ephemeral', depth: 1 },
    'disk.swap': { role: 'swap' },
    'disk.config': { role: 'config', depth: 0 },
  });
  expect(view.hosts.find((host) => host.name === SOURCE)?.onHost?.transport).toBe('rsync');
});

test('a host that cannot be reached is told in its row; the others are still shown', async () => {
  await bench.lab.host(DESTINATION).stopSshd();
  const { exitCode, stdout } = await coldhaul(bench.lab.paths, [
    'inventory',
    '--json',
    '--host',
    DESTINATION,
    '--disks',
  ]);
  await bench.lab.host(DESTINATION).startSshd();
  expect(exitCode).toBe(0);
  expect(InventoryView.parse(JSON.parse(stdout)).hosts[0]?.problem).toBeDefined();
});
