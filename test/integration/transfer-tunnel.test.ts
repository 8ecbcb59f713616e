/** Chains that are flattened on their way, through a real sshd, qemu-nbd and qemu-img on this machine. Runs as root. */
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { chmod, chown, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Failure } from '../../main/domain/failure.ts';
import type { CopyOrder, FlattenOnTheWay, Transfer } from '../../main/domain/transfer.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import { type CopyPair, startCopyPair } from '../support/copy-pair.ts';
import { failureOf } from '../support/failure-of.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const MIB = 1024 ** 2;
const MIGRATION = 'm1';

type Order = CopyOrder & { readonly flatten: FlattenOnTheWay };

let pair: CopyPair;
let closed: CopyPair;
const { log } = keepLog();

beforeAll(async () => {
  [pair, closed] = [await startCopyPair(), await startCopyPair(['AllowStreamLocalForwarding no'])];
});
afterEach(async () => {
  for (const one of [pair, closed]) {
    await make(one).forget('a', MIGRATION);
    await execa('sh', ['-c', 'rm -rf "$1"/* "$2"/*', 'sh', one.source, one.dest]);
  }
  expect(await sockets()).toEqual([]);
});
afterAll(async () => {
  await pair.stop();
  await closed.stop();
});

function make(one: CopyPair, hosts = one.hosts()): Transfer {
  const jobs = { directory: one.jobs, pollMs: 50, graceSeconds: 2 };
  return createTransfer({ hosts, clock: realClock, log, jobs });
}

/** What a tunnel leaves in /tmp; those of other tests at the same time belong to other users of the same number. */
async function sockets(): Promise<readonly string[]> {
  const names = (await readdir('/tmp')).filter((name) => name.startsWith('coldhaul-nbd.'));
  const mine = await Promise.all(
    names.map(async (name) =>
      (await stat(join('/tmp', name)).catch(() => undefined))?.uid === pair.uid ? name : '',
    ),
  );
  return mine.filter((name) => name !== '');
}

/** Processes of the user that serve or take a chain. */
async function processes(): Promise<readonly string[]> {
  const { stdout } = await execa('ps', ['-u', String(pair.uid), '-o', 'comm='], { reject: false });
  return stdout.split('\n').filter((name) => /qemu-(?:nbd|img)/.test(name));
}

/** An overlay of 4 MiB of noise in the middle of a base with as much at its beginning, and holes; as big as asked for. */
async function chainOf(one: CopyPair, name = 'layer.disk', noiseMib = 4): Promise<Order> {
  const { source, dest, address, user, uid } = one;
  const [base, top, noise] = [join(source, 'base'), join(source, name), join(source, 'noise')];
  await writeFile(noise, randomBytes(noiseMib * MIB));
  await execa('qemu-img', ['create', '-q', '-f', 'raw', base, '1G']);
  await execa('dd', [`if=${noise}`, `of=${base}`, 'conv=notrunc', 'status=none']);
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, join(source, 'top')]);
  await execa('qemu-io', ['-c', `write -q -s ${noise} 512M ${String(noiseMib)}M`, join(source, 'top')]);
  await rename(join(source, 'top'), top);
  await chown(top, uid, uid);
  await chmod(top, 0o640);
  return {
    ...{ migrationId: MIGRATION, disk: 'disk', sourceHost: 'a', destHost: 'b', destAddress: address, user },
    ...{ fromPath: top, toPath: join(dest, name), keepMtime: true, limitKibPerSecond: undefined, aes: true },
    rsyncVersion: { source: '3.4.0', dest: '3.4.0' },
    flatten: { format: 'qcow2', bytes: 2 * noiseMib * MIB },
  };
}

/** A copy that has begun to travel, slowly enough to be hurt; `ended` settles with what it ended with. */
async function underWay(
  order: Order,
  signal = never(),
  reorder?: AbortSignal,
): Promise<{ readonly ended: Promise<Failure> }> {
  let some = false;
  const onBytes = (bytes: number): void => {
    some ||= bytes > 0;
  };
  const ended = failureOf(make(pair).copy(order, onBytes, signal, reorder));
  await vi.waitUntil(() => some, { interval: 20, timeout: 60_000 });
  return { ended };
}

