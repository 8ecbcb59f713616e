import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modulesAreInStep, nodeProblem } from '../../build/setup/node-modules.mjs';
import {
  missingPrograms,
  packageManager,
  packagesFor,
  PROGRAMS,
  USER_LAB_PROGRAMS,
} from '../../build/setup/programs.mjs';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-setup-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('node', () => {
  test.each([
    ['20.19.0', true],
    ['20.20.2', true],
    ['22.0.0', true],
    ['20.18.9', false],
    ['18.99.0', false],
  ])('%s is new enough for >=20.19.0: %s', (version, fits) => {
    expect(nodeProblem('>=20.19.0', version) === undefined).toBe(fits);
  });
});

describe('programs', () => {
  test('are found in any directory of the path, if they can be run', async () => {
    const [first, second] = [join(directory, 'first'), join(directory, 'second')];
    for (const folder of [first, second]) await mkdir(folder);
    await writeFile(join(second, 'rsync'), '', { mode: 0o755 });
    await writeFile(join(first, 'ssh'), '', { mode: 0o644 });
    expect(missingPrograms(['rsync', 'ssh', 'sshd'], `${first}:${second}`)).toEqual(['ssh', 'sshd']);
    await chmod(join(first, 'ssh'), 0o755);
    expect(missingPrograms(['rsync', 'ssh', 'sshd'], `${first}:${second}`)).toEqual(['sshd']);
  });

  test('have packages, each named once', () => {
    expect(packagesFor(['qemu-img', 'qemu-nbd', 'sshd', 'ssh'], 'apt')).toEqual([
      'openssh-client',
      'openssh-server',
      'qemu-utils',
    ]);
    expect(packagesFor(['chromium'], 'apt')).toEqual(['chromium', 'fonts-dejavu-core']);
    expect(USER_LAB_PROGRAMS).not.toContain('chromium');
    expect(USER_LAB_PROGRAMS.filter((program) => PROGRAMS[program] === undefined)).toEqual([]);
  });

  test.each([
    ['ID=debian\n', 'apt'],
    ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', 'apt'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'dnf'],
    ['ID=arch\n', 'pacman'],
    ['ID=plan9\n', undefined],
    ['', undefined],
  ])('%j is served by %s', (text, manager) => {
    expect(packageManager(text)).toBe(manager);
  });
});

describe('node_modules', () => {
  async function write(lock: object, installed: object | undefined): Promise<void> {
    await writeFile(join(directory, 'package-lock.json'), JSON.stringify({ packages: lock }));
    await mkdir(join(directory, 'node_modules'), { recursive: true });
    if (installed === undefined) return;
    const path = join(directory, 'node_modules', '.package-lock.json');
    await writeFile(path, JSON.stringify({ packages: installed }));
  }
  const zod = { 'node_modules/zod': { version: '4.6.7' } };

  test('in step if each package is there in its version', async () => {
    await write({ '': { name: 'coldhaul' }, ...zod }, zod);
    expect(modulesAreInStep(directory)).toBe(true);
  });
  test('not in step if one is missing, another version, or nothing was installed', async () => {
    await write(zod, {});
    expect(modulesAreInStep(directory)).toBe(false);
    await write(zod, { 'node_modules/zod': { version: '4.6.6' } });
    expect(modulesAreInStep(directory)).toBe(false);
    await write(zod, undefined);
    await rm(join(directory, 'node_modules', '.package-lock.json'));
    expect(modulesAreInStep(directory)).toBe(false);
  });
  test('packages for other systems may be missing', async () => {
    await write({ ...zod, 'node_modules/mac-only': { version: '1.0.0', optional: true } }, zod);
    expect(modulesAreInStep(directory)).toBe(true);
  });
});
