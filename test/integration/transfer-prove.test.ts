/** Digests and flattened images of real files on this machine. Runs as root, as the scripts do on a compute host. */
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import type { Transfer } from '../../main/domain/transfer.ts';
import { IDENTITY_SCRIPT, WRITERS_SCRIPT } from '../../main/services/transfer/scripts/look.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import { failureOf } from '../support/failure-of.ts';
import { createLocalHosts, type LocalShellOptions } from '../support/local-shell.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const MIB = 1024 ** 2;
const MIGRATION = 'm1';
const DAEMON_UID = 1;

let root: string;
let transfer: Transfer;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldhaul-prove-'));
  await chmod(root, 0o755);
  await mkdir(join(root, 'disks'));
  await chown(join(root, 'disks'), DAEMON_UID, DAEMON_UID);
  transfer = make({});
});

afterEach(async () => {
  await transfer.forget('a', MIGRATION);
  await rm(root, { recursive: true });
});

function make(options: LocalShellOptions): Transfer {
  const jobs = { directory: join(root, 'jobs'), pollMs: 50, graceSeconds: 1 };
  return createTransfer({
    hosts: createLocalHosts({ a: options }),
    clock: realClock,
    log: keepLog().log,
    jobs,
  });
}

const never = (): AbortSignal => AbortSignal.timeout(100_000);

const digestOrder = (path: string, written = true) =>
  ({
    migrationId: MIGRATION,
    name: 'disk.source',
    host: 'a',
    path,
    algorithm: 'sha256sum',
    written,
    shared: false,
  }) as const;

async function noise(name: string, bytes: number): Promise<readonly [path: string, digest: string]> {
  const path = join(root, name);
  const data = randomBytes(bytes);
  await writeFile(path, data);
  return [path, createHash('sha256').update(data).digest('hex')];
}

test.each([true, false])('a digest is that of the bytes (written: %s)', async (written) => {
  const [path, expected] = await noise("it's \\ $(odd)\n-rf", 3 * MIB + 17);
  const { mtimeMs } = await stat(path);
  const result = await transfer.digest(digestOrder(path, written), never());
  expect(result.digest).toBe(expected);
  expect(result.seconds).toBeGreaterThanOrEqual(0);
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
});

test('that of rsync is of the bytes, all of them, and of nothing else', async () => {
  const [path] = await noise("it's \\ $(odd)\n-rf:x", 3 * MIB + 17);
  const digest = async (written: boolean): Promise<string> =>
    (await transfer.digest({ ...digestOrder(path, written), algorithm: 'xxh128' }, never())).digest;
  const whole = await digest(true);
  expect(whole).toMatch(/^[0-9a-f]{32}$/);
  await utimes(path, 1, 1);
  expect(await digest(false)).toBe(whole);
  const data = await readFile(path);
  const turned = Buffer.from(data);
  turned.writeUInt8(turned.readUInt8(turned.length - 1) ^ 1, turned.length - 1);
  await writeFile(path, turned);
  expect(await digest(true)).not.toBe(whole);
  await writeFile(path, data);
  expect(await digest(true)).toBe(whole);
});

test('rsync is not believed about what nobody else can read', async () => {
  const [path] = await noise('disk', MIB);
  const real = (await execa('sh', ['-c', 'command -v dd'])).stdout;
  const bad = `#!/bin/sh\nfor word; do case $word in if=${path}) echo 'Input/output error' >&2; exit 1 ;; esac; done\nexec ${real} "$@"\n`;
  await writeFile(join(root, 'dd'), bad, { mode: 0o755 });
  const other = make({ env: { PATH: `${root}:${process.env['PATH'] ?? ''}` } });
  for (const algorithm of ['xxh128', 'sha256sum'] as const)
    expect(await failureOf(other.digest({ ...digestOrder(path), algorithm }, never()))).toMatchObject({
      code: 'job.failed',
      message: expect.stringContaining('Input/output error') as string,
    });
});

