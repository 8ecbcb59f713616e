import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findProfiles, loadProfile } from '../../main/services/clouds-yaml/profiles.ts';
import { failureOf } from '../support/failure-of.ts';

let folder = '';
let cwd = '';
let home = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhaul-clouds-'));
  [cwd, home] = [join(folder, 'cwd'), join(folder, 'home')];
  await mkdir(cwd);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

const ONE = `
clouds:
  mycloud:
    region_name: RegionOne
    auth:
      auth_url: https://cloud.example:5000/v3
      username: admin
      password: "pa#ss: 'word'"
      project_name: admin
      user_domain_name: Default
      project_domain_id: default
`;

test('a usual file', async () => {
  const path = await put(join(cwd, 'clouds.yaml'), ONE);
  expect(await loadProfile('mycloud', {}, cwd, home)).toEqual({
    name: 'mycloud',
    source: path,
    authUrl: 'https://cloud.example:5000/v3',
    login: {
      kind: 'password',
      user: { name: 'admin', domain: { name: 'Default' } },
      password: "pa#ss: 'word'",
      scope: { kind: 'project', project: { name: 'admin', domain: { id: 'default' } } },
    },
    region: 'RegionOne',
    interface: 'public',
    endpointOverrides: {},
    tls: { verify: true, caFile: undefined, certFile: undefined, keyFile: undefined },
  });
});

test('the only cloud needs no name', async () => {
  await put(join(cwd, 'clouds.yaml'), ONE);
  expect((await loadProfile(undefined, {}, cwd, home)).name).toBe('mycloud');
});

test('the first file found counts, alone: OS_CLIENT_CONFIG_FILE, the folder, the home', async () => {
  const named = (name: string): string => ONE.replace('mycloud', name);
  const own = await put(join(folder, 'own.yaml'), named('own'));
  await put(join(cwd, 'clouds.yml'), named('here'));
  await put(join(home, '.config', 'openstack', 'clouds.yaml'), named('mine'));
  const names = async (env: Record<string, string>, folderName = cwd): Promise<string[]> =>
    (await findProfiles(env, folderName, home)).profiles.map(({ name }) => name);
  expect(await names({ OS_CLIENT_CONFIG_FILE: own })).toEqual(['own']);
  expect(await names({})).toEqual(['here']);
  expect(await names({}, folder)).toEqual(['mine']);
});

test('JSON is read too', async () => {
  const auth = { auth_url: 'https://c/v3', username: 'u', password: 'p', project_id: 'x' };
  await put(join(cwd, 'clouds.json'), JSON.stringify({ clouds: { json: { auth, verify: false } } }));
  const profile = await loadProfile('json', {}, cwd, home);
  expect([profile.authUrl, profile.tls.verify]).toEqual(['https://c/v3', false]);
});

test('secure.yaml adds the secrets, clouds-public.yaml the address', async () => {
  await put(
    join(cwd, 'clouds.yaml'),
    'clouds:\n  a:\n    profile: vendor\n    auth: {username: u, project_name: p}\n    cacert: ca.pem\n',
  );
  await put(join(home, '.config', 'openstack', 'secure.yaml'), 'clouds: {a: {auth: {password: s3cret}}}\n');
  await put(
    join(cwd, 'clouds-public.yaml'),
    'public-clouds:\n  vendor:\n    auth: {auth_url: "https://{region_name}.vendor.example", user_domain_name: v}\n    region_name: west\n',
  );
  expect(await loadProfile('a', {}, cwd, home)).toMatchObject({
    authUrl: 'https://west.vendor.example',
    login: { user: { name: 'u', domain: { name: 'v' } }, password: 's3cret' },
    tls: { caFile: join(cwd, 'ca.pem') },
  });
});

test('application credentials, tokens, scopes and spellings', async () => {
  await put(
    join(cwd, 'clouds.yaml'),
    `
clouds:
  by-id: &base
    auth_type: v3applicationcredential
    auth: {auth_url: https://c, application_credential_id: i, application_credential_secret: s}
  by-name:
    <<: *base
    auth: {auth_url: https://c, application_credential_name: n, application_credential_secret: s, user_id: u}
  token:
    auth: {auth_url: https://c, token: t, project_id: p}
  system:
    auth: {auth_url: https://c, username: u, password: 0123, system_scope: all}
  domain:
    auth: {auth_url: https://c, username: u, password: ~x, domain_name: d}
    endpoint_type: internalURL
    insecure: yes
    compute_endpoint_override: http://127.0.0.1:8774/v2.1
  regions:
    regions: [{name: west, values: {}}, east]
    auth: {auth-url: https://c, username: u, password: no, tenant_name: t}
`,
  );
  const load = async (name: string): Promise<unknown> => loadProfile(name, {}, cwd, home);
  const defaultUser = { name: 'u', domain: { id: 'default' } };
  expect(await load('by-id')).toMatchObject({ login: { credential: { id: 'i' }, secret: 's' } });
  expect(await load('by-name')).toMatchObject({ login: { credential: { name: 'n', user: { id: 'u' } } } });
  expect(await load('token')).toMatchObject({
    login: { kind: 'token', token: 't', scope: { kind: 'project', project: { id: 'p' } } },
  });
  expect(await load('system')).toMatchObject({
    login: { user: defaultUser, password: '0123', scope: { kind: 'system' } },
  });
  expect(await load('domain')).toMatchObject({
    login: {
      user: { name: 'u', domain: { name: 'd' } },
      password: '~x',
      scope: { kind: 'domain', domain: { name: 'd' } },
    },
    interface: 'internal',
    tls: { verify: false },
    endpointOverrides: { compute: 'http://127.0.0.1:8774/v2.1' },
  });
  expect(await load('regions')).toMatchObject({
    region: 'west',
    login: { password: 'no', scope: { kind: 'project', project: { name: 't', domain: { id: 'default' } } } },
  });
});

