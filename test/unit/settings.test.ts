import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import { DEFAULT_SETTINGS, matchesGlob, resolveTarget, type Settings } from '../../main/domain/settings.ts';
import { loadSettings, parseSettings, settingsPath } from '../../main/services/settings/load.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'coldhaul-settings-'));
});
afterAll(async () => {
  await rm(home, { recursive: true });
});

function problemsOf(text: string): readonly string[] {
  try {
    parseSettings(text, 's.yaml');
  } catch (error) {
    if (error instanceof Failure && error.code === 'settings.malformed')
      return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('the settings file', () => {
  test.each(['', '# nothing but words\n', 'ssh:\nlimits:\n', '{}'])('%o means the defaults', (text) => {
    expect(parseSettings(text, 's.yaml')).toEqual(DEFAULT_SETTINGS);
  });

  test('what it says is taken, and the rest is default', () => {
    const text = [
      ...['ssh: { user: admin, becomeRoot: never, identityFile: ~/.ssh/ops }', 'limits: { total: 9 }'],
      ...['hosts:', '  address: "{short}.mgmt"', '  overrides:', '    rack-1.example: { port: 2222 }'],
      'bandwidthMibPerSecond: 200',
    ].join('\n');
    expect(parseSettings(text, 's.yaml')).toEqual({
      ...DEFAULT_SETTINGS,
      ssh: { user: 'admin', becomeRoot: 'never', identityFile: '~/.ssh/ops' },
      limits: { perSource: 2, perDestination: 2, total: 9 },
      hosts: { address: '{short}.mgmt', rules: [], overrides: { 'rack-1.example': { port: 2222 } } },
      bandwidthMibPerSecond: 200,
    });
  });

  test.each([
    ['limit: 3', 's.yaml:1:1: limit is not known; did you mean limits?'],
    ['ssh:\n  becomeroot: sudo', 's.yaml:2:3: ssh.becomeroot is not known; did you mean becomeRoot?'],
    [
      'limits:\n  speed: 3',
      's.yaml:2:3: limits.speed is not known; allowed here: perSource, perDestination, total',
    ],
    [
      'hosts:\n  rules:\n    - { match: a, prot: 1 }',
      's.yaml:3:19: hosts.rules.0.prot is not known; did you mean port?',
    ],
    [
      'hosts:\n  overrides:\n    h: { usr: x }',
      's.yaml:3:10: hosts.overrides.h.usr is not known; did you mean user?',
    ],
  ])('an unknown name in %o is pointed at', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test.each([
    ['limits:\n  total: many', /^s\.yaml:2:10: limits\.total: must be a number$/],
    ['limits:\n  total: 0', /^s\.yaml:2:10: limits\.total: must be at least 1$/],
    ['ssh:\n  port: 70000', /^s\.yaml:2:9: ssh\.port: must be at most 65535$/],
    ['ssh: { becomeRoot: yes }', /^s\.yaml:1:20: ssh\.becomeRoot: must be sudo or never$/],
    ['hosts:\n  address: "{ip}"', /^s\.yaml:2:12: hosts\.address: only \{hypervisor\}/],
    ['hosts:\n  rules:\n    - { port: 22 }', /^s\.yaml:3:7: hosts\.rules\.0\.match: must be text$/],
    ['nova: { instancesPath: var/lib }', /^s\.yaml:1:24: nova\.instancesPath: must begin with \/$/],
    ['pollMs: 1.5', /^s\.yaml:1:9: pollMs: must be a whole number$/],
    ['ssh: { user: "" }', /^s\.yaml:1:14: ssh\.user: must not be empty$/],
    ['bandwidthMibPerSecond: 0', /: bandwidthMibPerSecond: must be more than 0$/],
    ['ssh: *nothing', /^s\.yaml: Unresolved alias/],
    ['- a list', /^s\.yaml:1:1: the file: must be names with values$/],
    ['ssh: {', /^s\.yaml:1:7: /],
    ['ssh: {}\nssh: {}', /^s\.yaml:2:1: .*unique/],
  ])('a mistake in %o is told with its place', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(problem)]);
  });

  test('all mistakes are told at once', () => {
    expect(problemsOf('pollMs: 1\nreserveGib: -1\n')).toHaveLength(2);
  });

  test('no text makes anything but settings or a failure of its own kind', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        problemsOf(text);
      }),
    );
  });
});

