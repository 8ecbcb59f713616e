import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CloudsView } from '../../main/contract/desk-views.ts';
import type { KeyRing } from '../electron/calls.ts';
import type { StandinApp } from '../electron/open-standin.ts';
import { openToOthers } from '../support/kept-files.ts';
import { callFromPage, shellFor } from '../support/standin.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** Secrets of imported clouds, by the built shell, with and without a key store. */
const SECRET = 'Tr0ub4dor&3 is no password';
const OPENRC = `export OS_AUTH_URL=https://cloud.example.org:5000/v3
export OS_USERNAME=admin
export OS_PROJECT_NAME=admin
export OS_USER_DOMAIN_NAME=Default
export OS_PROJECT_DOMAIN_NAME=Default
`;
const RING: KeyRing = { backend: 'gnome_libsecret', available: true, keys: ['first'] };

const fileIn = (home: string): string => join(home, '.config/coldhaul/secrets.json');
const open = (home: string, keyRing: Partial<KeyRing> = {}): Promise<StandinApp> =>
  shellFor({ home, machine: { keyRing: { ...RING, ...keyRing } } });

async function clouds(app: StandinApp): Promise<CloudsView> {
  const reply = (await callFromPage(app, 'clouds.find', {})) as { value: CloudsView };
  return reply.value;
}

async function importCloud(app: StandinApp): Promise<void> {
  const given = { fileName: 'production-openrc.sh', text: OPENRC, secret: SECRET };
  expect(await callFromPage(app, 'clouds.import', given)).toMatchObject({ ok: true });
}

/** Whether each imported cloud wants its secret again. */
async function wanted(app: StandinApp): Promise<readonly boolean[]> {
  return (await clouds(app)).profiles.map(({ needsSecret }) => needsSecret);
}

describe('with a key store', () => {
  test('a secret outlives the app, encrypted, in a file of the user alone', async () => {
    const home = temporaryDirectory();
    const first = await open(home);
    await importCloud(first);
    expect((await clouds(first)).secrets).toEqual({
      kept: 'key-store',
      said: 'Secrets are encrypted with a key in the key ring of your desktop.',
    });
    await first.close();
    const stored = readFileSync(fileIn(home), 'utf8');
    expect(statSync(fileIn(home)).mode & 0o777).toBe(0o600);
    for (const name of ['.config/coldhaul', '.local/state/coldhaul'])
      expect(await openToOthers(join(home, name))).toEqual([]);
    expect(stored).not.toContain(SECRET);
    expect(stored).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 16));

    const second = await open(home);
    expect(await wanted(second)).toEqual([false]);
    await second.close();
    expect(readFileSync(fileIn(home), 'utf8')).toBe(stored);
  });

  test('it is encrypted anew when the store says that its key was changed', async () => {
    const home = temporaryDirectory();
    const first = await open(home);
    await importCloud(first);
    await first.close();
    const before = readFileSync(fileIn(home), 'utf8');
    const second = await open(home, { keys: ['first', 'second'] });
    expect(await wanted(second)).toEqual([false]);
    await second.close();
    expect(readFileSync(fileIn(home), 'utf8')).not.toBe(before);
    // The old key is gone now.
    const third = await open(home, { keys: ['second'] });
    expect(await wanted(third)).toEqual([false]);
  });

  test('one that the store cannot give back is asked for anew', async () => {
    const home = temporaryDirectory();
    const first = await open(home);
    await importCloud(first);
    await first.close();
    const second = await open(home, { keys: ['of another machine'] });
    expect(await wanted(second)).toEqual([true]);
    expect(readFileSync(join(home, '.local/state/coldhaul/shell.log'), 'utf8')).toContain(
      'cannot give back the secret',
    );
  });

  test('a damaged file is named with what to do, and stays as it is', async () => {
    const home = temporaryDirectory();
    const first = await open(home);
    await importCloud(first);
    await first.close();
    writeFileSync(fileIn(home), '{"version":1,"secrets":{"a":');
    const second = await open(home);
    const { problems } = await clouds(second);
    expect(problems).toMatchObject([{ code: 'profile.malformed' }]);
    expect(`${problems[0]?.message ?? ''} ${problems[0]?.hint ?? ''}`).toContain(fileIn(home));
    expect(readFileSync(fileIn(home), 'utf8')).toBe('{"version":1,"secrets":{"a":');
  });
});

describe('without one', () => {
  const STORES: readonly { readonly what: string; readonly ring: Partial<KeyRing>; readonly why: RegExp }[] =
    [
      { what: 'a desktop without a key ring', ring: { backend: 'basic_text', keys: [] }, why: /no key ring/ },
      {
        what: 'a key ring that does not answer, so that Chromium takes its own key',
        ring: { keys: [] },
        why: /does not answer/,
      },
      { what: 'a store that says no', ring: { available: false }, why: /not available/ },
      {
        what: 'a locked key ring with nobody there',
        ring: { silent: true },
        why: /within 15 seconds; it may be locked/,
      },
    ];

  test.each(STORES)('$what: in memory only, and it says so', async ({ ring, why }) => {
    const home = temporaryDirectory();
    const first = await open(home, ring);
    // The window does not wait for the store.
    expect(first.asked.all('window.show')).toHaveLength(1);
    await importCloud(first);
    const { secrets, profiles } = await clouds(first);
    expect(secrets.kept).toBe('memory');
    expect(secrets.said).toMatch(why);
    expect(secrets.said).toContain('kept in memory and forgotten when Coldhaul ends');
    expect(profiles.map(({ needsSecret }) => needsSecret)).toEqual([false]);
    await first.close();
    expect(() => readFileSync(fileIn(home))).toThrow('ENOENT');

    const second = await open(home, ring);
    expect(await wanted(second)).toEqual([true]);
  });
});
