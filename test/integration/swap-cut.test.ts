import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { bootOn, exists } from '../lab/demo/truth.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { flattenBench, type FlattenBench } from '../support/flatten-bench.ts';
import { diskOf, expectWholeAtSource, keptOriginal, originalIn, stageOf } from '../support/flatten-ends.ts';
import { guestContent, must } from '../support/instance-files.ts';
import { DESTINATION } from '../support/lab.ts';
import { clearPoints, cutOff } from '../support/points.ts';
import { chainOf, inodeOf, sameContent, contentOf, tracesOf } from '../support/virtual-disk.ts';

/**
 * A swap of a flattened disk that is cut at each of its moments, and what resume and cancel make of it: the guest never
 * loses its disk, nor a write that it made meanwhile.
 */

// A bound against hanging, not a measure: whole migrations on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

let bench: FlattenBench;

beforeAll(async () => {
  bench = await flattenBench();
});
afterEach(() => {
  clearPoints(bench.points);
});
afterAll(async () => {
  await bench.down();
});

type Swap = Parameters<NonNullable<typeof bench.points.swapIn>>;

/** Starts a migration whose swap ends with a broken connection after `act`; it is left interrupted there. */
async function cutAtSwap(name: string, act: (...swap: Swap) => Promise<unknown>): Promise<string> {
  bench.points.swapIn = async (...swap) => {
    await act(...swap);
    throw cutOff();
  };
  const cut = await bench.engine().migrate(name, DESTINATION);
  expect(cut).toMatchObject({ phase: 'preparing', interrupted: { code: 'host.disconnected' } });
  clearPoints(bench.points);
  await bench.newEngine();
  return cut.id;
}

/** The admin starts the instance beside the migration, which has it locked, and stops it again. */
async function runBeside(id: string, boot: number): Promise<void> {
  const { source } = bench;
  const { cloud } = bench.ports();
  const settled = async (status: string): Promise<void> => {
    await bench.lab.cloud.idle();
    expect(await cloud.server(id)).toMatchObject({ status });
  };
  await cloud.start(id);
  await settled('ACTIVE');
  expect(await bootOn(source, id)).toMatchObject({ boot, payload: 'OK' });
  await cloud.stop(id);
  await settled('SHUTOFF');
}

async function confirm(id: string): Promise<void> {
  await bench.engine().call('migration.confirm', { id, by: 'a test' });
  expect(await bench.engine().settled(id)).toMatchObject({ phase: 'confirmed' });
}

test('a swap that only gave the original its second name: what the guest wrote since is flattened anew, and travels', async () => {
  const { source, destination } = bench;
  const { id } = await bench.create('cut-before');
  const migration = await cutAtSwap('cut-before', (_real, host, path, _new, kept) => {
    expect(host).toBe(source.name);
    return must(source, 'ln', '-T', path, kept);
  });
  await runBeside(id, 2);
  const content = await guestContent(source, `${id}/disk`);
  let staged = '';
  bench.points.place = async (real, ...args) => {
    staged = await guestContent(destination, `_coldhaul/${id}/disk`);
    return real(...args);
  };
  await bench.engine().call('migration.resume', { id: migration });
  expect(await bench.engine().settled(migration)).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(staged).toBe(content);
  expect(await bootOn(destination, id)).toMatchObject({ boot: 3, payload: 'OK' });
  await confirm(migration);
  await keptOriginal(bench, id);
});

