/** Locks and changes of files, repeated and cut short, on this machine. Runs as root, as the scripts do on a compute host. */
import { execa } from 'execa';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import { createHypervisors } from '../../main/services/hypervisor/hypervisors.ts';
import { createLocalHosts } from '../support/local-shell.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const HOST = 'compute-a';
const ID = '0c6f6d5e-8f2b-4b7e-9d6a-0a1b2c3d4e5f';

let root: string;
let instances: string;
let directory: string;
let stage: string;
let hypervisors: Hypervisors;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldhaul-change-'));
  instances = join(root, 'instances');
  directory = join(instances, ID);
  stage = join(instances, '_coldhaul', ID);
  await mkdir(instances);
  hypervisors = createHypervisors({
    hosts: createLocalHosts({ [HOST]: {} }),
    clock: realClock,
    log: keepLog().log,
    settings: { novaUser: 'daemon', instancesPath: instances },
    lockDirectory: join(root, 'locks'),
  });
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function staged(name: string, text = name): Promise<string> {
  await hypervisors.makeStage(HOST, ID);
  await writeFile(join(stage, name), text);
  return join(stage, name);
}

const inode = async (path: string): Promise<number> => (await stat(path)).ino;

test('one of many takes the lock, again as often as it likes, and gives it back', async () => {
  const owners = Array.from({ length: 5 }, (_, index) => ({
    migrationId: `m${index.toString()}`,
    who: `user${index.toString()}@desk`,
  }));
  const tries = await Promise.allSettled(owners.map((owner) => hypervisors.lock(HOST, ID, owner)));
  const winner = owners[tries.findIndex(({ status }) => status === 'fulfilled')];
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  if (winner === undefined) throw new Error('nobody won');
  await hypervisors.lock(HOST, ID, winner);
  const other = { migrationId: 'late', who: 'ben@desk' };
  await expect(hypervisors.lock(HOST, ID, other)).rejects.toMatchObject({
    code: 'migration.in-use',
    message: expect.stringMatching(
      new RegExp(`^${winner.who} works on ${ID} on ${HOST} since \\d{4}-.*${winner.migrationId}`),
    ) as string,
  });
  await expect(hypervisors.unlock(HOST, ID, other)).rejects.toMatchObject({ code: 'migration.in-use' });
  await hypervisors.unlock(HOST, ID, winner);
  await hypervisors.unlock(HOST, ID, winner);
  await hypervisors.lock(HOST, ID, other);
  expect(await readdir(join(root, 'locks'))).toEqual([ID]);
});

test('a lock of another boot holds nobody up; one that an older version wrote does, as it does not say', async () => {
  const ours = { migrationId: 'm1', who: 'ann@desk' };
  const other = { migrationId: 'm2', who: 'ben@desk' };
  const file = join(root, 'locks', ID);
  await hypervisors.lock(HOST, ID, ours);
  const [migration, who, since, boot] = (await readFile(file, 'utf8')).split('\n');
  expect(boot).toBe((await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim());
  const written = async (...lines: readonly string[]): Promise<void> =>
    writeFile(file, `${lines.join('\n')}\n`);

  await written(migration ?? '', who ?? '', since ?? '');
  await expect(hypervisors.lock(HOST, ID, other)).rejects.toMatchObject({ code: 'migration.in-use' });
  await written(migration ?? '', who ?? '', since ?? '', '11111111-2222-3333-4444-555555555555');
  await hypervisors.lock(HOST, ID, other);
  await expect(hypervisors.lock(HOST, ID, ours)).rejects.toMatchObject({ code: 'migration.in-use' });
  expect(await readdir(join(root, 'locks'))).toEqual([ID]);
});

test('an owner with a strange name cannot write the lock of another', async () => {
  const who = 'eve\nm2\n$(id)\u202e';
  await hypervisors.lock(HOST, ID, { migrationId: 'm1', who });
  await expect(hypervisors.lock(HOST, ID, { migrationId: 'm2', who: 'x' })).rejects.toMatchObject({
    message: expect.stringContaining('eve\\u{a}m2\\u{a}$(id)\\u{202e}') as string,
  });
  await expect(hypervisors.lock(HOST, ID, { migrationId: '../m', who })).rejects.toMatchObject({
    code: 'bad-request',
  });
});

test('the stage is nova’s own, QEMU’s user may pass through it, and it is made once', async () => {
  expect(await hypervisors.makeStage(HOST, ID)).toBe(stage);
  const before = await inode(stage);
  await chmod(stage, 0o777);
  await hypervisors.makeStage(HOST, ID);
  const { uid, gid, mode, ino } = await stat(stage);
  expect({ uid, gid, mode: mode & 0o777, ino }).toEqual({ uid: 1, gid: 1, mode: 0o711, ino: before });
});

test('a stage that is a link into another directory is refused', async () => {
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), join(instances, '_coldhaul'));
  await expect(hypervisors.makeStage(HOST, ID)).rejects.toMatchObject({ code: 'migration.changed' });
  expect((await stat(join(root, 'elsewhere'))).uid).toBe(0);
});

