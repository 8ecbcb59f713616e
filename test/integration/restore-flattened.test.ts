import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { bootOn } from '../lab/demo/truth.ts';
import { createOverlay, writeToDisk } from '../lab/hosts/disks.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { flattenBench, type FlattenBench } from '../support/flatten-bench.ts';
import { diskOf, expectWholeAtSource, keptOriginal, originalIn, stageOf } from '../support/flatten-ends.ts';
import { guestContent, must } from '../support/instance-files.ts';
import { DESTINATION } from '../support/lab.ts';
import { clearPoints, cutOff, untilStopped } from '../support/points.ts';
import { chainOf, inodeOf, sameContent, contentOf, workersOf } from '../support/virtual-disk.ts';

/**
 * A disk that was flattened at the source is never turned back: whatever ends the migration afterwards, the instance is
 * whole on the flattened disk, which holds what the original held, and every write since; the original is kept and told.
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

test('cancelled while it copies, an instance that was off has the same content, and stays off', async () => {
  const { source, points } = bench;
  const { id } = await bench.create('off', false);
  const [content, file] = [await guestContent(source, `${id}/disk`), await contentOf(source, diskOf(id))];
  const copying = new Promise<void>((resolve) => {
    // So slowly that it cannot end before the cancel.
    points.copy = (real, order, onBytes, signal) => {
      const onEach = (bytes: number): void => {
        onBytes(bytes);
        if (order.disk === 'disk' && bytes > 0) resolve();
      };
      return real({ ...order, limitKibPerSecond: 64 }, onEach, signal);
    };
  });
  const migration = await bench.begin('off');
  await copying;
  expect(await workersOf(source, id)).not.toEqual([]);
  await bench.engine().call('migration.cancel', { id: migration, by: 'a test' });
  const ended = await bench.engine().settled(migration);
  expect(ended).toMatchObject({ phase: 'cancelled', running: false });
  expect(ended.disks.find((disk) => disk.name === 'disk')).toMatchObject({ strategy: 'flatten' });
  expect(ended.outcome).toContain('nothing of it was lost');

  await expectWholeAtSource(bench, id, false);
  expect(await guestContent(source, `${id}/disk`)).toBe(content);
  expect(await contentOf(source, await keptOriginal(bench, id))).toBe(file);
});

/** Holds the copy of the disk until the migration is stopped; settles when it is held, and nothing writes. */
function heldAtCopy(): Promise<void> {
  return new Promise((resolve) => {
    bench.points.copy = (real, order, onBytes, signal) => {
      if (order.disk !== 'disk') return real(order, onBytes, signal);
      resolve();
      return untilStopped(signal);
    };
  });
}

test('cancelled after the flatten, one that ran runs again; what it writes then survives all that comes later', async () => {
  const { source, destination } = bench;
  const { id } = await bench.create('on');
  const held = heldAtCopy();
  const migration = await bench.begin('on');
  await held;
  // Off, and swapped: both disks hold what the guest left.
  const original = originalIn(stageOf(id));
  expect(await chainOf(source, original)).toHaveLength(2);
  expect(await chainOf(source, diskOf(id))).toEqual([diskOf(id)]);
  expect(await sameContent(source, original, diskOf(id))).toBe(true);
  const [flat, file] = [await inodeOf(source, diskOf(id)), await contentOf(source, original)];
  await bench.engine().call('migration.cancel', { id: migration, by: 'a test' });
  const ended = await bench.engine().settled(migration);
  expect(ended).toMatchObject({ phase: 'cancelled', running: true });
  expect(ended.outcome).toContain('running; nothing of it was lost');
  await expectWholeAtSource(bench, id, true);
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  const kept = await keptOriginal(bench, id);
  // The guest has written since, and not into the original.
  expect(await sameContent(source, kept, diskOf(id))).toBe(false);

  const before = await guestContent(source, `${id}/disk`);
  const again = { id: migration, by: 'a test' };
  expect(await bench.engine().call('migration.resume', again)).toMatchObject({ phase: 'cancelled' });
  const refusal = { code: 'verdict.not-due' };
  await expect(bench.engine().call('migration.cancel', again)).rejects.toMatchObject(refusal);
  await bench.newEngine();
  expect(await bench.engine().call('migration.resume', again)).toMatchObject({ phase: 'cancelled' });
  await expect(bench.engine().call('migration.cancel', again)).rejects.toMatchObject(refusal);
  await expect(bench.engine().call('migration.revert', again)).rejects.toMatchObject(refusal);
  expect(await bench.engine().settled(migration)).toMatchObject({ phase: 'cancelled' });
  await expectWholeAtSource(bench, id, true);
  expect(await guestContent(source, `${id}/disk`)).toBe(before);
  expect(await inodeOf(source, diskOf(id))).toBe(flat);
  await bench.bootAgain(id);
  expect(await bootOn(source, id)).toMatchObject({ boot: 3, payload: 'OK' });
  expect(await contentOf(source, await keptOriginal(bench, id))).toBe(file);

  // The next try takes the disk as the guest left it, not what the first try left anywhere.
  clearPoints(bench.points);
  const moved = await bench.engine().migrate('on', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(moved.disks.find((disk) => disk.name === 'disk')).toMatchObject({ strategy: 'whole' });
  await bench.engine().call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await bench.engine().settled(moved.id)).toMatchObject({ phase: 'confirmed' });
  expect(await bootOn(destination, id)).toMatchObject({ boot: 4, payload: 'OK' });
  expect(await contentOf(source, await keptOriginal(bench, id))).toBe(file);
});

