/** Frozen layers with real images, repeated and cut short, on this machine. Runs as root, as the scripts do on a compute host. */
import { execa } from 'execa';
import { chmod, copyFile, link, mkdir, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import type { Transfer } from '../../main/domain/transfer.ts';
import { createHypervisors } from '../../main/services/hypervisor/hypervisors.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import { createLocalHosts } from '../support/local-shell.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const HOST = 'compute-a';
const ID = '0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f';
const OTHER = '1d7f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f';
const MIB = 1024 ** 2;

let root: string;
let instances: string;
let disk: string;
let stage: string;
let layer: string;
let base: string;
let hypervisors: Hypervisors;
let transfer: Transfer;

const run = async (command: string, ...args: readonly string[]): Promise<string> =>
  (await execa(command, args)).stdout;
const inode = async (path: string): Promise<number> => (await stat(path)).ino;
const write = (path: string, byte: number, offset = 0): Promise<string> =>
  run('qemu-io', '-f', 'qcow2', '-c', `write -P ${String(byte)} ${String(offset)} 65536`, path);
const chainOf = async (path: string): Promise<readonly string[]> =>
  (
    JSON.parse(await run('qemu-img', 'info', '-U', '--backing-chain', '--output=json', path)) as {
      filename: string;
    }[]
  ).map(({ filename }) => filename);
/** What a guest reads, as one file beside the instances. */
async function snapshot(name: string): Promise<string> {
  const path = join(root, name);
  await run('qemu-img', 'convert', '-f', 'qcow2', '-O', 'raw', disk, path);
  return path;
}
const isEqual = async (raw: string): Promise<boolean> =>
  (await execa('qemu-img', ['compare', '-q', '-f', 'raw', '-F', 'qcow2', raw, disk], { reject: false }))
    .exitCode === 0;
const overlayOn = (backing: string, path: string): Promise<string> =>
  run('qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', backing, path);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldhaul-layers-'));
  await chmod(root, 0o755);
  instances = join(root, 'instances');
  [disk, stage] = [join(instances, ID, 'disk'), join(instances, '_coldhaul', ID)];
  [layer, base] = [join(stage, 'layer.disk'), join(instances, '_base', 'b')];
  await mkdir(join(instances, ID), { recursive: true });
  await mkdir(join(instances, '_base'));
  await run('sh', '-c', 'head -c 1048576 /dev/urandom >"$1"', 'test', base);
  await truncate(base, 8 * MIB);
  await run('qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, disk);
  await write(disk, 0x11, 2 * MIB);
  await run('chown', '-R', 'daemon:', instances);
  const hosts = createLocalHosts({ [HOST]: {} });
  const { log } = keepLog();
  hypervisors = createHypervisors({
    hosts,
    clock: realClock,
    log,
    settings: { novaUser: 'daemon', instancesPath: instances },
    lockDirectory: join(root, 'locks'),
  });
  transfer = createTransfer({
    hosts,
    clock: realClock,
    log,
    jobs: { directory: join(root, 'jobs'), pollMs: 50 },
  });
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

test('the file itself becomes the layer, the disk an empty overlay like it; once more changes nothing; and back', async () => {
  await chmod(disk, 0o640);
  const before = await stat(disk);
  const raw = await snapshot('before');
  const mark = await hypervisors.layer(HOST, ID, 'disk');
  expect(mark).toEqual({
    inode: before.ino,
    sizeBytes: before.size,
    mtimeSeconds: Math.floor(before.mtimeMs / 1000),
  });
  expect(await chainOf(disk)).toEqual([disk, layer, base]);
  const { uid, mode, size, ino } = await stat(disk);
  expect({ uid, mode: mode & 0o777, small: size < 300_000 }).toEqual({ uid: 1, mode: 0o640, small: true });
  expect((await stat(stage)).mode & 0o777).toBe(0o711);
  expect(await isEqual(raw)).toBe(true);

  expect(await hypervisors.layer(HOST, ID, 'disk')).toEqual(mark);
  expect(await inode(disk)).toBe(ino);
  expect(await readdir(stage)).toEqual(['layer.disk']);

  expect(await hypervisors.unlayer(HOST, ID, 'disk')).toBe('put back');
  expect(await inode(disk)).toBe(before.ino);
  expect(await hypervisors.unlayer(HOST, ID, 'disk')).toBe('none');
  expect(await chainOf(disk)).toEqual([disk, base]);
  expect(await readdir(stage)).toEqual([]);
  expect(await isEqual(raw)).toBe(true);
});

test.each([
  ['after the link', () => link(disk, layer)],
  [
    'with half of an overlay',
    async () => {
      await link(disk, layer);
      await copyFile(base, join(stage, '.coldhaul-overlay.disk'));
    },
  ],
  [
    'with the whole overlay, right before the rename',
    async () => {
      await link(disk, layer);
      await overlayOn(layer, join(stage, '.coldhaul-overlay.disk'));
    },
  ],
])('a freeze that was cut %s is gone on with, and can be taken back', async (_when, cut) => {
  const [ino, raw] = [await inode(disk), await snapshot('before')];
  await hypervisors.makeStage(HOST, ID);
  await cut();
  expect(await hypervisors.unlayer(HOST, ID, 'disk')).toBe('none');
  expect(await inode(disk)).toBe(ino);
  if (!(await readdir(stage)).includes('layer.disk')) await cut().catch(() => undefined);
  expect(await hypervisors.layer(HOST, ID, 'disk')).toMatchObject({ inode: ino });
  expect(await readdir(stage)).toEqual(['layer.disk']);
  expect(await chainOf(disk)).toEqual([disk, layer, base]);
  expect(await isEqual(raw)).toBe(true);
});

const signal = new AbortController().signal;
const merge = (): Promise<unknown> =>
  transfer.merge(
    {
      migrationId: 'm1',
      disk: 'disk',
      host: HOST,
      serverId: ID,
      path: disk,
      layer,
      basePath: base,
      running: false,
    },
    () => undefined,
    signal,
  );
async function markOf(path: string) {
  const { ino, size, mtimeMs } = await stat(path);
  return { inode: ino, sizeBytes: size, mtimeSeconds: Math.floor(mtimeMs / 1000) };
}

test('an overlay that a guest wrote to is not thrown away: it goes down into the layer, which then is the disk', async () => {
  const { inode: ino } = await hypervisors.layer(HOST, ID, 'disk');
  await write(disk, 0x22, 4 * MIB);
  const raw = await snapshot('before');
  expect(await hypervisors.unlayer(HOST, ID, 'disk')).toBe('written');
  expect(await inode(layer)).toBe(ino);
  const mark = await markOf(disk);
  await merge();
  expect(await isEqual(raw)).toBe(true);
  // Written to after it was compared, it is not given up.
  expect(await hypervisors.unlayer(HOST, ID, 'disk', { ...mark, sizeBytes: 1 })).toBe('written');
  expect(await hypervisors.unlayer(HOST, ID, 'disk', mark)).toBe('put back');
  expect(await inode(disk)).toBe(ino);
  expect(await chainOf(disk)).toEqual([disk, base]);
  expect(await isEqual(raw)).toBe(true);
});

test('a merge that is killed again and again leaves the guest’s data as they are, and ends the same', async () => {
  await run('qemu-img', 'resize', '-q', '-f', 'qcow2', disk, '64M');
  await hypervisors.layer(HOST, ID, 'disk');
  const writes = Array.from({ length: 59 }, (_, index) => [
    '-c',
    `write -q -P ${String(index + 1)} ${String((index + 1) * MIB + 65_536)} 65536`,
  ]);
  await run('qemu-io', '-f', 'qcow2', ...writes.flat(), disk);
  const [raw, mark] = [await snapshot('before'), await markOf(disk)];
  for (const ms of [8, 12, 16, 20, 24, 28]) {
    const child = execa('qemu-img', ['commit', '-d', '-f', 'qcow2', '-b', layer, disk], { reject: false });
    await realClock.wait(ms);
    child.kill('SIGKILL');
    await child;
    expect({ ms, equal: await isEqual(raw) }).toEqual({ ms, equal: true });
  }
  await merge();
  expect(await hypervisors.unlayer(HOST, ID, 'disk', mark)).toBe('put back');
  expect(await isEqual(raw)).toBe(true);
  expect(await chainOf(disk)).toEqual([disk, base]);
});

test('a disk whose chain says merged, but that does not hold what its layer holds, is found out', async () => {
  expect(await hypervisors.unmergedBytes(HOST, ID, 'disk')).toBeUndefined();
  await hypervisors.layer(HOST, ID, 'disk');
  await write(disk, 0x22, 4 * MIB);
  expect(await hypervisors.unmergedBytes(HOST, ID, 'disk')).toBe(65_536);
  // As a QEMU leaves it that is killed after a pull: the header is new, the table of clusters is not.
  await run('qemu-img', 'rebase', '-u', '-f', 'qcow2', '-F', 'raw', '-b', base, disk);
  expect(await hypervisors.unmergedBytes(HOST, ID, 'disk')).toBe(65_536);
  await run('qemu-img', 'rebase', '-u', '-f', 'qcow2', '-F', 'qcow2', '-b', layer, disk);
  await run('qemu-img', 'rebase', '-f', 'qcow2', '-F', 'raw', '-b', base, disk);
  expect(await hypervisors.unmergedBytes(HOST, ID, 'disk')).toBe(0);
  // Alone it maps everything, so only its data count.
  await run('qemu-img', 'rebase', '-f', 'qcow2', '-b', '', disk);
  expect(await hypervisors.unmergedBytes(HOST, ID, 'disk')).toBe(0);
  await run('qemu-img', 'create', '-q', '-f', 'qcow2', disk, '8M');
  expect(await hypervisors.unmergedBytes(HOST, ID, 'disk')).toBe(65_536);
});

test('a layer that a chain names is never set aside, whoever asks', async () => {
  const { inode: ino } = await hypervisors.layer(HOST, ID, 'disk');
  expect(await hypervisors.standingOn(HOST, layer)).toEqual([disk]);
  const refused = { code: 'migration.changed' };
  await expect(hypervisors.releaseStage(HOST, ID)).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining(`${stage} is in use by ${disk}`) as string,
  });
  for (const path of [layer, stage, base])
    await expect(hypervisors.setAside(HOST, path)).rejects.toMatchObject(refused);
  expect(await inode(layer)).toBe(ino);
  // Also when what stands on it is Nova's source copy, or lies where somebody put it.
  for (const name of [`${ID}_resize`, `${ID}.kept-20260101T000000Z`, OTHER]) {
    await mkdir(join(instances, name));
    await overlayOn(layer, join(instances, name, 'disk'));
    await rm(disk, { force: true });
    await expect(hypervisors.releaseStage(HOST, ID)).rejects.toMatchObject(refused);
    await rm(join(instances, name), { recursive: true });
  }
  expect(await hypervisors.releaseStage(HOST, ID)).toEqual([
    expect.stringMatching(/\.kept-[^/]*\/layer\.disk$/),
  ]);
});