test('place and unplace, repeated and cut short, leave the staged bytes alone', async () => {
  const names = ['disk', "disk.it's $(odd)\n-rf"];
  await Promise.all(names.map((name) => staged(name)));
  await hypervisors.place(HOST, ID, names);
  const cut = join(directory, 'disk');
  await rm(cut);
  await hypervisors.place(HOST, ID, names);
  await hypervisors.place(HOST, ID, names);
  const { uid, mode } = await stat(directory);
  expect([uid, mode & 0o777]).toEqual([1, 0o755]);
  expect(await Promise.all(names.map((name) => inode(join(directory, name))))).toEqual(
    await Promise.all(names.map((name) => inode(join(stage, name)))),
  );
  await rm(cut);
  await hypervisors.unplace(HOST, ID, names);
  await hypervisors.unplace(HOST, ID, names);
  await expect(stat(directory)).rejects.toThrow('ENOENT');
  expect((await readdir(stage)).sort()).toEqual([...names].sort());
});

test('a name taken by another file stops place before it did anything', async () => {
  await staged('disk');
  await staged('disk.eph0');
  await mkdir(directory);
  await writeFile(join(directory, 'disk.eph0'), 'of somebody else');
  await expect(hypervisors.place(HOST, ID, ['disk', 'disk.eph0'])).rejects.toMatchObject({
    code: 'migration.changed',
    message: expect.stringContaining('disk.eph0 is another file already') as string,
  });
  await expect(hypervisors.place(HOST, ID, ['absent'])).rejects.toMatchObject({ code: 'migration.changed' });
  await expect(hypervisors.place(HOST, ID, ['../x'])).rejects.toMatchObject({ code: 'bad-request' });
  expect(await readdir(directory)).toEqual(['disk.eph0']);
});

test('unplace leaves what is not ours', async () => {
  await staged('disk');
  await hypervisors.place(HOST, ID, ['disk']);
  await writeFile(join(directory, 'console.log'), '');
  await rm(join(directory, 'disk'));
  await writeFile(join(directory, 'disk'), 'of somebody else');
  await hypervisors.unplace(HOST, ID, ['disk']);
  expect((await readdir(directory)).sort()).toEqual(['console.log', 'disk']);
});

test('a base gets its name once, with a fresh time, and a repeat knows it', async () => {
  const from = await staged('base.4f1b', 'base');
  await chmod(from, 0o600);
  await utimes(from, 1, 1);
  const final = join(instances, '_base', '4f1b');
  expect(await hypervisors.publishBase(HOST, from, final)).toBe(true);
  const { uid, mode, mtimeMs, nlink } = await stat(final);
  expect([uid, mode & 0o777, nlink]).toEqual([1, 0o644, 1]);
  expect(Date.now() - mtimeMs).toBeLessThan(60_000);
  expect(await hypervisors.publishBase(HOST, from, final)).toBe(true);
  await link(final, from);
  expect(await hypervisors.publishBase(HOST, from, final)).toBe(true);
  await rm(final);
  await writeFile(join(instances, '_base', 'new'), 'of Nova');
  await rename(join(instances, '_base', 'new'), final);
  expect(await hypervisors.publishBase(HOST, from, final)).toBe(false);
});