test('a restore that is cut after it started the guest goes on without touching what the guest wrote', async () => {
  const { source, points } = bench;
  const { id } = await bench.create('cut-restore');
  const held = heldAtCopy();
  const migration = await bench.begin('cut-restore');
  await held;
  const started = new Promise<void>((resolve) => {
    points.start = async (real, ...args) => {
      await real(...args);
      resolve();
      throw cutOff();
    };
  });
  await bench.engine().call('migration.cancel', { id: migration, by: 'a test' });
  await started;
  expect(await bench.engine().settled(migration)).toMatchObject({
    phase: 'restoring',
    interrupted: { code: 'host.disconnected' },
  });
  await bench.lab.cloud.idle();
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  const before = await guestContent(source, `${id}/disk`);
  const flat = await inodeOf(source, diskOf(id));

  points.start = () => Promise.reject(new Error('it runs already'));
  // And cut once more, before anything is given back.
  points.unlock = () => Promise.reject(cutOff());
  const engine = await bench.newEngine();
  await engine.call('migration.resume', { id: migration });
  expect(await engine.settled(migration)).toMatchObject({
    phase: 'restoring',
    running: true,
    interrupted: { code: 'host.disconnected' },
  });
  points.unlock = undefined;
  await engine.call('migration.resume', { id: migration });
  expect(await engine.settled(migration)).toMatchObject({ phase: 'cancelled', running: true });
  await expectWholeAtSource(bench, id, true);
  expect(await guestContent(source, `${id}/disk`)).toBe(before);
  expect(await inodeOf(source, diskOf(id))).toBe(flat);
  await keptOriginal(bench, id);
  await bench.bootAgain(id);
  expect(await bootOn(source, id)).toMatchObject({ boot: 3, payload: 'OK' });
});

test('a copy that differs ends the migration after the flatten: whole and running on the flattened disk', async () => {
  const { source, destination, points } = bench;
  const { id } = await bench.create('differs');
  let file = '';
  points.copy = async (real, order, ...rest) => {
    const result = await real(order, ...rest);
    if (order.disk !== 'disk') return result;
    const original = originalIn(stageOf(id));
    file = await contentOf(source, original);
    expect(await sameContent(source, original, diskOf(id))).toBe(true);
    const script =
      'm=$(stat -c %y "$1") && b=$(od -An -tu1 -j300000 -N1 "$1") && ' +
      'printf "\\\\$(printf %o $((255 - b)))" | dd of="$1" bs=1 seek=300000 conv=notrunc status=none && touch -d "$m" "$1"';
    await must(destination, 'sh', '-c', script, 'test', order.toPath);
    return result;
  };
  const failed = await bench.engine().migrate('differs', DESTINATION);
  expect(failed).toMatchObject({
    phase: 'failed',
    failure: { code: 'migration.copy-differs' },
    running: true,
  });
  expect(failed.outcome).toContain('nothing of it was lost');
  await expectWholeAtSource(bench, id, true);
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(await contentOf(source, await keptOriginal(bench, id))).toBe(file);
  expect(await bench.engine().call('migration.resume', { id: failed.id })).toMatchObject({ phase: 'failed' });
  await bench.bootAgain(id);
  expect(await bootOn(source, id)).toMatchObject({ boot: 3, payload: 'OK' });
});