test('an rsync of before 3.2 has no such digest, which is said', async () => {
  const [path] = await noise('disk', 1000);
  await writeFile(join(root, 'rsync'), '#!/bin/sh\necho "rsync  version 3.1.3  protocol version 31"\n', {
    mode: 0o755,
  });
  const other = make({ env: { PATH: `${root}:${process.env['PATH'] ?? ''}` } });
  expect(await failureOf(other.digest({ ...digestOrder(path), algorithm: 'xxh128' }, never()))).toMatchObject(
    {
      code: 'job.failed',
      message: expect.stringContaining('has no xxh128') as string,
    },
  );
});

test('both algorithms are those of coreutils', async () => {
  const [path] = await noise('disk', 1000);
  for (const algorithm of ['b2sum', 'sha256sum'] as const) {
    const { digest } = await transfer.digest({ ...digestOrder(path), algorithm }, never());
    expect(digest).toBe((await execa(algorithm, [path])).stdout.split(' ')[0]);
  }
});

test.each(['sha256sum', 'xxh128'] as const)(
  'a written file is read from the disk, and leaves no trace in memory (%s)',
  async (algorithm) => {
    const [path] = await noise('disk', 4 * MIB);
    const pages = async (): Promise<number> =>
      Number((await execa('fincore', ['--noheadings', '--bytes', '--output', 'RES', path])).stdout);
    expect(await pages()).toBe(4 * MIB);
    const before = await diskReads();
    await transfer.digest({ ...digestOrder(path), algorithm }, never());
    expect((await diskReads()) - before).toBeGreaterThanOrEqual((4 * MIB) / 512);
    expect(await pages()).toBe(0);
  },
);

/** Sectors that all disks of this machine have read (Documentation/admin-guide/iostats.rst, field 3). */
async function diskReads(): Promise<number> {
  const lines = (await readFile('/proc/diskstats', 'utf8')).trim().split('\n');
  return lines.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[5]), 0);
}

test('a digest left over from before a change is made again', async () => {
  const [path, first] = await noise('disk', 1000);
  const cut = make({
    before: (argv) => {
      if (argv[2]?.endsWith(IDENTITY_SCRIPT) === true)
        throw new Failure('host.disconnected', 'The line broke.');
    },
  });
  expect(await failureOf(cut.digest(digestOrder(path), never()))).toMatchObject({
    code: 'host.disconnected',
  });
  await appendFile(path, 'more');
  const { digest } = await transfer.digest(digestOrder(path), never());
  expect(digest).not.toBe(first);
  expect(digest).toBe(
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  );
});

/** A transfer in whose hosts something happens between each digest and the look at the file after it. */
function meddled(act: () => Promise<void>): Transfer {
  const shells = createLocalHosts({ a: {} });
  const hosts = {
    shell: () => ({
      host: 'a',
      run: async (...args: Parameters<ReturnType<typeof shells.shell>['run']>) => {
        if (args[0][2]?.endsWith(IDENTITY_SCRIPT) === true) await act();
        return await shells.shell('a').run(...args);
      },
    }),
    close: () => shells.close(),
  };
  const jobs = { directory: join(root, 'jobs'), pollMs: 50 };
  return createTransfer({ hosts, clock: realClock, log: keepLog().log, jobs });
}

test('a file that changes under its digest is refused', async () => {
  const [path] = await noise('disk', 1000);
  const other = meddled(() => appendFile(path, 'x'));
  for (const shared of [true, false]) {
    const order = { ...digestOrder(path), shared };
    expect(await failureOf(other.digest(order, never()))).toMatchObject({ code: 'migration.changed' });
  }
});

/** Gives a file a time that it never had. */
async function touch(path: string, seconds: number): Promise<void> {
  await utimes(path, seconds, seconds);
}

