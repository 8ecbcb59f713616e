/** Real rsync over a real sshd on this machine. Runs as root: it changes users and mounts in a namespace of its own. */
import { execa } from 'execa';
import {
  chown,
  mkdir,
  open,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Hosts } from '../../main/domain/ports.ts';
import type { CopyOrder, Transfer } from '../../main/domain/transfer.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import { type CopyPair, startCopyPair, trust } from '../support/copy-pair.ts';
import { failureOf } from '../support/failure-of.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const MIB = 1024 ** 2;
const MIGRATION = 'm1';

let pair: CopyPair;
let transfer: Transfer;
const { log } = keepLog();
const rsync = { source: '3.4.0', dest: '3.4.0' };

beforeAll(async () => {
  pair = await startCopyPair();
  transfer = make(pair.hosts());
});

afterEach(async () => {
  await transfer.forget('a', MIGRATION);
  await execa('sh', ['-c', 'rm -rf "$1"/* "$2"/* "$3"/*', 'sh', pair.source, pair.dest, pair.small]);
});

afterAll(async () => {
  await pair.stop();
});

function make(hosts: Hosts): Transfer {
  const jobs = { directory: pair.jobs, pollMs: 50, graceSeconds: 2 };
  return createTransfer({ hosts, clock: realClock, log, jobs });
}

/** A file of the user's with `bytes` of noise and as many of nothing after them. */
async function sourceFile(name: string, bytes: number): Promise<CopyOrder> {
  const path = join(pair.source, name);
  await writeFile(path, randomBytes(bytes));
  await truncate(path, 2 * bytes);
  await chown(path, pair.uid, pair.uid);
  await utimes(path, 1_000_000_000, 1_000_000_000);
  return {
    migrationId: MIGRATION,
    disk: name,
    sourceHost: 'a',
    destHost: 'b',
    destAddress: pair.address,
    user: pair.user,
    fromPath: path,
    toPath: join(pair.dest, name),
    keepMtime: true,
    limitKibPerSecond: undefined,
    rsyncVersion: rsync,
    aes: true,
  };
}

async function sameBytes(order: CopyOrder): Promise<boolean> {
  const result = await execa('cmp', [order.fromPath, order.toPath], { reject: false });
  return result.exitCode === 0;
}

const never = (): AbortSignal => AbortSignal.timeout(100_000);
const nobody = (): void => undefined;

/** Runs a slow copy, and calls back once it moves. */
async function whileCopying(order: CopyOrder, act: () => Promise<void>): Promise<unknown> {
  const slow = { ...order, limitKibPerSecond: 2048 };
  let moving = (): void => undefined;
  const moves = new Promise<void>((resolve) => {
    moving = resolve;
  });
  const copying = transfer
    .copy(
      slow,
      (bytes) => {
        if (bytes > 0) moving();
      },
      never(),
    )
    .catch((error: unknown) => error);
  await moves;
  await act();
  return await copying;
}

test('a copy has the bytes, the time, the owner and the holes of its source', async () => {
  const order = await sourceFile('disk', 4 * MIB);
  const counts: number[] = [];
  const result = await transfer.copy(order, (bytes) => counts.push(bytes), never());
  expect(await sameBytes(order)).toBe(true);
  const copied = await stat(order.toPath);
  expect([copied.mtimeMs, copied.uid, result.bytes]).toEqual([1_000_000_000_000, pair.uid, 8 * MIB]);
  expect(copied.blocks * 512).toBeLessThan(5 * MIB);
  expect(counts).toEqual([...counts].sort((left, right) => left - right));
  expect(counts.at(-1)).toBe(8 * MIB);
  expect(result.seconds).toBeGreaterThan(0);
});

test.each(['lz4', 'zstd'] as const)('a copy with %s is the same, also onto an older one', async (codec) => {
  const order = { ...(await sourceFile('disk', 4 * MIB)), codec };
  expect(transfer.describeCopy(order)).toContain(`--compress-choice=${codec}`);
  await transfer.copy(order, nobody, never());
  expect(await sameBytes(order)).toBe(true);
  await writeFile(order.fromPath, randomBytes(MIB), { flag: 'r+' });
  await transfer.forget('a', MIGRATION);
  const { bytes } = await transfer.copy(order, nobody, never());
  expect(bytes).toBe(8 * MIB);
  expect(await sameBytes(order)).toBe(true);
});

test('names that would break a careless command are copied as they are', async () => {
  const names = [
    "it's $(touch hacked).img",
    '-rf',
    'two\nlines',
    'größe→ "x" \\ *',
    `${'x'.repeat(250)}.img`,
  ];
  for (const name of names) {
    const order = await sourceFile(name, 100);
    await transfer.copy(order, nobody, never());
    expect(await sameBytes(order)).toBe(true);
  }
});