const never = (): AbortSignal => AbortSignal.timeout(100_000);
const nobody = (): void => undefined;

test.each(['layer.disk', `it's "a" $(name), with:every thing\nand another line`])(
  'the copy of %j has all that the chain holds and stands alone, and is proven through the same tunnel',
  async (name) => {
    const order = await chainOf(pair, name);
    const counts: number[] = [];
    const { bytes } = await make(pair).copy(order, (count) => counts.push(count), never());
    expect(bytes).toBe((await stat(order.toPath)).size);
    expect(counts.at(-1)).toBe(bytes);
    expect(counts.length).toBeGreaterThan(2);
    const there = await stat(order.toPath);
    expect([there.uid, there.mode & 0o777]).toEqual([pair.uid, 0o640]);
    // The holes stayed holes.
    expect(there.blocks * 512).toBeLessThan(12 * MIB);
    const { stdout } = await execa('qemu-img', ['info', '--output=json', order.toPath]);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'qcow2', 'virtual-size': 1024 * MIB });
    expect(stdout).not.toContain('backing-filename');
    await execa('qemu-img', ['compare', '-f', 'qcow2', '-F', 'qcow2', order.fromPath, order.toPath]);
    const shares: number[] = [];
    await make(pair).compareFlattened(order, (share) => shares.push(share), never());
    expect(shares.at(-1)).toBe(1);
  },
);

test('one byte of difference is found, and the image that is compared is read from the disk', async () => {
  const order = await chainOf(pair);
  await make(pair).copy(order, nobody, never());
  await execa('qemu-io', ['-c', 'write -q -P 7 600M 512', order.toPath]);
  expect(await failureOf(make(pair).compareFlattened(order, nobody, never()))).toMatchObject({
    code: 'migration.copy-differs',
  });
});

test('what is there of an earlier order is not believed: it is written anew', async () => {
  const order = await chainOf(pair);
  await writeFile(order.toPath, 'another time');
  await chown(order.toPath, pair.uid, pair.uid);
  await make(pair).copy(order, nobody, never());
  await make(pair).compareFlattened(order, nobody, never());
});

test('a tunnel that is cut is told as passing and leaves nobody behind; the next order does all of it', async () => {
  const order = { ...(await chainOf(pair, 'layer.disk', 64)), limitKibPerSecond: 8 * 1024 };
  const { ended } = await underWay(order);
  await pair.sshd.dropSessions();
  expect(await ended).toMatchObject({ code: 'job.failed', passing: true });
  await expect.poll(processes, { timeout: 30_000 }).toEqual([]);
  const unlimited = { ...order, limitKibPerSecond: undefined };
  await make(pair).copy(unlimited, nobody, never());
  await make(pair).compareFlattened(unlimited, nobody, never());
  // The far end was killed with its login, and could not take its socket away: the first order after ten minutes does.
  const [left = ''] = await sockets();
  expect(left).toMatch(/\.far$/);
  await execa('touch', ['-h', '-d', '11 minutes ago', join('/tmp', left)]);
  await make(pair).tryTunnel(order);
});

test('a stop of the job ends the server, the tunnel and the far end', async () => {
  const order = { ...(await chainOf(pair, 'layer.disk', 64)), limitKibPerSecond: 8 * 1024 };
  const stop = new AbortController();
  const { ended } = await underWay(order, stop.signal);
  stop.abort();
  expect(await ended).toMatchObject({ code: 'cancelled' });
  expect(await processes()).toContain('qemu-nbd');
  await make(pair).forget('a', MIGRATION);
  await expect.poll(processes, { timeout: 30_000 }).toEqual([]);
});