test('a base that only gets a new time is read twice and believed; a disk is not', async () => {
  const [path, expected] = await noise('base', 1000);
  let looks = 0;
  const other = meddled(() => touch(path, (looks += 1)));
  const result = await other.digest({ ...digestOrder(path), shared: true }, never());
  expect([result.digest, looks]).toEqual([expected, 2]);
  expect(await failureOf(other.digest(digestOrder(path), never()))).toMatchObject({
    code: 'migration.changed',
  });
});

test('a base that gets other bytes of the same length with its new time is refused', async () => {
  const [path] = await noise('base', 1000);
  let looks = 0;
  const other = meddled(async () => {
    await writeFile(path, randomBytes(1000));
    await touch(path, (looks += 1));
  });
  const ended = await failureOf(other.digest({ ...digestOrder(path), shared: true }, never()));
  expect([ended, looks]).toMatchObject([{ code: 'migration.changed' }, 2]);
});

test('a file that is not there has no digest', async () => {
  expect(await failureOf(transfer.digest(digestOrder(join(root, 'absent')), never()))).toMatchObject({
    code: 'job.failed',
    message: expect.stringContaining('is not there') as string,
  });
  await expect(stat(join(root, 'absent'))).rejects.toThrow('ENOENT');
});

test('a file that vanishes under its digest is not made again, empty', async () => {
  const [path] = await noise('disk', 1000);
  const real = (await execa('sh', ['-c', 'command -v stat'])).stdout;
  const last = 'for last; do :; done';
  const script = `#!/bin/sh\n${last}\n${real} "$@" || exit\ncase $last in ${path}) rm -f "$last" ;; esac\n`;
  await writeFile(join(root, 'stat'), script, { mode: 0o755 });
  const other = make({ env: { PATH: `${root}:${process.env['PATH'] ?? ''}` } });
  expect(await failureOf(other.digest(digestOrder(path), never()))).toMatchObject({ code: 'job.failed' });
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

async function chain(): Promise<string> {
  const [base, middle, disk] = ['base', 'middle', 'disk'].map((name) => join(root, name));
  if (base === undefined || middle === undefined || disk === undefined) throw new Error('three paths');
  await writeFile(base, randomBytes(4 * MIB));
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, middle, '32M']);
  await execa('qemu-io', ['-c', 'write -P 7 1M 1M', middle]);
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', middle, disk, '32M']);
  await execa('qemu-io', ['-c', 'write -P 9 20M 2M', disk]);
  return disk;
}

const flattenOrder = (fromPath: string) => ({
  migrationId: MIGRATION,
  disk: 'disk',
  host: 'a',
  user: 'daemon',
  fromPath,
  fromFormat: 'qcow2',
  toPath: join(root, 'disks', 'disk.flat'),
});

test('a chain becomes one image that holds the same, owned by the user; a repeat finds it', async () => {
  const order = flattenOrder(await chain());
  const shares: number[] = [];
  const { bytes } = await transfer.flatten(order, (share) => shares.push(share), never());
  const info: unknown = JSON.parse((await execa('qemu-img', ['info', '--output=json', order.toPath])).stdout);
  expect(info).toMatchObject({ format: 'qcow2', 'virtual-size': 32 * MIB });
  expect(info).not.toHaveProperty('backing-filename');
  await execa('qemu-img', ['compare', order.fromPath, order.toPath]);
  const { size, uid, ino } = await stat(order.toPath);
  expect([size, uid]).toEqual([bytes, DAEMON_UID]);
  expect(shares).toEqual([...shares].sort((left, right) => left - right));
  expect(shares.at(-1)).toBe(1);

  await transfer.flatten(order, () => undefined, never());
  expect((await stat(order.toPath)).ino).toBe(ino);
  await execa('qemu-io', ['-c', 'write -P 1 0 1M', order.toPath]);
  await transfer.flatten(order, () => undefined, never());
  await execa('qemu-img', ['compare', order.fromPath, order.toPath]);
});