describe('its place', () => {
  const surroundings = (env: Readonly<Record<string, string>> = {}): Parameters<typeof settingsPath>[0] => ({
    platform: 'linux',
    env,
    home,
  });

  test('is below the user’s configuration directory, unless COLDHAUL_SETTINGS names another', () => {
    expect(settingsPath(surroundings())).toBe(join(home, '.config/coldhaul/settings.yaml'));
    expect(settingsPath(surroundings({ XDG_CONFIG_HOME: '/x' }))).toBe('/x/coldhaul/settings.yaml');
    expect(settingsPath(surroundings({ COLDHAUL_SETTINGS: '/y.yaml' }))).toBe('/y.yaml');
  });

  test('may be empty, unless somebody named it', async () => {
    expect(await loadSettings(surroundings())).toEqual(DEFAULT_SETTINGS);
    const named = surroundings({ COLDHAUL_SETTINGS: join(home, 'none.yaml') });
    await expect(loadSettings(named)).rejects.toMatchObject({
      code: 'settings.malformed',
      message: `the settings file ${home}/none.yaml does not exist`,
    });
  });

  test('is read', async () => {
    const file = join(home, 'own.yaml');
    await writeFile(file, 'pollMs: 500\n');
    expect((await loadSettings(surroundings(), file)).pollMs).toBe(500);
    await expect(loadSettings(surroundings(), home)).rejects.toMatchObject({ code: 'settings.malformed' });
  });
});

describe('where a host is', () => {
  const settings: Settings = {
    ...DEFAULT_SETTINGS,
    ssh: { becomeRoot: 'sudo', user: 'admin', configFile: '~/.ssh/rack' },
    hosts: {
      address: '{short}',
      rules: [
        { match: 'rack-1*.example', address: '{host_ip}', port: 2222 },
        { match: 'rack-*', user: 'ops', port: 2200 },
      ],
      overrides: { 'rack-12.example': { alias: 'odd-one', user: 'root' } },
    },
  };
  const common = { sshConfigFile: '~/.ssh/rack', becomeRoot: 'sudo' };

  test.each([
    ['rack-12.example', { alias: 'odd-one', address: '10.0.0.9', port: 2222, user: 'root' }],
    ['rack-1.example', { alias: 'rack-1', address: '10.0.0.9', port: 2222, user: 'admin' }],
    ['rack-2', { alias: 'rack-2', port: 2200, user: 'ops' }],
    ['other.example', { alias: 'other', user: 'admin' }],
    ['__proto__', { alias: '__proto__', user: 'admin' }],
  ])('is found for %s', (name, expected) => {
    expect(resolveTarget(settings, name, '10.0.0.9')).toEqual({ ...common, ...expected });
  });

  test('by default it is the name, and nothing else is said', () => {
    expect(resolveTarget(DEFAULT_SETTINGS, 'compute-1', undefined)).toEqual({
      alias: 'compute-1',
      becomeRoot: 'sudo',
    });
  });

  test('a template needs what it names', () => {
    expect(() => resolveTarget(settings, 'rack-1.example', undefined)).toThrow(/does not tell the address/);
  });

  test('what a host is called is never read as a pattern of ours', () => {
    expect(resolveTarget(DEFAULT_SETTINGS, '$&{host_ip}', '1.1.1.1').alias).toBe('$&{host_ip}');
  });
});

test.each([
  ['*', 'anything', true],
  ['rack-?', 'rack-1', true],
  ['rack-?', 'rack-12', false],
  ['*.example', 'A.EXAMPLE', true],
  ['*.example', 'axexample', false],
  ['[a]+', '[a]+', true],
])('the pattern %s against %s is %s', (pattern, name, expected) => {
  expect(matchesGlob(pattern, name)).toBe(expected);
});
