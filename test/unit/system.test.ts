import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../main/services/system/clock.ts';
import { exec } from '../../main/services/system/exec.ts';
import { appPaths } from '../../main/services/system/paths.ts';
import { identifyProcess } from '../../main/services/system/process-identity.ts';

test('a program’s end is a result, whatever it is; no shell reads its arguments', async () => {
  expect(await exec(['sh', '-c', 'cat; echo "$1" >&2; exit 3', 'sh', '$HOME; x'], { stdin: 'in' })).toEqual({
    kind: 'exited',
    code: 3,
    stdout: 'in',
    stderr: '$HOME; x\n',
  });
  expect(await exec(['sh', '-c', 'kill -TERM $$'])).toEqual({ kind: 'killed', by: 'SIGTERM', stderr: '' });
});

test('the environment is the one that was given', async () => {
  const result = await exec(['env'], { env: { PATH: process.env['PATH'], ONLY: 'this' } });
  expect(result).toMatchObject({ stdout: expect.stringMatching(/^(?:PATH=.*\n|ONLY=this\n){2}$/) as string });
});

test('the secrets of the cloud stay with us: no program that we start has them in its environment', async () => {
  const secrets = [
    'OS_PASSWORD',
    'OS_TOKEN',
    'OS_AUTH_TOKEN',
    'OS_APPLICATION_CREDENTIAL_SECRET',
    'OS_PASSCODE',
  ];
  const kept = { PATH: process.env['PATH'], OS_CLOUD: 'lab', SSH_AUTH_SOCK: '/agent', MY_TOKEN: 'mine' };
  const env = { ...kept, ...Object.fromEntries(secrets.map((name) => [name, 'planted'])) };
  const given = await exec(['env'], { env });
  expect(given.kind === 'exited' && given.stdout.trim().split('\n').sort()).toEqual(
    Object.entries(kept)
      .map(([name, value]) => `${name}=${value ?? ''}`)
      .sort(),
  );
  vi.stubEnv('OS_PASSWORD', 'planted');
  const inherited = await exec(['env']);
  vi.unstubAllEnvs();
  expect(inherited.kind === 'exited' && inherited.stdout).toMatch(/^PATH=/m);
  expect(inherited.kind === 'exited' && inherited.stdout).not.toContain('planted');
});

test.each([
  ['is not installed', ['no-such-program-here'], {}, 'host.tool-missing'],
  ['takes too long', ['sleep', '1000'], { timeoutMs: 50 }, 'host.command-failed'],
  ['says too much', ['yes'], { maxBytes: 1000 }, 'host.command-failed'],
  ['is cancelled', ['sleep', '1000'], { signal: AbortSignal.abort() }, 'cancelled'],
])('a program that %s is a failure', async (_what, argv, options, code) => {
  await expect(exec(argv, options)).rejects.toMatchObject({ code });
});

test('waiting ends early for a signal', async () => {
  const controller = new AbortController();
  const waiting = systemClock.wait(1_000_000, controller.signal);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await systemClock.wait(1);
});

test('a process is told from one that had its number before, and from none', async () => {
  const child = spawn('sleep', ['1000']);
  const pid = child.pid ?? 0;
  const [alive, self] = [await identifyProcess(pid), await identifyProcess(process.pid)];
  expect(alive).toMatchObject({ pid, boot: self?.boot, host: self?.host });
  expect(alive?.started).toMatch(/^\d+$/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await identifyProcess(pid)).toBeUndefined();
});

test.each([
  ['linux', {}, '/h/.config/coldhaul', '/h/.local/state/coldhaul', '/h/.cache/coldhaul'],
  [
    'linux',
    { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative' },
    '/c/coldhaul',
    '/h/.local/state/coldhaul',
    '/h/.cache/coldhaul',
  ],
  [
    'darwin',
    {},
    '/h/Library/Application Support/coldhaul',
    '/h/Library/Application Support/coldhaul/state',
    '/h/Library/Caches/coldhaul',
  ],
  [
    'win32',
    { APPDATA: 'C:\\R', LOCALAPPDATA: 'C:\\L' },
    'C:\\R\\coldhaul',
    'C:\\L\\coldhaul\\state',
    'C:\\L\\coldhaul\\cache',
  ],
] as const)('on %s with %o our files have their places', (platform, env, config, state, cache) => {
  expect(appPaths({ platform, env, home: '/h' })).toEqual({ config, state, cache });
});
