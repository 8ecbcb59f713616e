import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { isAlive } from '../lab/command/process-identity.ts';
import { LabState } from '../lab/command/state.ts';
import { makeLabDirectory, processesOf, type LabDirectory } from '../support/lab-directory.ts';

// `npm run lab` as a person uses it: each command a process of its own.

const ROOT = new URL('../..', import.meta.url).pathname;

let parent: LabDirectory;
let directory: string;

beforeAll(async () => {
  parent = await makeLabDirectory();
  directory = join(parent.path, 'lab');
});
afterAll(async () => {
  await lab('down');
  await parent.remove();
});

async function lab(command: string, ...words: readonly string[]) {
  const argv = [join(ROOT, 'build/lab.mjs'), command, '--directory', directory, ...words];
  const { exitCode, stdout, stderr } = await execa(process.execPath, argv, { reject: false });
  return { code: exitCode, stdout, stderr };
}

async function state(): Promise<LabState> {
  return LabState.parse(JSON.parse(await readFile(join(directory, 'state.json'), 'utf8')));
}

test('up, use, up again, down, down again', async () => {
  expect(await lab('status')).toMatchObject({ code: 3, stdout: `No lab is up in ${directory}.` });
  expect(await lab('up', '--empty')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^The lab is up\.$/m) as string,
  });
  const first = await state();
  expect((await lab('up')).stdout).toContain('was up already');
  expect(await state()).toEqual(first);

  expect(await lab('exec', 'compute-b', 'sh', '-c', 'hostname; exit 7')).toMatchObject({
    code: 7,
    stdout: 'compute-b',
  });
  expect(await lab('exec', '--user', 'nova', 'compute-a', 'id', '-un')).toMatchObject({
    code: 0,
    stdout: 'nova',
  });
  expect((await lab('exec', 'compute-z', 'true')).stderr).toContain('it has compute-a, compute-b');

  const paths = z.object({ sshConfig: z.string() }).parse(JSON.parse((await lab('paths')).stdout));
  const login = await execa('ssh', [
    '-F',
    paths.sshConfig,
    '-o',
    'BatchMode=yes',
    `${first.login}@compute-a`,
    'hostname',
  ]);
  expect(login.stdout).toBe('compute-a');

  expect(await lab('fault', 'service', 'host=compute-b', 'enabled=false')).toMatchObject({ code: 0 });
  const seen = z
    .object({ cloud: z.object({ hosts: z.array(z.object({ name: z.string(), enabled: z.boolean() })) }) })
    .parse(JSON.parse((await lab('status', '--json')).stdout));
  expect(seen.cloud.hosts).toEqual([
    { name: 'compute-a', enabled: true },
    { name: 'compute-b', enabled: false },
  ]);
  expect(await lab('fault', 'kill-compute', 'host=nowhere')).toMatchObject({ code: 1 });
  expect((await lab('openrc')).stdout).toContain(`export OS_AUTH_URL='${first.authUrl}'`);

  for (const host of first.hosts) await processesOf(host.process.pid);
  expect(await lab('down')).toEqual({ code: 0, stdout: 'The lab is gone.', stderr: '' });
  for (const host of first.hosts) expect(await processesOf(host.process.pid)).toEqual([]);
  expect(await isAlive(first.owner)).toBe(false);
  await expect(readFile(directory)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await lab('down')).stdout).toBe(`There is no lab in ${directory}.`);
});

test('an owner that is killed takes all hosts along, and the next lab starts', async () => {
  await lab('up', '--empty');
  const killed = await state();
  for (const host of killed.hosts) expect(await processesOf(host.process.pid)).not.toEqual([]);
  process.kill(killed.owner.pid, 'SIGKILL');
  for (const host of killed.hosts) {
    await expect.poll(() => processesOf(host.process.pid), { timeout: 20_000 }).toEqual([]);
  }
  expect(await lab('status')).toMatchObject({ code: 3 });
  expect(await lab('up', '--empty')).toMatchObject({ code: 0 });
  expect((await state()).owner).not.toEqual(killed.owner);
  expect((await lab('down')).stdout).toBe('The lab is gone.');
});

test('a directory that is not a lab is neither filled nor removed', async () => {
  const foreign = await makeLabDirectory();
  await execa('touch', [join(foreign.path, 'precious')]);
  const argv = [join(ROOT, 'build/lab.mjs'), 'up', '--directory', foreign.path];
  const refused = await execa(process.execPath, argv, { reject: false });
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("not a lab's") as string });
  await execa(process.execPath, [join(ROOT, 'build/lab.mjs'), 'down', '--directory', foreign.path]);
  expect(await readFile(join(foreign.path, 'precious'), 'utf8')).toBe('');
  await foreign.remove();
});