test('what was copied before is used, and what differs is mended, even with equal size and time', async () => {
  const order = await sourceFile('disk', 4 * MIB);
  await transfer.copy(order, nobody, never());
  const file = await open(order.toPath, 'r+');
  await file.write('another', MIB);
  await file.write('late', 7 * MIB);
  await file.close();
  await utimes(order.toPath, 1_000_000_000, 1_000_000_000);
  const before = await stat(order.toPath);
  await transfer.copy(order, nobody, never());
  expect(await sameBytes(order)).toBe(true);
  expect((await stat(order.toPath)).ino).toBe(before.ino);
});

test('an old pair of rsync copies without going in place', async () => {
  const order = { ...(await sourceFile('disk', MIB)), rsyncVersion: { source: '3.0.6', dest: '3.1.2' } };
  const counts: number[] = [];
  await transfer.copy(order, (bytes) => counts.push(bytes), never());
  expect(await sameBytes(order)).toBe(true);
  expect((await stat(order.toPath)).blocks * 512).toBeLessThan(1.5 * MIB);
  expect(counts.at(-1)).toBe(2 * MIB);
});

test('the copy goes on without its caller, and a later one finds it', async () => {
  const order = { ...(await sourceFile('disk', 4 * MIB)), limitKibPerSecond: 2048 };
  const leaving = new AbortController();
  const first = transfer.copy(
    order,
    () => {
      leaving.abort();
    },
    leaving.signal,
  );
  expect(await failureOf(first)).toMatchObject({ code: 'cancelled' });
  const inode = (await stat(order.toPath)).ino;
  const counts: number[] = [];
  const result = await make(pair.hosts()).copy(order, (bytes) => counts.push(bytes), never());
  expect(await sameBytes(order)).toBe(true);
  // The whole time, not that of a second run.
  expect(result.seconds).toBeGreaterThan(1.5);
  expect((await stat(order.toPath)).ino).toBe(inode);
});

test('many callers at once make one copy', async () => {
  const order = { ...(await sourceFile('disk', 2 * MIB)), limitKibPerSecond: 2048 };
  const copies = [1, 2, 3].map(() => make(pair.hosts()).copy(order, nobody, never()));
  const outcomes = await Promise.allSettled(copies);
  // The first one to see the end takes the result away; a slower one may miss it and then starts again by itself.
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
  expect(await readdir(join(pair.jobs, MIGRATION, '.aside'))).toHaveLength(1);
  expect(await sameBytes(order)).toBe(true);
});

test('a copy that was killed is lost, and the next one goes on with its bytes', async () => {
  const order = await sourceFile('disk', 4 * MIB);
  const leader = join(pair.jobs, MIGRATION, 'copy-disk', 'pid');
  const ended = await whileCopying(order, async () => {
    process.kill(-Number(await readFile(leader, 'utf8')), 'SIGKILL');
  });
  expect(ended).toMatchObject({ code: 'job.lost', passing: true });
  const partial = await stat(order.toPath);
  await transfer.copy(order, nobody, never());
  expect(await sameBytes(order)).toBe(true);
  expect((await stat(order.toPath)).ino).toBe(partial.ino);
});

test('a cut link is told as passing, and the next copy goes on', async () => {
  const order = await sourceFile('disk', 4 * MIB);
  const ended = await whileCopying(order, () => pair.sshd.dropSessions());
  expect(ended).toMatchObject({ code: 'job.failed', passing: true });
  await transfer.copy(order, nobody, never());
  expect(await sameBytes(order)).toBe(true);
});

test('another limit takes the place of the running copy', async () => {
  const order = await sourceFile('disk', 4 * MIB);
  const first = await whileCopying(order, async () => {
    await transfer.copy({ ...order, limitKibPerSecond: undefined }, nobody, never());
  });
  // It sees its job stopped, gone, or another in its place; the end of that one is not its own.
  expect(first).toMatchObject({ code: expect.stringMatching(/^job\.(failed|lost)$/) as string });
  expect(await sameBytes(order)).toBe(true);
});

test('no copy begins while another process writes to the file', async () => {
  const order = await sourceFile('disk', MIB);
  const writer = await open(order.toPath, 'w');
  await chown(order.toPath, pair.uid, pair.uid);
  const waits: number[] = [];
  const clock = {
    nowMs: () => 0,
    elapsedMs: () => 0,
    wait: async (ms: number): Promise<void> => {
      waits.push(ms);
      if (waits.length === 3) await writer.close();
    },
  };
  const jobs = { directory: pair.jobs, pollMs: 50 };
  await createTransfer({ hosts: pair.hosts(), clock, log, jobs }).copy(order, nobody, never());
  expect(waits.slice(0, 3)).toEqual([1000, 1000, 1000]);
  expect(await sameBytes(order)).toBe(true);
});

