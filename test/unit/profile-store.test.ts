import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemorySecrets } from '../../main/desk/memory-secrets.ts';
import type { Secrets } from '../../main/domain/ports.ts';
import { createProfileStore, type ProfileStore } from '../../main/services/clouds-yaml/profile-store.ts';

let home: string;
let path: string;
let secrets: Secrets;
let store: ProfileStore;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'coldhaul-profiles-'));
  path = join(home, 'ours', 'clouds.yaml');
  secrets = createMemorySecrets('a test');
  store = createProfileStore({ env: {}, cwd: home, home, path, secrets });
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const OPENRC = `export OS_AUTH_URL=https://cloud.example:5000/v3
export OS_USERNAME=admin
export OS_PROJECT_NAME=ops
export OS_USER_DOMAIN_NAME=Default
export OS_REGION_NAME=RegionOne
export OS_CACERT=$HOME/ca.pem
`;
const ASKING = `${OPENRC}echo "Please enter your password: "
read -sr OS_PASSWORD_INPUT
export OS_PASSWORD=$OS_PASSWORD_INPUT
`;

/** Everything that lies below the home directory. */
async function filesText(): Promise<string> {
  const names = await readdir(home, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

test('an openrc is kept under the name of its file; its password is in the secrets and in no file', async () => {
  expect(await store.add('ops-openrc.sh', `${OPENRC}export OS_PASSWORD='pass w0rd'\n`, undefined)).toEqual([
    'ops',
  ]);
  expect(await secrets.get('ops')).toBe('pass w0rd');
  expect(await filesText()).not.toContain('w0rd');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const { profiles, searched, problems } = await store.find();
  expect(problems).toEqual([]);
  expect(searched).toContain(path);
  expect(profiles).toEqual([
    {
      name: 'ops',
      source: 'imported',
      authUrl: 'https://cloud.example:5000/v3',
      login: 'password',
      user: 'admin',
      project: 'ops',
      region: 'RegionOne',
      imported: true,
      needsSecret: false,
    },
  ]);
  expect(await store.load('ops')).toMatchObject({
    login: { kind: 'password', password: 'pass w0rd', user: { name: 'admin', domain: { name: 'Default' } } },
    tls: { caFile: join(home, 'ca.pem') },
  });
});

test('an openrc that asks for its password needs a secret, which can be given at once or later', async () => {
  await store.add('later-openrc', ASKING, undefined);
  await store.add('now-openrc', ASKING, 'given');
  expect((await store.find()).profiles.map(({ name, needsSecret }) => ({ name, needsSecret }))).toEqual([
    { name: 'later', needsSecret: true },
    { name: 'now', needsSecret: false },
  ]);
  await expect(store.load('later')).rejects.toMatchObject({ code: 'cloud.credentials' });
  await store.setSecret('later', 'typed');
  expect(await store.load('later')).toMatchObject({ login: { password: 'typed' } });
  expect(await store.load('now')).toMatchObject({ login: { password: 'given' } });
});

test('a clouds.yaml with every kind of login is kept without any of its secrets', async () => {
  const text = `clouds:
  by-password:
    auth: { auth_url: 'https://a:5000', username: u, password: secret-one, project_name: p }
  by-credential:
    auth_type: v3applicationcredential
    auth: { auth_url: 'https://a:5000', application_credential_id: i, application_credential_secret: secret-two }
  by-token:
    auth: { auth_url: 'https://a:5000', token: secret-three, project_id: p }
    passcode: secret-four
`;
  await store.add('clouds.yaml', text, undefined);
  expect(await filesText()).not.toContain('secret-');
  expect(await store.load('by-password')).toMatchObject({
    login: { kind: 'password', password: 'secret-one' },
  });
  expect(await store.load('by-credential')).toMatchObject({
    login: { kind: 'application-credential', secret: 'secret-two' },
  });
  expect(await store.load('by-token')).toMatchObject({ login: { kind: 'token', token: 'secret-three' } });
});

test('an application credential without its secret is still one', async () => {
  const text = 'clouds: { app: { auth: { auth_url: "https://a", application_credential_id: i } } }';
  await store.add('clouds.yaml', text, undefined);
  expect((await store.find()).profiles).toMatchObject([
    { login: 'application-credential', needsSecret: true },
  ]);
  await store.setSecret('app', 's');
  expect(await store.load('app')).toMatchObject({ login: { secret: 's' } });
});

test('a name that is taken is refused with who has it, and nothing of the text is kept', async () => {
  await mkdir(join(home, '.config', 'openstack'), { recursive: true });
  const own = join(home, '.config', 'openstack', 'clouds.yaml');
  const cloud = (name: string): string =>
    `  ${name}: { auth: { auth_url: 'https://a', username: u, password: p } }\n`;
  await writeFile(own, `clouds:\n${cloud('mine')}`);
  await expect(
    store.add('x.yaml', `clouds:\n${cloud('new')}${cloud('mine')}`, undefined),
  ).rejects.toMatchObject({
    code: 'bad-request',
    message: `there is a cloud "mine" already, from ${own}`,
  });
  expect((await store.find()).profiles.map(({ name }) => name)).toEqual(['mine']);
  await store.add('x.yaml', `clouds:\n${cloud('new')}`, undefined);
  await expect(store.add('x.yaml', `clouds:\n${cloud('new')}`, undefined)).rejects.toMatchObject({
    message: expect.stringContaining('imported before') as string,
  });
  // Later the admin gives a file of theirs the same name: theirs counts, and the clash is told.
  await writeFile(own, `clouds:\n${cloud('new')}`);
  const { profiles, problems } = await store.find();
  expect(profiles).toMatchObject([{ name: 'new', imported: false }]);
  expect(problems[0]?.message).toContain('has the name of another one');
});

test('only what was imported can be removed or given a secret; then nothing of it is left', async () => {
  await store.add('ops-openrc.sh', ASKING, 's3cret');
  await store.remove('ops');
  expect(await secrets.get('ops')).toBeUndefined();
  expect((await store.find()).profiles).toEqual([]);
  for (const act of [() => store.remove('ops'), () => store.setSecret('constructor', 'x')])
    await expect(act()).rejects.toMatchObject({ code: 'bad-request' });
  await expect(store.load('constructor')).rejects.toMatchObject({ code: 'profile.not-found' });
});

test.each([
  ['clouds.yaml', 'clouds:\n  a:\n   auth: [', 'clouds.yaml:3:'],
  ['clouds.yaml', 'clouds: { a: { auth: { username: u } } }', 'clouds.yaml:1:14'],
  ['x-openrc.sh', 'export OS_AUTH_URL=https://a\nexport OS_USERNAME=u\nexport OS_X=$(id)', 'x-openrc.sh:3'],
  ['x-openrc.sh', 'echo nothing', 'describes no cloud'],
  ['clouds.yaml', 'clouds: {}', 'describes no cloud'],
  [
    'x.yaml',
    'clouds: { a: { auth: { auth_url: "https://a", username: u }, cacert: ca.pem } }',
    'relative to its file',
  ],
  [
    'x.yaml',
    'clouds: { a: { auth_type: v3oidcpassword, auth: { auth_url: "https://a" } } }',
    'does not know',
  ],
  ['x.yaml', 'clouds: { a: { auth: { auth_url: "https://u:pw@a", username: u } } }', 'has a password in it'],
])('what cannot be used is refused with its place: %s %j', async (fileName, text, said) => {
  await expect(store.add(fileName, text, 'hidden-secret')).rejects.toMatchObject({
    code: 'profile.malformed',
    message: expect.stringContaining(said) as string,
  });
  expect(await filesText()).toBe('');
});

test('a file of ours that somebody has spoilt is a problem with its place; the other clouds are still found', async () => {
  await mkdir(join(home, 'ours'));
  await writeFile(path, 'clouds:\n  a: [');
  const env = { OS_AUTH_URL: 'https://a', OS_USERNAME: 'u', OS_PASSWORD: 'p' };
  const { profiles, problems } = await createProfileStore({ env, cwd: home, home, path, secrets }).find();
  expect(profiles.map(({ name }) => name)).toEqual(['envvars']);
  expect(problems[0]?.message).toContain(`${path}:2:`);
});