test('a flattening left over from before the guest wrote again is not believed', async () => {
  const order = flattenOrder(await chain());
  const cut = make({
    before: (argv) => {
      if (argv[2]?.endsWith(WRITERS_SCRIPT) === true)
        throw new Failure('host.disconnected', 'The line broke.');
    },
  });
  expect(await failureOf(cut.flatten(order, () => undefined, never()))).toMatchObject({
    code: 'host.disconnected',
  });
  await stat(order.toPath);
  await execa('qemu-io', ['-c', 'write -P 3 5M 1M', order.fromPath]);
  await transfer.flatten(order, () => undefined, never());
  await execa('qemu-img', ['compare', order.fromPath, order.toPath]);
});

test('a flattening that is found running is compared again when it has ended', async () => {
  const order = flattenOrder(await chain());
  const [reached, gate, once] = ['reached', 'gate', 'once'].map((name) => join(root, 'disks', name));
  if (reached === undefined || gate === undefined || once === undefined) throw new Error('three paths');
  await execa('mkfifo', ['-m', '666', reached, gate]);
  const real = (await execa('sh', ['-c', 'command -v qemu-img'])).stdout;
  // Its first comparison is over, but it does not say so yet.
  const slow = `#!/bin/sh
${real} "$@"
code=$?
[ "$1" = compare ] && mkdir ${once} 2>/dev/null && { echo >${reached}; cat ${gate} >/dev/null; }
exit $code
`;
  await writeFile(join(root, 'qemu-img'), slow, { mode: 0o755 });
  const env = { PATH: `${root}:${process.env['PATH'] ?? ''}` };
  const leave = new AbortController();
  const left = failureOf(make({ env }).flatten(order, () => undefined, leave.signal));
  await readFile(reached);
  leave.abort();
  expect(await left).toMatchObject({ code: 'cancelled' });
  await execa('qemu-io', ['-c', 'write -P 3 5M 1M', order.fromPath]);

  let opened: Promise<void> | undefined;
  const open = (): void => {
    opened ??= writeFile(gate, '');
  };
  await make({ env }).flatten(order, open, never());
  await opened;
  await execa('qemu-img', ['compare', order.fromPath, order.toPath]);
});

test('an image that does not hold the same never gets its name', async () => {
  const order = flattenOrder(await chain());
  const real = (await execa('sh', ['-c', 'command -v qemu-img'])).stdout;
  const broken = `#!/bin/sh\n[ "$1" = compare ] && { echo 'Content mismatch at offset 0!'; exit 1; }\nexec ${real} "$@"\n`;
  await writeFile(join(root, 'qemu-img'), broken, { mode: 0o755 });
  const doubting = make({ env: { PATH: `${root}:${process.env['PATH'] ?? ''}` } });
  const failure = await failureOf(doubting.flatten(order, () => undefined, never()));
  expect(failure).toMatchObject({ code: 'migration.copy-differs', passing: false });
  await expect(stat(order.toPath)).rejects.toThrow('ENOENT');
});

test('flattening fails in words: no compare, no such file, no such format', async () => {
  const order = flattenOrder(await chain());
  await writeFile(join(root, 'qemu-img'), '#!/bin/sh\necho "commands: info convert"; exit 1\n', {
    mode: 0o755,
  });
  const old = make({ env: { PATH: `${root}:${process.env['PATH'] ?? ''}` } });
  expect(await failureOf(old.flatten(order, () => undefined, never()))).toMatchObject({
    code: 'host.tool-missing',
  });
  const absent = { ...order, fromPath: join(root, 'absent') };
  expect(await failureOf(transfer.flatten(absent, () => undefined, never()))).toMatchObject({
    code: 'job.failed',
    message: expect.stringContaining('No such file') as string,
  });
  const option = { ...order, fromFormat: '--help' };
  expect(await failureOf(transfer.flatten(option, () => undefined, never()))).toMatchObject({
    code: 'bad-request',
  });
});