test('what cannot be copied is told in words', async () => {
  const order = await sourceFile('disk', MIB);
  const fail = (changes: Partial<CopyOrder>) =>
    failureOf(transfer.copy({ ...order, ...changes }, nobody, never()));

  const big = await sourceFile('big', 12 * MIB);
  expect(await fail({ ...big, toPath: join(pair.small, 'big') })).toMatchObject({
    code: 'job.failed',
    passing: false,
    message: expect.stringMatching(/file system is full.*No space left on device/) as string,
  });
  await rm(big.fromPath);
  await chown(order.fromPath, 0, 0);
  await execa('chmod', ['600', order.fromPath]);
  expect(await fail({})).toMatchObject({ message: expect.stringContaining('may not be read') as string });
  expect(await fail({ fromPath: join(pair.source, 'absent') })).toMatchObject({ code: 'job.failed' });
  expect(await fail({ fromPath: 'disk' })).toMatchObject({ code: 'bad-request' });
  expect(await fail({ destAddress: '-oProxyCommand=id' })).toMatchObject({ code: 'bad-request' });
  expect(await fail({ user: '--help' })).toMatchObject({ code: 'bad-request' });
  expect(await fail({ limitKibPerSecond: 0.5 })).toMatchObject({ code: 'bad-request' });
});

test('an unknown host key and a refused key are named as such', async () => {
  const order = await sourceFile('disk', 100);
  const ssh = join(pair.home, '.ssh');
  await writeFile(join(ssh, 'known_hosts'), '');
  expect(await failureOf(transfer.copy(order, nobody, never()))).toMatchObject({
    message: expect.stringContaining('does not know the host key') as string,
    passing: false,
  });
  await trust(pair.sshd, ssh);
  await rm(join(ssh, 'key'));
  expect(await failureOf(transfer.copy(order, nobody, never()))).toMatchObject({
    message: expect.stringContaining('refused the SSH key') as string,
    passing: false,
  });
  await trust(pair.sshd, ssh);
  await transfer.copy(order, nobody, never());
});

/** Samples of this pair in memory; other tests have theirs. */
async function samples(): Promise<readonly string[]> {
  const names = (await readdir('/dev/shm')).filter((name) => name.startsWith('coldhaul-sample'));
  const owners = await Promise.all(names.map((name) => stat(join('/dev/shm', name)).catch(() => undefined)));
  return names.filter((_name, index) => owners[index]?.uid === pair.uid);
}

async function probeOrder(): Promise<Parameters<Transfer['probe']>[0]> {
  const { fromPath } = await sourceFile('disk', 8 * MIB);
  const order = {
    sourceHost: 'a',
    destHost: 'b',
    destAddress: pair.address,
    user: pair.user,
    fromPath,
    stagePath: join(pair.dest, 'stage'),
    maxBytes: 4 * MIB,
    aes: false,
    algorithm: 'sha256sum',
    guestProcesses: [process.pid],
    severalStreams: true,
  } as const;
  await mkdir(order.stagePath);
  await chown(order.stagePath, pair.uid, pair.uid);
  return order;
}

test('a probe that nobody hears any more takes its sample away', async () => {
  const hosts = pair.hosts();
  const deaf: Hosts = {
    ...hosts,
    shell(name) {
      const shell = hosts.shell(name);
      return {
        ...shell,
        run: (argv, options) => shell.run(['sh', '-c', '"$@" | :', 'sh', ...argv], options),
      };
    },
  };
  expect(await failureOf(make(deaf).probe(await probeOrder()))).toMatchObject({ code: 'job.failed' });
  await expect.poll(samples, { timeout: 60_000 }).toEqual([]);
});

test('the path is measured with real bytes, and nothing stays behind', async () => {
  const order = await probeOrder();
  const measured = await transfer.probe(order);
  expect(measured.bytes).toBe(4 * MIB);
  expect(measured.copyBytesPerSecond).toBeGreaterThan(MIB);
  expect(measured.digestBytesPerSecond).toBeGreaterThan(MIB);
  const { parts, abilities, guestWrites, trials } = measured;
  // Of the sample, half is noise and half is nothing.
  for (const { bytesPerSecond, wireShare } of trials ?? []) {
    expect(bytesPerSecond).toBeGreaterThan(MIB);
    expect(wireShare).toBeGreaterThan(0.4);
    expect(wireShare).toBeLessThan(0.6);
  }
  expect(trials?.map(({ codec }) => codec)).toEqual(['lz4', 'zstd']);
  expect(await samples()).toEqual([]);
  const { writesDirectly, ...rates } = parts ?? { none: 0 };
  expect([true, undefined]).toContain(writesDirectly);
  for (const rate of Object.values(rates)) expect(rate).toBeGreaterThan(MIB);
  expect(parts?.severalBytesPerSecond).toBeGreaterThan(MIB);
  expect(abilities).toMatchObject({ keepsHoles: true, preallocates: true });
  expect(guestWrites?.bytes).toBeGreaterThanOrEqual(0);
  expect(guestWrites?.sinceStart?.seconds).toBeGreaterThan(0);
  expect((await execa('ls', ['-A', pair.dest])).stdout).toBe('');
  const nowhere = await failureOf(transfer.probe({ ...order, stagePath: join(pair.dest, 'absent') }));
  expect(nowhere).toMatchObject({ code: 'host.command-failed' });
});