test('a base never goes over another', async () => {
  const from = await staged('base.4f1b', 'ours');
  const final = join(instances, '_base', '4f1b');
  await mkdir(join(instances, '_base'));
  await writeFile(final, 'of Nova');
  expect(await hypervisors.publishBase(HOST, from, final)).toBe(false);
  expect([await readFile(final, 'utf8'), await readFile(from, 'utf8')]).toEqual(['of Nova', 'ours']);
  await expect(hypervisors.publishBase(HOST, from, '/etc/passwd')).rejects.toMatchObject({
    code: 'bad-request',
  });
  await expect(hypervisors.publishBase(HOST, join(stage, 'absent'), final)).rejects.toMatchObject({
    code: 'migration.changed',
  });
});

test('swapIn ends the same from wherever it was cut', async () => {
  const [path, kept] = [join(directory, 'disk'), join(stage, 'disk.before-flatten')];
  await mkdir(directory);
  const cuts: readonly (() => Promise<void>)[] = [
    () => Promise.resolve(),
    () => link(path, kept),
    () => rename(path, kept),
  ];
  for (const cut of cuts) {
    const fresh = await staged('disk.flat', 'new');
    await rm(kept, { force: true });
    await rm(path, { force: true });
    await writeFile(path, 'old');
    await execa('chown', ['daemon:daemon', path]);
    await chmod(path, 0o640);
    await cut();
    await hypervisors.swapIn(HOST, path, fresh, kept);
    await hypervisors.swapIn(HOST, path, fresh, kept);
    const { uid, mode } = await stat(path);
    expect([await readFile(path, 'utf8'), await readFile(kept, 'utf8'), uid, mode & 0o777]).toEqual([
      'new',
      'old',
      1,
      0o640,
    ]);
    await expect(stat(fresh)).rejects.toThrow('ENOENT');
  }
});

test('swapIn takes a swap back that had only begun', async () => {
  const [path, original, flat] = [
    join(directory, 'disk'),
    join(stage, 'original'),
    await staged('disk.flat'),
  ];
  await mkdir(directory);
  await writeFile(path, 'old');
  await link(path, original);
  await hypervisors.swapIn(HOST, path, original, flat);
  expect(await readFile(path, 'utf8')).toBe('old');
  await expect(stat(original)).rejects.toThrow('ENOENT');
});

test('swapIn does nothing where it does not know what happened', async () => {
  const [path, fresh, kept] = [join(directory, 'disk'), await staged('disk.flat'), join(stage, 'kept')];
  await mkdir(directory);
  await expect(hypervisors.swapIn(HOST, path, fresh, kept)).rejects.toMatchObject({
    code: 'migration.changed',
  });
  await writeFile(path, 'old');
  await writeFile(kept, 'of somebody else');
  await expect(hypervisors.swapIn(HOST, path, fresh, kept)).rejects.toMatchObject({
    code: 'migration.changed',
  });
  await rm(fresh);
  await rm(kept);
  await expect(hypervisors.swapIn(HOST, path, fresh, kept)).rejects.toMatchObject({
    code: 'migration.changed',
  });
  expect(await readFile(path, 'utf8')).toBe('old');
});

test('what is set aside keeps its bytes under a name with the time, each time another', async () => {
  const path = await staged('disk', 'first');
  const first = await hypervisors.setAside(HOST, path);
  await writeFile(path, 'second');
  const second = await hypervisors.setAside(HOST, path);
  expect(first).toMatch(/disk\.kept-\d{8}T\d{6}Z$/);
  expect([await readFile(first ?? '', 'utf8'), await readFile(second ?? '', 'utf8')]).toEqual([
    'first',
    'second',
  ]);
  expect(await hypervisors.setAside(HOST, path)).toBeUndefined();
  const whole = await hypervisors.setAside(HOST, stage);
  expect((await readdir(whole ?? '')).length).toBe(2);
  await expect(hypervisors.setAside(HOST, instances)).rejects.toMatchObject({ code: 'bad-request' });
  await expect(hypervisors.setAside(HOST, `${instances}/../x`)).rejects.toMatchObject({
    code: 'bad-request',
  });
});

