import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLabDirectory, type LabDirectory } from '../support/lab-directory.ts';

// The same tests again, run by a user without any privileges. Making such a user takes root.

const ROOT = new URL('../..', import.meta.url).pathname;
/** A lab with samples and a whole move; a bound against hanging. */
const DEMO_BOUND_MS = 600_000;
const USER = `lab-test-${process.pid}`;
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Root of a user namespace is called root too, and cannot make users. */
function isWholeMachine(): boolean {
  return readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/).join(' ') === '0 0 4294967295';
}

function reasonToSkip(): string | undefined {
  if (process.getuid?.() !== 0 || !isWholeMachine())
    return 'not root: the other tests have just run as a user';
  if (spawnSync('useradd', ['--help']).status !== 0) return 'no useradd';
  if (spawnSync('newuidmap').error !== undefined) return 'no newuidmap (package uidmap)';
  if (spawnSync('runuser', ['-u', 'nobody', '--', 'test', '-r', VITEST]).status !== 0)
    return 'other users cannot read this repository';
  return undefined;
}

/** One that ended and waits for this machine's init to bury it is gone. */
function processesOfUser(): readonly string[] {
  const left = spawnSync('ps', ['--no-headers', '-o', 'pid,stat,args', '-u', USER], { encoding: 'utf8' });
  return left.stdout.split('\n').filter((line) => line !== '' && !/^\s*\d+ Z/.test(line));
}

const reason = reasonToSkip();
let temporary: LabDirectory;

beforeAll(async () => {
  if (reason !== undefined) return;
  temporary = await makeLabDirectory();
  await execa('useradd', ['--no-create-home', '--home-dir', temporary.path, '--shell', '/bin/sh', USER]);
  await execa('chown', [USER, temporary.path]);
});
afterAll(async () => {
  if (reason !== undefined) return;
  await execa('userdel', [USER]);
  await temporary.remove();
});

test.skipIf(reason !== undefined)(
  `hosts, guests and commands for a user without privileges${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const files = ['lab-hosts.test', 'lab-hosts-guests.test', 'lab-hosts-command.test'];
    const run = [VITEST, 'run', '--configLoader', 'runner', '--config', 'build/vitest.config.ts'];
    const argv = [...run, '--project', 'integration', ...files.map((file) => `test/integration/${file}.ts`)];
    const result = await execa('runuser', ['-u', USER, '--', process.execPath, ...argv], {
      cwd: ROOT,
      env: { HOME: temporary.path, TMPDIR: temporary.path, PATH: process.env['PATH'] ?? '', NO_COLOR: '1' },
      extendEnv: false,
      reject: false,
      all: true,
    });
    expect(result.exitCode === 0 ? 'all passed' : result.all).toBe('all passed');
    expect(result.all).toMatch(/Test Files {2}3 passed/);
    expect(processesOfUser()).toEqual([]);
  },
);

test.skipIf(reason !== undefined)(
  `the demo for a user without privileges${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    // What `npm run demo -- --once --json` starts when all is there and built; the build would write to this repository.
    const argv = ['--import', import.meta.resolve('tsx'), 'test/lab/demo/main.ts', '--once', '--json'];
    const { exitCode, stdout, stderr } = await execa(
      'runuser',
      ['-u', USER, '--', process.execPath, ...argv],
      {
        cwd: ROOT,
        env: { HOME: temporary.path, TMPDIR: temporary.path, PATH: process.env['PATH'] ?? '', NO_COLOR: '1' },
        extendEnv: false,
        reject: false,
      },
    );
    expect(exitCode === 0 ? 'moved' : stderr).toBe('moved');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'confirmed', route: 'seed', novaCopiedBytes: 0 });
    expect((await readdir(temporary.path)).filter((name) => name.startsWith('coldhaul-demo-'))).toEqual([]);
    expect(processesOfUser()).toEqual([]);
  },
  DEMO_BOUND_MS,
);
