/** Real streams through a real sshd on this machine. Runs as root: it changes users and mounts in a namespace of its own. */
import { execa } from 'execa';
import {
  chmod,
  chown,
  mkdtemp,
  open,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { CopyOrder, Transfer } from '../../main/domain/transfer.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import { type CopyPair, startCopyPair } from '../support/copy-pair.ts';
import { failureOf } from '../support/failure-of.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const KIB = 1024;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const MIGRATION = 'm1';
/** A login that may do nothing but what rsync asks of it. */
const RSYNC_ONLY =
  'ForceCommand case "$SSH_ORIGINAL_COMMAND" in "rsync --server"*) exec $SSH_ORIGINAL_COMMAND ;; *) exit 1 ;; esac';

let pair: CopyPair;
let strict: CopyPair;
/** Its destination has a dd that says what open(2) does where a file system cannot do that. */
let indirect: CopyPair;
let programs: string;
const { log } = keepLog();

beforeAll(async () => {
  [pair, strict] = [await startCopyPair(), await startCopyPair([RSYNC_ONLY])];
  programs = await mkdtemp(join(tmpdir(), 'coldhaul-programs-'));
  await chmod(programs, 0o777);
  const refuse = `echo "$*" >>${programs}/asked; echo 'dd: failed to open: Invalid argument' >&2; exit 1`;
  const dd = `#!/bin/sh\ncase "$*" in *oflag=direct*) ${refuse} ;; esac\nexec /usr/bin/dd "$@"\n`;
  await writeFile(join(programs, 'dd'), dd, { mode: 0o755 });
  indirect = await startCopyPair([`SetEnv PATH=${programs}:/usr/bin:/bin`]);
});
afterEach(async () => {
  for (const one of [pair, strict, indirect]) {
    await make(one.hosts(), one.jobs).forget('a', MIGRATION);
    await execa('sh', ['-c', 'rm -rf "$1"/* "$2"/*', 'sh', one.source, one.dest]);
  }
});
afterAll(async () => {
  await pair.stop();
  await strict.stop();
  await indirect.stop();
  await rm(programs, { recursive: true });
});

function make(hosts: ReturnType<CopyPair['hosts']>, directory: string): Transfer {
  return createTransfer({ hosts, clock: realClock, log, jobs: { directory, pollMs: 50, graceSeconds: 2 } });
}

/** A file with data at these places, in bytes: where and how many. */
async function fileOf(
  { source, dest, address, user, uid }: CopyPair,
  sizeBytes: number,
  pieces: readonly (readonly [start: number, bytes: number])[],
): Promise<CopyOrder> {
  const fromPath = join(source, 'disk');
  await writeFile(fromPath, '');
  await truncate(fromPath, sizeBytes);
  const file = await open(fromPath, 'r+');
  for (const [start, bytes] of pieces) await file.write(randomBytes(bytes), 0, bytes, start);
  await file.close();
  await chown(fromPath, uid, uid);
  await chmod(fromPath, 0o664);
  await utimes(fromPath, 1_000_000_000, 1_000_000_000.123);
  return {
    ...{ migrationId: MIGRATION, disk: 'disk', sourceHost: 'a', destHost: 'b', destAddress: address, user },
    ...{ fromPath, toPath: join(dest, 'disk'), keepMtime: true, limitKibPerSecond: undefined, aes: true },
    rsyncVersion: { source: '3.4.0', dest: '3.4.0' },
  };
}

const never = (): AbortSignal => AbortSignal.timeout(100_000);
const nobody = (): void => undefined;

async function expectSame({ fromPath, toPath }: CopyOrder): Promise<void> {
  await execa('cmp', [fromPath, toPath]);
  const [from, to] = [await stat(fromPath), await stat(toPath)];
  expect([to.mtimeMs, to.size]).toEqual([from.mtimeMs, from.size]);
}

const MANY = Array.from({ length: 1100 }, (_nothing, index) => [index * 2 * MIB, 5 * KIB] as const);
const FILES = {
  'nothing at all': [0, []],
  'a few bytes': [100, [[0, 100]]],
  'a size that no sector has': [3 * MIB + 7, [[2 * MIB, MIB + 7]]],
  'nothing but a hole': [GIB, []],
  'holes before, between and after': [
    GIB + 512,
    [
      [3 * MIB, 2 * MIB],
      [512 * MIB + 1, 3 * MIB],
      [GIB - MIB, 64 * KIB],
    ],
  ],
  'big pieces, of which one begins and ends within a block': [
    300 * MIB,
    [
      [0, 80 * MIB],
      [100 * MIB + 12_345, 70 * MIB + 54_321],
      [200 * MIB, 100 * MIB],
    ],
  ],
  'more pieces than are sent one by one': [2201 * MIB, MANY],
} as const satisfies Record<string, readonly [number, readonly (readonly [number, number])[]]>;

test.each(
  Object.entries(FILES).flatMap(([name, file]) =>
    [1, 3].flatMap((streams) => [false, true].map((directWrite) => ({ name, file, streams, directWrite }))),
  ),
)(
  '$name, by $streams streams, past the page cache: $directWrite, arrives as it is, with its holes',
  async ({ file: [size, pieces], streams, directWrite }) => {
    const order = { ...(await fileOf(pair, size, pieces)), streams, directWrite };
    const counts: number[] = [];
    const { bytes } = await make(pair.hosts(), pair.jobs).copy(order, (count) => counts.push(count), never());
    expect(bytes).toBe(size);
    expect(counts.at(-1)).toBe(size);
    const [from, to] = [await stat(order.fromPath), await stat(order.toPath)];
    expect([to.mtimeMs, to.uid, to.mode & 0o777]).toEqual([from.mtimeMs, pair.uid, 0o644]);
    // Of a gigabyte of nothing, nothing is to be written; a block of zeros here and there may be.
    expect(to.blocks).toBeLessThanOrEqual(Math.ceil(from.blocks * 20));
    await expectSame(order);
  },
);

test('what is written past the page cache leaves nothing in it', async () => {
  const order = { ...(await fileOf(pair, 80 * MIB, [[0, 80 * MIB]])), directWrite: true };
  const transfer = make(pair.hosts(), pair.jobs);
  await transfer.copy(order, nobody, never());
  const { stdout } = await execa('fincore', ['--bytes', '--noheadings', '--output', 'res', order.toPath]);
  expect(Number(stdout)).toBeLessThan(8 * MIB);
  await expectSame(order);
});

test('a file system that takes nothing past the page cache gets it through it', async () => {
  const order = { ...(await fileOf(indirect, 80 * MIB, [[0, 80 * MIB]])), directWrite: true };
  await make(indirect.hosts(), indirect.jobs).copy(order, nobody, never());
  await expectSame(order);
  expect(await readFile(join(programs, 'asked'), 'utf8')).toContain('oflag=direct');
});

test('a stream that is cut is told as passing; the rest is brought by rsync, and the whole is equal', async () => {
  const order = await fileOf(pair, 400 * MIB, [[0, 400 * MIB]]);
  const transfer = make(pair.hosts(), pair.jobs);
  const copying = failureOf(transfer.copy(order, nobody, never()));
  await vi.waitUntil(async () => ((await stat(order.toPath).catch(nobody))?.size ?? 0) > 0, { interval: 5 });
  await pair.sshd.dropSessions();
  expect(await copying).toMatchObject({ code: 'job.failed', passing: true });
  const partial = await stat(order.toPath);
  expect(partial.size).toBeLessThan(400 * MIB);
  await transfer.copy(order, nobody, never());
  expect((await stat(order.toPath)).ino).toBe(partial.ino);
  await expectSame(order);
});

test('a login that may do nothing but rsync is brought the file by rsync', async () => {
  const order = await fileOf(strict, 8 * MIB, [[0, 8 * MIB]]);
  await make(strict.hosts(), strict.jobs).copy(order, nobody, never());
  await expectSame(order);
});

test('a dd that is too old to take pieces is not asked to, and rsync brings the file', async () => {
  const order = await fileOf(pair, 8 * MIB, [[0, 8 * MIB]]);
  const old = join(pair.home, 'dd');
  await writeFile(old, '#!/bin/sh\necho "dd: invalid conversion: sparse" >&2\nexit 1\n', { mode: 0o755 });
  const passwd = join(pair.home, '..', 'passwd');
  const text = 'mount --bind "$1" /etc/passwd && mount --bind "$2" /usr/bin/dd || exit; shift 2; exec "$@"';
  const enter = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', text, 'sh', passwd, old];
  await make(pair.hosts({ enter }), pair.jobs).copy(order, nobody, never());
  await expectSame(order);
  await rm(old);
});
