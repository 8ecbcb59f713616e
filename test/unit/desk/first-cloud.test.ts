import { expect, test } from 'vitest';
import { firstCloud } from '../../../main/desk/first-cloud.ts';
import type { DeskServices } from '../../../main/desk/services.ts';

type Found = Awaited<ReturnType<DeskServices['profiles']['find']>>['profiles'];

function services(names: readonly string[], last?: string, locked: readonly string[] = []) {
  const profiles: Found = [...names, ...locked].map((name) => ({
    name,
    source: 'a test',
    authUrl: 'https://a',
    login: 'password',
    user: undefined,
    project: undefined,
    region: undefined,
    imported: true,
    needsSecret: locked.includes(name),
  }));
  return {
    profiles: { find: () => Promise.resolve({ profiles, searched: [], problems: [] }) },
    lastCloud: { read: () => Promise.resolve(last) },
  } as unknown as DeskServices;
}

test.each([
  ['what was asked for, whether or not it is found', { cloud: 'x', env: {} }, services(['a']), 'x'],
  [
    'the one of OS_CLOUD before that of last time',
    { env: { OS_CLOUD: 'b' } },
    services(['a', 'b'], 'a'),
    'b',
  ],
  ['the one of last time', { env: {} }, services(['a', 'b'], 'b'), 'b'],
  ['none of several, if that of last time is gone', { env: {} }, services(['a', 'b'], 'gone'), undefined],
  ['the only one', { env: {} }, services(['a'], 'gone'), 'a'],
  ['none that would only fail for want of its secret', { env: {} }, services([], 'a', ['a']), undefined],
  ['none where there is none', { env: {} }, services([]), undefined],
] as const)('opened by itself: %s', async (_what, options, found, expected) => {
  expect(await firstCloud(options, found)).toBe(expected);
});

test('what goes wrong while looking is no reason not to start', async () => {
  const broken = {
    ...services([]),
    profiles: { find: () => Promise.reject(new Error('no')) },
  } as unknown as DeskServices;
  expect(await firstCloud({ env: {} }, broken)).toBeUndefined();
});
