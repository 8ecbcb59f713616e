import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findElectron } from '../lab/demo/electron.ts';
import { chooseShell } from '../lab/demo/shell.ts';

const desk = { platform: 'linux', env: { DISPLAY: ':0' }, isRoot: false, open: true } as const;
const there = { find: () => Promise.resolve('/electron'), fetch: () => Promise.resolve(undefined) };
const nowhere = {
  find: () => Promise.resolve(undefined),
  fetch: () => Promise.resolve('it did not arrive within 15 s'),
};

test('the window is taken where its program is', async () => {
  expect(await chooseShell(desk, there)).toEqual({ kind: 'window', program: '/electron' });
});

test('a program that can be fetched is fetched', async () => {
  let fetched = false;
  const electron = {
    find: () => Promise.resolve(fetched ? '/electron' : undefined),
    fetch: () => {
      fetched = true;
      return Promise.resolve(undefined);
    },
  };
  expect(await chooseShell(desk, electron)).toEqual({ kind: 'window', program: '/electron' });
});

test('without it the browser is taken, and it is said why', async () => {
  expect(await chooseShell(desk, nowhere)).toEqual({
    kind: 'browser',
    command: ['xdg-open'],
    why: expect.stringContaining('did not arrive within 15 s') as string,
  });
});

test('nothing is fetched for root, without a display, or where nothing is to be opened', async () => {
  const electron = { ...nowhere, fetch: () => Promise.reject(new Error('must not be fetched')) };
  expect(await chooseShell({ ...desk, isRoot: true }, electron)).toMatchObject({ command: ['xdg-open'] });
  expect(await chooseShell({ ...desk, env: {} }, electron)).toMatchObject({
    command: undefined,
    why: expect.stringContaining('no display') as string,
  });
  expect(await chooseShell({ ...desk, open: false }, electron)).toMatchObject({
    command: undefined,
    why: expect.stringContaining('as you asked') as string,
  });
});

test('a program elsewhere is found where the environment says', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-electron-'));
  const env = { ELECTRON_OVERRIDE_DIST_PATH: directory };
  expect(await findElectron(env)).toBeUndefined();
  await writeFile(join(directory, 'electron'), '');
  expect(await findElectron(env)).toBe(join(directory, 'electron'));
  await rm(directory, { recursive: true });
});