test('a server that is killed is told as passing, as any copy that is', async () => {
  const order = { ...(await chainOf(pair, 'layer.disk', 64)), limitKibPerSecond: 8 * 1024 };
  const { ended } = await underWay(order);
  const { stdout } = await execa('pgrep', ['-f', `^qemu-nbd .*file.filename=${order.fromPath}`]);
  process.kill(Number(stdout.trim()), 'SIGKILL');
  const failure = await ended;
  expect(failure).toMatchObject({ code: 'job.failed', passing: true });
  expect(failure.message).toContain('it was killed');
});

test('a script that is killed leaves no server behind', async () => {
  const order = { ...(await chainOf(pair, 'layer.disk', 64)), limitKibPerSecond: 8 * 1024 };
  const { ended } = await underWay(order);
  const { stdout: server } = await execa('pgrep', ['-f', `^qemu-nbd .*file.filename=${order.fromPath}`]);
  const { stdout: script } = await execa('ps', ['-o', 'ppid=', '-p', server.trim()]);
  process.kill(Number(script.trim()), 'SIGKILL');
  expect((await ended).code).toMatch(/^job\./);
  await expect.poll(processes, { timeout: 30_000 }).toEqual([]);
  // Its directory is taken away by the next order.
  expect(await sockets()).toHaveLength(1);
  await make(pair).tryTunnel(order);
});

test('another limit takes the place of the running one, and is kept by copy and proof', async () => {
  const order = { ...(await chainOf(pair, 'layer.disk', 16)), limitKibPerSecond: 1024 };
  const reorder = new AbortController();
  const { ended } = await underWay(order, never(), reorder.signal);
  reorder.abort();
  await ended;
  const quick = { ...order, limitKibPerSecond: 16 * 1024 };
  const { seconds } = await make(pair).copy(quick, nobody, never());
  // 32 MiB at 16 MiB a second; QEMU lets a burst of a tenth of a second through.
  expect(seconds).toBeGreaterThan(1);
  expect((await make(pair).compareFlattened(quick, nobody, never())).seconds).toBeGreaterThan(1);
});

test('where sshd makes no socket, that is known before, and said', async () => {
  const order = await chainOf(closed);
  expect(await make(closed).tryTunnel(order)).toMatchObject({
    ok: false,
    said: expect.stringContaining('forwarding failed') as string,
  });
  const failure = await failureOf(make(closed).copy(order, nobody, never()));
  expect(failure).toMatchObject({
    code: 'job.failed',
    message: expect.stringContaining('made no socket') as string,
  });
  expect(failure.hint).toContain('AllowStreamLocalForwarding');
});

test('a tunnel that is there is told as such; a source without qemu-nbd has none', async () => {
  const order = await chainOf(pair);
  expect(await make(pair).tryTunnel(order)).toMatchObject({ ok: true });
  const text =
    'mount --bind "$1" /etc/passwd && mount --bind /dev/null /usr/bin/qemu-nbd || exit; shift; exec "$@"';
  const passwd = join(pair.home, '..', 'passwd');
  const enter = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', text, 'sh', passwd];
  const without = pair.hosts({ enter });
  expect(await make(pair, without).tryTunnel(order)).toEqual({
    ok: false,
    said: 'qemu-nbd is not installed',
  });
  const failure = await failureOf(make(pair, without).copy(order, nobody, never()));
  expect(failure.message).toContain('qemu-nbd is not installed');
  // One that neither tells holes nor keeps a limit.
  const old = join(pair.home, 'qemu-nbd');
  await writeFile(old, '#!/bin/sh\necho "qemu-nbd 2.11.1(Debian 1:2.11+dfsg-1)"\n', { mode: 0o755 });
  const withOld = enter.map((word) => word.replace('/dev/null', old));
  expect(await make(pair, pair.hosts({ enter: withOld })).tryTunnel(order)).toEqual({
    ok: false,
    said: 'qemu-nbd is older than 2.12',
  });
  await rm(old);
});

test('a chain that cannot be read is said in the words of qemu-nbd', async () => {
  const order = await chainOf(pair);
  await execa('rm', [join(pair.source, 'base')]);
  const failure = await failureOf(make(pair).copy(order, nobody, never()));
  expect(failure.message).toContain('did not offer');
  expect(failure.message).toContain('base');
});