/** Nova's last copy command fails, after the others went well. */
async function breakNovaCopy(on: boolean): Promise<void> {
  const wrapper = '#!/bin/sh\ncase "$*" in *_resize/disk.info*) exit 12 ;; esac\nexec /usr/bin/rsync "$@"\n';
  const script = on
    ? 'printf %s "$1" >/usr/local/bin/rsync && chmod 755 /usr/local/bin/rsync'
    : 'rm -f /usr/local/bin/rsync';
  await must(bench.source, 'sh', '-c', script, 'test', wrapper);
}

test('Nova’s own copy fails after the flatten: whole and running; the original stays, until a later success tells it', async () => {
  const { source, destination } = bench;
  const { id } = await bench.create('nova-fails');
  await breakNovaCopy(true);
  const failed = await bench.engine().migrate('nova-fails', DESTINATION);
  await breakNovaCopy(false);
  expect(failed).toMatchObject({ phase: 'failed', failure: { code: 'migration.failed' }, running: true });
  expect(bench.lab.cloud.servers.get(id)).toMatchObject({ vmState: 'active', locked: false });
  expect(await chainOf(source, diskOf(id))).toEqual([diskOf(id)]);
  expect(await bootOn(source, id)).toMatchObject({ boot: 2, payload: 'OK' });
  // Nova was told, so the stage stays as it is, with the original in it.
  const file = await contentOf(source, originalIn(stageOf(id)));
  await bench.bootAgain(id);

  const moved = await bench.engine().migrate('nova-fails', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(await bootOn(destination, id)).toMatchObject({ boot: 4, payload: 'OK' });
  await bench.engine().call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await bench.engine().settled(moved.id)).toMatchObject({ phase: 'reverted', running: true });
  // Back on its own disk, which knows nothing of the boot at the destination.
  expect(await bootOn(source, id)).toMatchObject({ boot: 4, payload: 'OK' });
  expect(await contentOf(source, await keptOriginal(bench, id))).toBe(file);
});

test('an original that an earlier try left does not stand for a flatten that was never made', async () => {
  const { source, destination } = bench;
  const { id } = await bench.create('rebuilt', false);
  const [, base = ''] = await chainOf(source, diskOf(id));
  await breakNovaCopy(true);
  expect(await bench.engine().migrate('rebuilt', DESTINATION)).toMatchObject({ phase: 'failed' });
  await breakNovaCopy(false);
  const file = await contentOf(source, originalIn(stageOf(id)));
  // As a rebuild leaves it: a new disk on the image's base.
  await must(source, 'rm', diskOf(id));
  await createOverlay(source, diskOf(id), { path: base, format: 'raw' }, 1024);
  await writeToDisk(source, diskOf(id), 'qcow2', { offset: 3_000_000, bytes: 65_536, byte: 0x5a });
  const content = await guestContent(source, `${id}/disk`);

  const moved = await bench.engine().migrate('rebuilt', DESTINATION);
  expect(moved.disks.find((disk) => disk.name === 'disk')).toMatchObject({ strategy: 'flatten' });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(await guestContent(destination, `${id}/disk`)).toBe(content);
  expect(await chainOf(destination, diskOf(id))).toEqual([diskOf(id)]);
  await bench.engine().call('migration.revert', { id: moved.id, by: 'a test' });
  expect(await bench.engine().settled(moved.id)).toMatchObject({ phase: 'reverted' });
  expect(await guestContent(source, `${id}/disk`)).toBe(content);
  // Both originals are kept: of the first try, and of this one.
  const script = 'find "$1/_coldhaul" -path "*$2*" -name "*.before-flatten*" -exec b2sum -l 256 {} +';
  const kept = (await must(source, 'sh', '-c', script, 'test', INSTANCES_PATH, id)).trim().split('\n');
  expect(kept).toHaveLength(2);
  expect(kept.filter((line) => line.startsWith(file))).toHaveLength(1);
});
