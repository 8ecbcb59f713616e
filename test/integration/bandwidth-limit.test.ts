import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { untrueDigests } from '../lab/demo/truth.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import type { MigrationView } from '../../main/contract/views.ts';

// Of a whole migration, on a machine that is busy with others.
vi.setConfig({ testTimeout: 400_000 });

let bench: LabWithImage;
let engine: LabEngine;

beforeAll(async () => {
  ({ bench, engine } = await engineOnLab());
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

/** Starts a migration and waits until its root disk is on its way. */
async function underWay(name: string): Promise<string> {
  await bench.lab.cloud.createServer({
    name,
    host: SOURCE,
    flavor: 'lab.small',
    image: bench.image,
    payloadMib: 96,
  });
  const plan = await engine.call('plan.make', {
    server: name,
    destination: DESTINATION,
    limitMibPerSecond: 8,
  });
  const { id } = await engine.call('migration.start', {
    planId: plan.id,
    acknowledged: plan.findings.map((finding) => finding.id),
  });
  await expect.poll(() => bytesOf(id).at(-1) ?? 0, { timeout: 300_000, interval: 50 }).toBeGreaterThan(0);
  return id;
}

/** What the page was told of the root disk. */
function bytesOf(id: string): readonly number[] {
  return engine.samples
    .filter((sample) => sample.migration === id && sample.disk === 'disk')
    .map((sample) => sample.bytesDone);
}

/** How often the root disk was ordered anew. */
function ordersAnew(id: string): number {
  const words = 'going on with disk,';
  return engine.lines.filter((line) => line.migration === id && line.message.startsWith(words)).length;
}

function neverFalls(counts: readonly number[]): boolean {
  return counts.every((count, index) => index === 0 || count >= (counts[index - 1] ?? 0));
}

/** `--bwlimit` of each rsync that sends the root disk of any instance, on the source. */
async function limitsOnHost(): Promise<readonly string[]> {
  const { stdout } = await bench.lab.host(SOURCE).exec(['ps', '-eo', 'args']);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('rsync') && line.includes('/disk '))
    .map((line) => /--bwlimit=(\d+)/.exec(line)?.[1] ?? 'none');
}

async function proven(id: string): Promise<MigrationView> {
  const moved = await engine.settled(id);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(await untrueDigests(moved, bench.lab.host(SOURCE), bench.lab.host(DESTINATION))).toEqual([]);
  return moved;
}

test('raised while it copies: it is ordered anew, its bytes are used, and the copy is proven', async () => {
  const id = await underWay('raised');
  const told = await engine.call('migration.limit', { id, limitMibPerSecond: 300 });
  expect(told).toMatchObject({ limitMibPerSecond: 300, phase: 'copying', active: true });
  const moved = await proven(id);
  expect(moved.limitMibPerSecond).toBe(300);
  expect(ordersAnew(id)).toBe(1);
  expect(neverFalls(bytesOf(id))).toBe(true);
});

test('lowered while it copies: one rsync goes on with the new limit, and lifted it ends proven', async () => {
  const id = await underWay('lowered');
  await engine.call('migration.limit', { id, limitMibPerSecond: 1 });
  const slower = async (): Promise<boolean> => {
    const limits = await limitsOnHost();
    return limits.length === 1 && Number(limits[0]) > 900 && Number(limits[0]) <= 1024;
  };
  await expect.poll(slower, { timeout: 60_000, interval: 100 }).toBe(true);
  expect(await engine.call('migration.limit', { id, limitMibPerSecond: null })).not.toHaveProperty(
    'limitMibPerSecond',
  );
  const moved = await proven(id);
  expect(moved.limitMibPerSecond).toBeUndefined();
  expect(ordersAnew(id)).toBe(2);
  expect(neverFalls(bytesOf(id))).toBe(true);
  await expect(engine.call('migration.limit', { id, limitMibPerSecond: 5 })).rejects.toMatchObject({
    code: 'verdict.not-due',
    message: expect.stringContaining('nothing of it is copied any more') as string,
  });
});

test('a limit survives our end: another engine goes on with it', async () => {
  const id = await underWay('kept');
  await engine.call('migration.limit', { id, limitMibPerSecond: 3 });
  await engine.close();
  engine = await openLabEngine(bench.lab);
  expect(await engine.call('migration.show', { id })).toMatchObject({
    limitMibPerSecond: 3,
    active: false,
    phase: 'copying',
  });
  // Also changed while nobody drives it.
  await engine.call('migration.limit', { id, limitMibPerSecond: 250 });
  expect(await engine.call('migration.resume', { id })).toMatchObject({ limitMibPerSecond: 250 });
  await proven(id);
});

test('in route nova it is refused with the reason', async () => {
  await bench.lab.cloud.createServer({
    name: 'by-nova',
    host: SOURCE,
    flavor: 'lab.small',
    image: bench.image,
    running: false,
  });
  const moved = await engine.migrate('by-nova', DESTINATION, { route: 'nova' });
  await expect(engine.call('migration.limit', { id: moved.id, limitMibPerSecond: 5 })).rejects.toMatchObject({
    code: 'verdict.not-due',
    message: expect.stringContaining('it is Nova that copies') as string,
  });
});
