import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MigrationView } from '../../main/contract/views.ts';
import { COLDHAUL, coldhaul, labEnvironment } from '../lab/demo/coldhaul.ts';
import { bootOn, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { stageFiles } from '../support/layers.ts';
import { chainOf } from '../support/virtual-disk.ts';

vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let journals: string;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  bench = await labWithImage();
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
  await source.configureNova({ transport: 'ssh' });
  journals = join(labEnvironment(bench.lab.paths)['XDG_STATE_HOME'] ?? '', 'coldhaul', 'migrations');
});
afterAll(async () => {
  await bench.lab.down();
});

/** Runs a command of Coldhaul in a process of its own, which the test then kills. */
async function start(...words: readonly string[]): Promise<{ readonly kill: () => Promise<void> }> {
  const env = labEnvironment(bench.lab.paths);
  await mkdir(env['HOME'] ?? '', { recursive: true });
  const options = { env, extendEnv: false, reject: false, stdin: 'ignore' } as const;
  const child = execa(process.execPath, [...COLDHAUL, ...words], options);
  return {
    async kill() {
      child.kill('SIGKILL');
      await child;
    },
  };
}

async function factsOf(serverId: string): Promise<readonly string[]> {
  for (const id of await readdir(journals).catch(() => [])) {
    const text = await readFile(join(journals, id, 'facts.jsonl'), 'utf8').catch(() => '');
    const facts = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { type: string; plan?: { server: { id: string } } });
    if (facts[0]?.plan?.server.id === serverId) return facts.map((fact) => fact.type);
  }
  return [];
}

async function killedAfter(serverId: string, fact: string, ...words: readonly string[]): Promise<void> {
  const running = await start(...words);
  await expect.poll(() => factsOf(serverId), { timeout: 180_000, interval: 20 }).toContain(fact);
  await running.kill();
}

async function said(...words: readonly string[]): Promise<MigrationView> {
  const end = await coldhaul(bench.lab.paths, [...words, '--json']);
  expect(end).toMatchObject({ exitCode: 0 });
  return MigrationView.parse(JSON.parse(end.stdout));
}

test.each([
  ['--route=thin', 'stopped'],
  ['--route=thin', 'disk-layered'],
  ['--route=thin', 'disk-copied'],
  ['--route=thin', 'hand-over-begun'],
  ['--route=thin', 'handed-over'],
  ['--live', 'live-begun'],
  ['--live', 'live-frozen'],
  ['--live', 'disk-copied'],
  ['--live', 'stopped'],
  ['--live', 'disk-layered'],
  ['--live', 'handed-over'],
])(
  'with %s, killed right after the fact %s and started again, it ends confirmed, whole and merged',
  async (way, fact) => {
    const name = `killed${way.replace('=', '-')}-${fact}`;
    const { id } = await bench.lab.cloud.createServer({
      name,
      host: SOURCE,
      image: bench.image,
      payloadMib: 16,
    });
    const disk = `${INSTANCES_PATH}/${id}/disk`;
    const [, base] = await chainOf(source, disk);
    await killedAfter(id, fact, 'migrate', name, '--to', DESTINATION, way, '--yes');
    expect(await factsOf(id)).not.toContain('confirmed');
    expect(await said('resume', name)).toMatchObject({
      phase: 'awaiting-verdict',
      proven: true,
      running: true,
    });
    expect(await said('confirm', name)).toMatchObject({ phase: 'confirmed', running: true });
    expect(await untrueEnd(id, source, destination)).toEqual([]);
    expect(await bootOn(destination, id)).toMatchObject({ boot: 2, payload: 'OK' });
    expect(await chainOf(destination, disk)).toEqual([disk, base]);
    for (const host of [source, destination]) expect(await stageFiles(host, id)).toEqual([]);
  },
);

test.each(['live-begun', 'live-frozen', 'disk-copied'])(
  'with --live, killed right after the fact %s and cancelled, it never stopped, and stands on its base',
  async (fact) => {
    const name = `cancelled-live-${fact}`;
    const { id } = await bench.lab.cloud.createServer({
      name,
      host: SOURCE,
      image: bench.image,
      payloadMib: 16,
    });
    const disk = `${INSTANCES_PATH}/${id}/disk`;
    const [, base] = await chainOf(source, disk);
    const domain = await must(source, 'virsh', 'domid', id);
    await killedAfter(id, fact, 'migrate', name, '--to', DESTINATION, '--live', '--yes');
    expect(await factsOf(id)).not.toContain('stop-begun');
    expect(await said('cancel', name)).toMatchObject({ phase: 'cancelled', running: true, downtime: {} });
    expect(await must(source, 'virsh', 'domid', id)).toBe(domain);
    expect(await chainOf(source, disk)).toEqual([disk, base]);
    expect(await must(source, 'virsh', 'dumpxml', id, '--inactive')).not.toContain('_coldhaul');
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
  expect(await said('migrate', 'killed-merge', '--to', DESTINATION, '--route', 'thin')).toMatchObject({
    phase: 'awaiting-verdict',
    proven: true,
  });
  await must(destination, 'sh', '-c', 'echo 600 >"/run/guests/$1.slow-pull"', 'test', id);
  const confirming = await start('confirm', 'killed-merge');
  const job = `/run/guests/${id}-vda.job`;
  await expect
    .poll(async () => (await destination.exec(['test', '-e', job])).code, { timeout: 180_000 })
    .toBe(0);
  await confirming.kill();
  expect(await factsOf(id)).toContain('confirmed');
  // The guest shuts down by itself: QEMU and its job are gone, the disk stands on its layer.
  await must(destination, 'virsh', 'shutdown', id);
  expect(await chainOf(destination, disk)).toHaveLength(3);
  expect(await said('resume', 'killed-merge')).toMatchObject({ phase: 'confirmed' });
  expect(await chainOf(destination, disk)).toEqual([disk, base]);
  await must(destination, 'virsh', 'start', id);
  expect(await bootOn(destination, id)).toMatchObject({ boot: 3, payload: 'OK' });
  expect(await stageFiles(destination, id)).toEqual([]);
});