const VARIABLES = {
  OS_AUTH_URL: 'https://env/v3',
  OS_USERNAME: 'u',
  OS_PASSWORD: 'p',
  OS_PROJECT_NAME: 'x',
  OS_CACERT: '~/ca.pem',
  OS_TENANT_NAME: '',
};

test('OS_* variables are the cloud envvars, and come first when none is named', async () => {
  await put(join(cwd, 'clouds.yaml'), ONE);
  const profile = await loadProfile(undefined, VARIABLES, cwd, home);
  expect(profile).toMatchObject({
    name: 'envvars',
    source: 'the environment',
    authUrl: 'https://env/v3',
    tls: { caFile: join(home, 'ca.pem') },
  });
  expect((await loadProfile('mycloud', VARIABLES, cwd, home)).name).toBe('mycloud');
  expect((await loadProfile(undefined, { ...VARIABLES, OS_CLOUD: 'mycloud' }, cwd, home)).name).toBe(
    'mycloud',
  );
});

test('variables that only choose make no cloud', async () => {
  await put(join(cwd, 'clouds.yaml'), ONE);
  const profile = await loadProfile(
    undefined,
    { OS_CLOUD: 'mycloud', OS_REGION_NAME: 'RegionTwo' },
    cwd,
    home,
  );
  expect([profile.name, profile.region]).toEqual(['mycloud', 'RegionTwo']);
});

test('a name that is not there is answered with those that are, and where they were looked for', async () => {
  await put(join(cwd, 'clouds.yaml'), ONE);
  const failure = await failureOf(loadProfile('other', {}, cwd, home));
  expect(failure.code).toBe('profile.not-found');
  expect(failure.message).toContain('There is no cloud "other". There is: "mycloud".');
  expect(failure.message).toContain(join(home, '.config', 'openstack', 'clouds.yaml'));
  expect((await failureOf(loadProfile(undefined, {}, folder, home))).code).toBe('profile.not-found');
});

test.each([
  ['clouds:\n  a: [1,\nb: }', ':3:1 '],
  ['clouds:\n  a:\n    auth: nothing\n', ':3:11'],
  ['clouds:\n  a: word\n', ':2:6'],
  ['clouds: [a]\n', ''],
  ['just text\n', ''],
  ['clouds:\n  a: {}\n  a: {}\n', ':3:3'],
  ['clouds:\n  a:\n    auth:\n      password: [s3cret]\n', ':4:17'],
])('%j is told with its place', async (text, place) => {
  const path = await put(join(cwd, 'clouds.yaml'), text);
  const failure = await failureOf(loadProfile('a', {}, cwd, home));
  expect(failure.code).toBe('profile.malformed');
  expect(failure.message).toContain(`${path}${place}`);
  expect(failure.message).not.toContain('s3cret');
});

test.each([
  ['auth: {username: u, password: s3cret}', '"auth_url"'],
  ['auth: {auth_url: "cloud:5000", username: u, password: s3cret}', '"auth_url"'],
  ['auth: {auth_url: "https://c", password: s3cret}', '"username"'],
  ['auth: {auth_url: "https://c", username: u}', '"password"'],
  ['auth_type: v3oidcpassword\n    auth: {auth_url: "https://c", password: s3cret}', '"auth_type"'],
  ['verify: perhaps\n    auth: {auth_url: "https://c", username: u, password: s3cret}', '"verify"'],
  ['interface: outside\n    auth: {auth_url: "https://c", username: u, password: s3cret}', '"interface"'],
])('%s lacks or spoils %s', async (settings, name) => {
  const path = await put(join(cwd, 'clouds.yaml'), `clouds:\n  a:\n    ${settings}\n`);
  const failure = await failureOf(loadProfile('a', {}, cwd, home));
  expect(failure.code).toBe('profile.malformed');
  expect(failure.message).toContain(name);
  expect(failure.message).toContain(`${path}:3:5`);
  expect(failure.message + String(failure.hint)).not.toContain('s3cret');
});

test('a malformed cloud is a problem, and the others are listed without their secrets', async () => {
  await put(join(cwd, 'clouds.yaml'), `${ONE}  broken:\n    auth: {username: u}\n`);
  const { profiles, problems } = await findProfiles(VARIABLES, cwd, home);
  expect(profiles.map(({ name, user, project, login }) => [name, user, project, login])).toEqual([
    ['mycloud', 'admin', 'admin', 'password'],
    ['envvars', 'u', 'x', 'password'],
  ]);
  expect(problems.map(({ code }) => code)).toEqual(['profile.malformed']);
  expect(JSON.stringify(profiles)).not.toContain('pa#ss');
});

test('a malformed file leaves the variables', async () => {
  await put(join(cwd, 'clouds.yaml'), '}');
  const { profiles, problems } = await findProfiles(VARIABLES, cwd, home);
  expect([profiles.map(({ name }) => name), problems.length]).toEqual([['envvars'], 1]);
  expect((await loadProfile(undefined, VARIABLES, cwd, home)).name).toBe('envvars');
});

test('a cloud of the file and the variables with one name is a problem, and the file counts', async () => {
  await put(join(cwd, 'clouds.yaml'), ONE);
  const env = { ...VARIABLES, OS_CLOUD_NAME: 'mycloud' };
  const { profiles, problems } = await findProfiles(env, cwd, home);
  expect([profiles.length, problems.length]).toEqual([1, 1]);
  expect((await loadProfile('mycloud', env, cwd, home)).authUrl).toBe('https://cloud.example:5000/v3');
});