test('a stage is released: other names go, the last name of any bytes stays', async () => {
  await staged('disk');
  await hypervisors.place(HOST, ID, ['disk']);
  await link(await staged('twice'), join(stage, 'again'));
  await staged('.disk.x8Kd2A', 'left by rsync');
  await staged('.coldhaul-probe');
  const kept = await hypervisors.releaseStage(HOST, ID);
  const names = kept.map((path) => path.slice(path.lastIndexOf('/') + 1)).sort();
  expect(names).toEqual(['.disk.x8Kd2A', 'twice']);
  expect(kept[0]).toMatch(new RegExp(`^${stage}\\.kept-\\d{8}T\\d{6}Z/`));
  expect(await readFile(join(directory, 'disk'), 'utf8')).toBe('disk');
  expect(await hypervisors.releaseStage(HOST, ID)).toEqual([]);
  await hypervisors.makeStage(HOST, ID);
  expect(await hypervisors.releaseStage(HOST, ID)).toEqual([]);
  await expect(stat(stage)).rejects.toThrow('ENOENT');
});

test('the mode of the instances directory, or of a file in it, is set; of nothing else', async () => {
  const path = await staged('disk');
  await hypervisors.setMode(HOST, path, 0o4600);
  await hypervisors.setMode(HOST, instances, 0o711);
  const modes = await Promise.all([path, instances].map(async (one) => (await stat(one)).mode & 0o7777));
  expect(modes).toEqual([0o4600, 0o711]);
  await symlink('/etc/passwd', join(stage, 'link'));
  for (const [bad, code] of [
    [join(stage, 'link'), 'migration.changed'],
    [join(stage, 'absent'), 'migration.changed'],
    [root, 'bad-request'],
  ] as const) {
    await expect(hypervisors.setMode(HOST, bad, 0o777)).rejects.toMatchObject({ code });
  }
  await expect(hypervisors.setMode(HOST, path, 0o77777)).rejects.toMatchObject({ code: 'bad-request' });
});

test('the plug is pulled, also of a domain that is off, and a refusal is told', async () => {
  const program = join(root, 'virsh');
  const env = { PATH: `${root}:${process.env['PATH'] ?? ''}` };
  const pulled = createHypervisors({
    hosts: createLocalHosts({ [HOST]: { env } }),
    clock: realClock,
    log: keepLog().log,
    settings: { novaUser: 'daemon', instancesPath: instances },
  });
  const say = async (text: string): Promise<void> => {
    await writeFile(program, `#!/bin/sh\necho "$@" >>'${root}/calls'\n${text}\n`);
    await chmod(program, 0o755);
  };
  await say('exit 0');
  await pulled.destroyDomain(HOST, ID);
  await say('echo "error: Requested operation is not valid: domain is not running" >&2; exit 1');
  await pulled.destroyDomain(HOST, ID);
  await say('echo "error: failed to connect to the hypervisor" >&2; exit 1');
  await expect(pulled.destroyDomain(HOST, ID)).rejects.toMatchObject({
    code: 'host.command-failed',
    message: expect.stringContaining('failed to connect') as string,
  });
  expect(await readFile(join(root, 'calls'), 'utf8')).toBe(`destroy ${ID}\n`.repeat(3));
});

test('a base is pinned by a second name, as often as one likes; bytes pinned before are kept', async () => {
  const base = join(instances, '_base', '4f1b');
  await mkdir(join(instances, '_base'));
  await writeFile(base, 'first');
  const pinned = await hypervisors.pin(HOST, ID, base);
  expect(await hypervisors.pin(HOST, ID, base)).toBe(pinned);
  expect(await inode(pinned)).toBe(await inode(base));
  await rm(base);
  await expect(hypervisors.pin(HOST, ID, base)).rejects.toMatchObject({ code: 'migration.changed' });
  await writeFile(base, 'second');
  await hypervisors.pin(HOST, ID, base);
  const held = await Promise.all((await readdir(stage)).map((name) => readFile(join(stage, name), 'utf8')));
  expect(held.sort()).toEqual(['first', 'second']);
  await expect(hypervisors.pin(HOST, ID, '/etc/passwd')).rejects.toMatchObject({ code: 'bad-request' });
});

test('a stage that many make at the same time is made, and nobody fails', async () => {
  const all = await Promise.all(Array.from({ length: 12 }, () => hypervisors.makeStage(HOST, ID)));
  expect(new Set(all)).toEqual(new Set([stage]));
});
