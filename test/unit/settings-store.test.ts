import fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '../../main/domain/settings.ts';
import { editSettings } from '../../main/services/settings/edit.ts';
import { parseSettings } from '../../main/services/settings/load.ts';
import { createSettingsStore, type SettingsStore } from '../../main/services/settings/settings-store.ts';

let home: string;
let path: string;
let store: SettingsStore;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'coldhaul-settings-'));
  path = join(home, 'settings.yaml');
  store = createSettingsStore({ platform: 'linux', env: { COLDHAUL_SETTINGS: path }, home });
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const COMMENTED = `# Ours, since the move to the new racks
ssh:
  user: admin # not root
hosts:
  address: '{short}.mgmt.example.org'
  overrides:
    # the one with the broken BMC
    compute-07: { address: 10.0.7.7, port: 2222 }
limits: { perSource: 2, total: 6 }
reserveGib: 20
`;

test('without a file there are the defaults; writing them makes none, writing another value makes one for the user alone', async () => {
  expect(await store.read()).toEqual({ path, exists: false, values: DEFAULT_SETTINGS, problem: undefined });
  expect(await store.write(DEFAULT_SETTINGS)).toBe(false);
  expect(await readdir(home)).toEqual([]);
  expect(await store.write({ ...DEFAULT_SETTINGS, reserveGib: 3 })).toBe(true);
  expect(await readFile(path, 'utf8')).toBe('reserveGib: 3\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(home)).toEqual(['settings.yaml']);
});

test('comments, order and what did not change stay as they are', async () => {
  await writeFile(path, COMMENTED);
  const { values } = await store.read();
  const changed: Settings = {
    ...values,
    ssh: { ...values.ssh, user: 'night' },
    hosts: { ...values.hosts, overrides: { ...values.hosts.overrides, 'compute-08': { port: 22 } } },
    bandwidthMibPerSecond: 200,
  };
  expect(await store.write(changed)).toBe(true);
  expect(await readFile(path, 'utf8')).toBe(
    COMMENTED.replace('user: admin #', 'user: night #')
      .replace('port: 2222 }\n', 'port: 2222 }\n    compute-08:\n      port: 22\n')
      .concat('bandwidthMibPerSecond: 200\n'),
  );
  expect((await store.read()).values).toEqual(changed);
  expect(await store.write(changed)).toBe(false);
});

test('a value that is taken out again has its default', async () => {
  await writeFile(path, 'ssh:\n  user: admin\nbandwidthMibPerSecond: 5\n');
  await store.write(DEFAULT_SETTINGS);
  expect((await store.read()).values).toEqual(DEFAULT_SETTINGS);
});

test('a malformed file is a problem with its place, and is never replaced', async () => {
  const broken = 'reserveGib: many\n';
  await writeFile(path, broken);
  const seen = await store.read();
  expect(seen).toMatchObject({ exists: true, values: DEFAULT_SETTINGS });
  expect(seen.problem?.message).toContain(`${path}:1:13`);
  await expect(store.write({ ...DEFAULT_SETTINGS, pollMs: 500 })).rejects.toMatchObject({
    code: 'settings.malformed',
    message: expect.stringContaining('not replaced') as string,
  });
  expect(await readFile(path, 'utf8')).toBe(broken);
});

test('a wrong value is refused by its name', async () => {
  await expect(store.write({ ...DEFAULT_SETTINGS, pollMs: 1 })).rejects.toMatchObject({
    code: 'settings.malformed',
    message: expect.stringContaining('pollMs') as string,
  });
  const template = { ...DEFAULT_SETTINGS, hosts: { ...DEFAULT_SETTINGS.hosts, address: '{nonsense}' } };
  await expect(store.write(template)).rejects.toMatchObject({
    message: expect.stringContaining('hosts.address') as string,
  });
});

test('a file that says one thing in two places is left to its editor', async () => {
  const text = 'hosts:\n  overrides:\n    a: &one { port: 22 }\n    b: *one\n';
  await writeFile(path, text);
  const { values } = await store.read();
  const overrides = { a: { port: 22 }, b: { port: 23 } };
  await expect(store.write({ ...values, hosts: { ...values.hosts, overrides } })).rejects.toMatchObject({
    message: expect.stringContaining('cannot be changed from here') as string,
  });
  expect(await readFile(path, 'utf8')).toBe(text);
});

const word = fc.stringMatching(/^[a-z#:'"{ -]{0,6}[a-z]$/).map((text) => text.trim());
const host = fc.record({ port: fc.integer({ min: 1, max: 65_535 }), user: word }, { requiredKeys: [] });
const anySettings: fc.Arbitrary<Settings> = fc.record(
  {
    ssh: fc.record(
      { user: word, becomeRoot: fc.constantFrom('sudo', 'never') },
      { requiredKeys: ['becomeRoot'] },
    ),
    hosts: fc.record({
      address: fc.constantFrom('{hypervisor}', '{short}.example'),
      rules: fc.array(fc.record({ match: word, port: fc.integer({ min: 1, max: 9 }) }), { maxLength: 2 }),
      overrides: fc.dictionary(word, host, { maxKeys: 3, noNullPrototype: true }),
    }),
    limits: fc.record({
      perSource: fc.integer({ min: 1, max: 9 }),
      perDestination: fc.constant(2),
      total: fc.integer({ min: 1, max: 9 }),
    }),
    bandwidthMibPerSecond: fc.integer({ min: 1, max: 500 }),
    reserveGib: fc.integer({ min: 0, max: 50 }),
    stopTimeoutSeconds: fc.constant(120),
    pollMs: fc.constantFrom(2000, 500),
    nova: fc.record({
      user: fc.constantFrom('nova', 'kolla'),
      configFiles: fc.array(word, { maxLength: 2 }),
      stopNewsSeconds: fc.constantFrom(20, 0, 60),
    }),
  },
  {
    requiredKeys: ['ssh', 'hosts', 'limits', 'reserveGib', 'stopTimeoutSeconds', 'pollMs', 'nova'],
  },
);

test('from any settings to any others: what is read afterwards is what was written, and the comment is still there', () => {
  fc.assert(
    fc.property(anySettings, anySettings, (first, second) => {
      const before = editSettings('# ours\nssh: # the login\n  port: 2200\n', first, 'file');
      const after = editSettings(before, second, 'file');
      expect(parseSettings(after, 'file')).toEqual(second);
      expect(after).toContain('# ours');
    }),
    { numRuns: 200 },
  );
});