test('a swap that only gave the original its second name, then a cancel: the guest runs on the original', async () => {
  const { source } = bench;
  const { id } = await bench.create('cut-cancel');
  const [, base = ''] = await chainOf(source, diskOf(id));
  const migration = await cutAtSwap('cut-cancel', (_real, _host, path, _new, kept) =>
    must(source, 'ln', '-T', path, kept),
  );
  const original = await inodeOf(source, diskOf(id));
  await runBeside(id, 2);
  await bench.engine().call('migration.cancel', { id: migration, by: 'a test' });
  expect(await bench.engine().settled(migration)).toMatchObject({ phase: 'cancelled', running: true });
  expect(await bootOn(source, id)).toMatchObject({ boot: 3, payload: 'OK' });
  expect(await chainOf(source, diskOf(id))).toEqual([diskOf(id), base]);
  expect(await inodeOf(source, diskOf(id))).toBe(original);
  // The flattened image, which knows nothing of what was written since, is out of the way for good.
  const ours = (await tracesOf(source, id)).filter((path) => path.includes('coldhaul'));
  expect(ours).toEqual([expect.stringMatching(/\.kept-/), expect.stringMatching(/\.kept-.*\/disk\.flat$/)]);
  await bench.engine().call('migration.resume', { id: migration });
  await bench.bootAgain(id);
  expect(await bootOn(source, id)).toMatchObject({ boot: 4, payload: 'OK' });
});

test('a swap that was cut while the disk had no name is brought to its end by a cancel', async () => {
  const { source } = bench;
  const { id } = await bench.create('cut-between');
  const migration = await cutAtSwap('cut-between', (_real, _host, path, _new, kept) =>
    must(source, 'mv', '-T', path, kept),
  );
  expect(await exists(source, diskOf(id))).toBe(false);
  const file = await contentOf(source, originalIn(stageOf(id)));
  expect(await sameContent(source, originalIn(stageOf(id)), `${stageOf(id)}/disk.flat`)).toBe(true);
  await bench.engine().call('migration.cancel', { id: migration, by: 'a test' });
  expect(await bench.engine().settled(migration)).toMatchObject({ phase: 'cancelled', running: true });
  await expectWholeAtSource(bench, id, true);
  expect(bench.said).toContain('disk has its name again');
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(await contentOf(source, await keptOriginal(bench, id))).toBe(file);
});

test('a swap that was done and never noted is not done again: what the guest wrote since travels', async () => {
  const { source, destination } = bench;
  const { id } = await bench.create('cut-after');
  const migration = await cutAtSwap('cut-after', (real, ...swap) => real(...swap));
  const flat = await inodeOf(source, diskOf(id));
  const file = await contentOf(source, originalIn(stageOf(id)));
  await runBeside(id, 2);
  await bench.engine().call('migration.resume', { id: migration });
  expect(await bench.engine().settled(migration)).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(await inodeOf(source, `${INSTANCES_PATH}/${id}_resize/disk`)).toBe(flat);
  expect(await bootOn(destination, id)).toMatchObject({ boot: 3, payload: 'OK' });
  await confirm(migration);
  expect(await contentOf(source, await keptOriginal(bench, id))).toBe(file);
});

test('a cancel waits for a swap that is under way, before anything may start the guest', async () => {
  const { source, points } = bench;
  const { id } = await bench.create('slow-swap');
  // The rename itself takes two seconds. Longer than this process needs to go on, if it does not wait.
  const wrapper =
    '#!/bin/sh\ncase "$*" in *"/disk.flat "*/disk) : >/run/swap-begun; sleep 2; mv=yes ;; esac\n' +
    '/usr/bin/mv "$@"; s=$?\n[ "${mv-}" != yes ] || : >/run/swap-ended\nexit $s\n';
  const script = 'printf %s "$1" >/usr/local/bin/mv && chmod 755 /usr/local/bin/mv';
  await must(source, 'sh', '-c', script, 'test', wrapper);
  const ended: boolean[] = [];
  const migration = await bench.begin('slow-swap');
  await expect.poll(() => exists(source, '/run/swap-begun'), { timeout: 60_000, interval: 50 }).toBe(true);
  // The first act of the way back.
  points.forget = async (real, ...args) => {
    ended.push(await exists(source, '/run/swap-ended'));
    await real(...args);
  };
  await bench.engine().call('migration.cancel', { id: migration, by: 'a test' });
  expect(await bench.engine().settled(migration)).toMatchObject({ phase: 'cancelled', running: true });
  await must(source, 'rm', '/usr/local/bin/mv', '/run/swap-begun', '/run/swap-ended');
  expect(ended[0]).toBe(true);
  await expectWholeAtSource(bench, id, true);
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  await keptOriginal(bench, id);
});
