import { afterAll, beforeAll, expect, test } from 'vitest';
import { MigrationView } from '../../main/contract/views.ts';
import { coldhaul } from '../lab/demo/coldhaul.ts';
import { bootOn, domainState, exists, untrueDigests, untrueEnd } from '../lab/demo/truth.ts';
import { INSTANCES_PATH, type LabHost } from '../lab/types.ts';
import { digests, ownership } from '../support/instance-files.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';

let bench: LabWithImage;
let source: LabHost;
let destination: LabHost;

beforeAll(async () => {
  bench = await labWithImage();
  source = bench.lab.host(SOURCE);
  destination = bench.lab.host(DESTINATION);
});
afterAll(async () => {
  await bench.lab.down();
});

async function run(...words: readonly string[]): Promise<MigrationView> {
  const end = await coldhaul(bench.lab.paths, [...words, '--json']);
  expect(end).toMatchObject({ exitCode: 0 });
  return MigrationView.parse(JSON.parse(end.stdout));
}

test('route seed moves a running instance with every kind of disk; it runs before the verdict; confirm', async () => {
  const server = await bench.lab.cloud.createServer({
    name: 'seed-on',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
    configDrive: true,
    payloadMib: 16,
  });
  const moved = await run('migrate', 'seed-on', '--to', DESTINATION, '--route', 'seed');
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true, novaCopiedBytes: 0 });
  expect(await untrueDigests(moved, source, destination)).toEqual([]);
  expect(await bootOn(destination, server.id)).toMatchObject({ boot: 2, payload: 'OK', ephemeral: 2 });
  expect(await ownership(destination, server.id)).toBe('nova 755');

  const done = await run('confirm', 'seed-on');
  expect(done).toMatchObject({ phase: 'confirmed', running: true });
  expect(await untrueEnd(server.id, source, destination)).toEqual([]);
  expect(await exists(destination, `${INSTANCES_PATH}/_coldhaul/${server.id}`)).toBe(false);
  expect(bench.lab.cloud.servers.get(server.id)).toMatchObject({ locked: false, vmState: 'active' });
  const copied = bench.lab.cloud.copies.filter(
    (copy) => copy.serverId === server.id && copy.file.startsWith('disk'),
  );
  expect(copied.reduce((bytes, copy) => bytes + copy.bytesWritten, 0)).toBe(0);
});

test('route seed moves a stopped instance, which stays stopped; its files arrive byte for byte', async () => {
  const server = await bench.lab.cloud.createServer({
    name: 'seed-off',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
    running: false,
  });
  const before = await digests(source, server.id);
  const moved = await run('migrate', server.id, '--to', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', route: 'seed', running: false, downtime: {} });
  const after = await digests(destination, server.id);
  for (const name of ['disk', 'disk.eph0']) expect(after[name]).toBe(before[name]);
  const done = await run('confirm', server.id);
  expect(done.phase).toBe('confirmed');
  expect(await domainState(destination, server.id)).toBe('shut off');
});

test('revert brings the instance back byte for byte', async () => {
  const server = await bench.lab.cloud.createServer({
    name: 'back',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
    running: false,
  });
  const before = await digests(source, server.id);
  await run('migrate', 'back', '--to', DESTINATION);
  const done = await run('revert', 'back');
  expect(done).toMatchObject({ phase: 'reverted' });
  expect(await digests(source, server.id)).toEqual(before);
  expect(await digests(destination, server.id)).toEqual({});
  expect(await domainState(destination, server.id)).toBe('absent');
});

test('revert of one that ran on the destination runs again at the source, on its own untouched disks', async () => {
  const server = await bench.lab.cloud.createServer({
    name: 'back-on',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
  });
  await run('migrate', 'back-on', '--to', DESTINATION);
  const kept = await digests(source, `${server.id}_resize`);
  expect(await bootOn(destination, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(await digests(source, `${server.id}_resize`)).toEqual(kept);
  const done = await run('revert', 'back-on');
  expect(done).toMatchObject({ phase: 'reverted', running: true });
  // The boot on the destination is not counted on the source's disk: it was never written to there.
  expect(await bootOn(source, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  // A second migration of the same instance is not misled by what the first one left.
  expect(await run('migrate', 'back-on', '--to', DESTINATION, '--confirm')).toMatchObject({
    phase: 'confirmed',
  });
  expect(await bootOn(destination, server.id)).toMatchObject({ boot: 3, payload: 'OK' });
});

test('several instances go in one command, and back again', async () => {
  const names = ['many-1', 'many-2', 'many-3'];
  for (const name of names) await bench.lab.cloud.createServer({ name, host: SOURCE, image: bench.image });
  const there = await coldhaul(bench.lab.paths, [
    'migrate',
    ...names,
    '--to',
    DESTINATION,
    '--confirm',
    '--json',
  ]);
  expect(there.exitCode).toBe(0);
  const phases = there.stdout
    .trim()
    .split('\n')
    .map((line) => MigrationView.parse(JSON.parse(line)).phase);
  expect(phases).toEqual(['confirmed', 'confirmed', 'confirmed']);
  expect(await run('migrate', 'many-1', '--to', SOURCE, '--confirm')).toMatchObject({
    phase: 'confirmed',
    destination: SOURCE,
  });
});
