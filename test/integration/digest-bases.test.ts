/** Digests of bases for a plan: real files on this machine. Runs as root, as the script does on a compute host. */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DigestAlgorithm } from '../../main/domain/digest.ts';
import type { Transfer } from '../../main/domain/transfer.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import { failureOf } from '../support/failure-of.ts';
import { createLocalHosts } from '../support/local-shell.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

let root: string;
let programs: string;
let transfer: Transfer;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldhaul-bases-'));
  programs = join(root, 'bin');
  await mkdir(programs);
  const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
  transfer = createTransfer({
    hosts: createLocalHosts({ a: { env } }),
    clock: realClock,
    log: keepLog().log,
    jobs: { directory: join(root, 'jobs') },
  });
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function noise(name: string, bytes: number): Promise<readonly [path: string, digest: string]> {
  const path = join(root, name);
  const data = randomBytes(bytes);
  await writeFile(path, data);
  return [path, createHash('sha256').update(data).digest('hex')];
}

/** Stands before the real one, and does something to a file each time. */
async function around(name: string, script: string): Promise<void> {
  const path = join(programs, name);
  await writeFile(path, `#!/bin/sh\n${script}\nexec /usr/bin/${name} "$@"\n`);
  await chmod(path, 0o755);
}

const digests = (
  paths: readonly string[],
  algorithm: DigestAlgorithm = 'sha256sum',
): Promise<readonly string[]> =>
  transfer.digestBases({ host: 'a', paths, algorithm }, AbortSignal.timeout(100_000));

test('each file in its order, whatever its name and size, also one of more than a part', async () => {
  const made = [
    await noise("it's \\ $(odd)\n-rf", 17),
    await noise('empty', 0),
    await noise('large', 65 * 1024 ** 2),
    await noise('whole', 64 * 1024 ** 2),
  ];
  expect(await digests(made.map(([path]) => path))).toEqual(made.map(([, digest]) => digest));
  expect(await digests([])).toEqual([]);
});

test('a base that only gets a new time is read twice and believed', async () => {
  const [path, digest] = await noise('base', 1000);
  await around('sha256sum', `touch '${path}'; echo >>'${root}/touched'`);
  expect(await digests([path])).toEqual([digest]);
  expect((await execa('wc', ['-l', join(root, 'touched')])).stdout).toMatch(/^2 /);
});

test('a base that is written to meanwhile, and one that is not there', async () => {
  const [path] = await noise('base', 1000);
  await around('sha256sum', `echo more >>'${path}'`);
  expect(await failureOf(digests([path]))).toMatchObject({
    code: 'migration.changed',
    message: expect.stringContaining(`${path} on a changed`) as string,
  });
  expect(await failureOf(digests([join(root, 'none')]))).toMatchObject({
    code: 'host.command-failed',
    message: expect.stringContaining('is not there') as string,
  });
});

test('rsync says the same of equal ones alone, of each in its order, and is not believed where another cannot read', async () => {
  const [path] = await noise("it's \\ $(odd)\n-rf:x", 65 * 1024 ** 2);
  const twin = join(root, 'twin');
  await execa('cp', [path, twin]);
  const [other] = await noise('other', 65 * 1024 ** 2);
  const [first, second, third] = await digests([path, twin, other], 'xxh128');
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  await around('dd', 'case $* in *count=64*) exit 1 ;; esac');
  expect(await failureOf(digests([path], 'xxh128'))).toMatchObject({
    code: 'host.command-failed',
    message: expect.stringContaining('could not be read') as string,
  });
});