test('a layer that a process has open stays, too; and two disks on one layer keep it from being put back', async () => {
  await hypervisors.layer(HOST, ID, 'disk');
  await mkdir(join(instances, OTHER));
  await overlayOn(layer, join(instances, OTHER, 'disk'));
  await expect(hypervisors.unlayer(HOST, ID, 'disk')).rejects.toMatchObject({
    message: expect.stringContaining(`in use by ${join(instances, OTHER, 'disk')} too`) as string,
  });
  await rm(join(instances, OTHER), { recursive: true });
  expect(await hypervisors.unlayer(HOST, ID, 'disk')).toBe('put back');
  await link(disk, join(stage, 'layer.disk'));
  const reader = execa('sh', ['-c', 'exec 3<"$1"; echo open; exec sleep 60', 'test', layer], {
    reject: false,
  });
  await new Promise((resolve) => reader.stdout.once('data', resolve));
  await expect(hypervisors.releaseStage(HOST, ID)).rejects.toMatchObject({
    message: expect.stringContaining('process') as string,
  });
  reader.kill();
  await reader;
});

test('an older layer under that name is kept aside; a disk that is no plain qcow2 is not frozen', async () => {
  await hypervisors.makeStage(HOST, ID);
  await copyFile(base, layer);
  await hypervisors.layer(HOST, ID, 'disk');
  expect((await readdir(stage)).sort()).toEqual(['layer.disk', expect.stringMatching(/^layer\.disk\.kept-/)]);
  await run('qemu-img', 'create', '-q', '-f', 'raw', join(instances, ID, 'disk.local'), '1M');
  for (const name of ['disk.local', 'disk.gone'])
    await expect(hypervisors.layer(HOST, ID, name)).rejects.toMatchObject({ code: 'migration.changed' });
  // Without its layer a disk is worth nothing by itself, and nobody may think otherwise.
  await rm(layer);
  await expect(hypervisors.unlayer(HOST, ID, 'disk')).rejects.toMatchObject({
    message: expect.stringContaining('is not there') as string,
  });
});
