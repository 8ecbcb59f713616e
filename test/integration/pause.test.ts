import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MigrationView } from '../../main/contract/views.ts';
import { EXIT } from '../../main/cli/exit-codes.ts';
import { coldhaul } from '../lab/demo/coldhaul.ts';
import { untrueDigests, untrueEnd } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { workersOf } from '../support/virtual-disk.ts';

// Of a whole migration, on a machine that is busy with others.
vi.setConfig({ testTimeout: 400_000 });

let bench: LabWithImage;
let engine: LabEngine;
let source: RunningHost;
let destination: RunningHost;

beforeAll(async () => {
  ({ bench, engine, source, destination } = await engineOnLab());
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

test('paused in the middle of a copy, nothing runs on the hosts; it goes on from there, and is proven whole', async () => {
  const { id: server } = await bench.lab.cloud.createServer({
    name: 'paused',
    host: SOURCE,
    image: bench.image,
    payloadMib: 48,
  });
  const begun = await engine.begin('paused', DESTINATION, { limitMibPerSecond: 16 });
  await engine.reaches(begun.id, 'copying');
  await expect.poll(() => workersOf(source, server), { timeout: 60_000 }).not.toEqual([]);

  const paused = await engine.call('migration.pause', { id: begun.id, by: 'night@desk' });
  expect(paused).toMatchObject({ phase: 'copying', active: false, paused: { by: 'night@desk' } });
  expect(paused.next).toContain('the instance is off meanwhile');
  for (const host of [source, destination]) expect(await workersOf(host, server)).toEqual([]);
  // Whoever looks later, from the journal alone, is told the same.
  const status = await coldhaul(bench.lab.paths, ['status', begun.id, '--json']);
  expect(MigrationView.parse(JSON.parse(status.stdout)).paused).toMatchObject({ by: 'night@desk' });

  await engine.call('migration.limit', { id: begun.id, limitMibPerSecond: null });
  const resumed = await engine.call('migration.resume', { id: begun.id });
  expect(resumed.paused).toBeUndefined();
  const moved = await engine.settled(begun.id);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(await untrueDigests(moved, source, destination)).toEqual([]);
  await expect(engine.call('migration.pause', { id: begun.id })).rejects.toMatchObject({
    code: 'verdict.not-due',
  });
  await engine.call('migration.confirm', { id: begun.id, by: 'a test' });
  expect(await engine.settled(begun.id)).toMatchObject({ phase: 'confirmed' });
  expect(await untrueEnd(server, source, destination)).toEqual([]);
});

test('a second process pauses what nobody follows any more, and a cancel leads home from there', async () => {
  const { id: server } = await bench.lab.cloud.createServer({
    name: 'left-alone',
    host: SOURCE,
    image: bench.image,
    payloadMib: 48,
  });
  const begun = await engine.begin('left-alone', DESTINATION, { limitMibPerSecond: 4 });
  await engine.reaches(begun.id, 'copying');
  const refused = await coldhaul(bench.lab.paths, ['pause', begun.id]);
  expect(refused).toMatchObject({ exitCode: EXIT.inUse });
  await expect.poll(() => workersOf(source, server), { timeout: 60_000 }).not.toEqual([]);
  await engine.close();

  const paused = await coldhaul(bench.lab.paths, ['pause', begun.id]);
  expect(paused).toMatchObject({ exitCode: EXIT.done });
  expect(paused.stdout).toContain(`coldhaul resume ${begun.id}`);
  for (const host of [source, destination]) expect(await workersOf(host, server)).toEqual([]);
  expect(await coldhaul(bench.lab.paths, ['cancel', begun.id])).toMatchObject({ exitCode: EXIT.done });
  expect(bench.lab.cloud.servers.get(server)).toMatchObject({ host: SOURCE, locked: false });
  engine = await openLabEngine(bench.lab);
});
