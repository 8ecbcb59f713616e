import { execa } from 'execa';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { showCommand } from '../../main/domain/naming.ts';
import { COLDHAUL, coldhaul, labEnvironment } from '../lab/demo/coldhaul.ts';
import type { LabHost } from '../lab/types.ts';
import { must } from '../support/instance-files.ts';
import { formsOf, keptFiles, openToOthers } from '../support/kept-files.ts';
import { openLabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { sampleProcesses, type ProcessSampler } from '../support/process-sampler.ts';

/**
 * A whole move with every kind of secret that an admin has, known to this test. Afterwards they are looked for in all that
 * was written, said and started, here and on both hosts.
 */

const PASSPHRASE = 'planted passphrase & no word of it';
const CREDENTIAL = 'planted-secret-of-an-application';

let bench: LabWithImage;
let home: string;
let sampler: ProcessSampler;
/** All that was said by us, anywhere. */
const said: string[] = [];

beforeAll(async () => {
  bench = await labWithImage();
  home = labEnvironment(bench.lab.paths)['HOME'] ?? '';
  await mkdir(home, { recursive: true });
});
afterAll(async () => {
  await bench.lab.down();
});

/** Settings by which the key of the workstation wants its passphrase. */
async function lockedKey(): Promise<string> {
  const { paths, directory } = bench.lab;
  const [key, config, settings] = ['locked-key', 'locked-ssh', 'locked-settings'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  await copyFile(paths.identityFile, key);
  await execa('ssh-keygen', ['-q', '-p', '-P', '', '-N', PASSPHRASE, '-f', key]);
  const use = async (from: string, to: string): Promise<void> => {
    const text = await readFile(from, 'utf8');
    await writeFile(to, text.replaceAll(paths.identityFile, key).replaceAll(paths.sshConfig, config));
  };
  await use(paths.sshConfig, config);
  await use(paths.settingsYaml, settings);
  return settings;
}

/** One command line at a terminal of its own, under this umask; the passphrase is typed whenever it is asked for. */
async function atTerminal(umask: string, words: readonly string[]): Promise<number> {
  const line = `umask ${umask}; exec ${showCommand([process.execPath, ...COLDHAUL, ...words])}`;
  const child = execa('script', ['-qec', line, '/dev/null'], {
    env: { ...labEnvironment(bench.lab.paths), SHELL: '/bin/sh', TERM: 'xterm' },
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  let answered = 0;
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const asked = text.split('Passphrase of ').length - 1;
    for (; answered < asked; answered += 1) child.stdin.write(`${PASSPHRASE}\r`);
  });
  const { exitCode } = await child;
  expect(answered).toBeGreaterThan(0);
  said.push(text);
  return exitCode ?? -1;
}

/** Of every account of a host, and of the host itself: keys, who may log in, and which hosts are known. */
async function keysOf(host: LabHost): Promise<string> {
  const script =
    'for home in $(cut -d: -f6 /etc/passwd | sort -u) /etc/ssh /etc/lab; do ' +
    'case $home in /etc/*) place=$home ;; *) place=$home/.ssh ;; esac; ' +
    '[ ! -d "$place" ] || find -L "$place" -type f -exec sha256sum {} +; done | sort';
  return await must(host, 'sh', '-c', script);
}

/** Files of a host with any of these in them: jobs and their logs, locks, stages, and what accounts keep. The guest's own data are its own. */
async function holding(host: LabHost, patterns: readonly string[]): Promise<readonly string[]> {
  const places = '/run/coldhaul /var/lib/nova /home /root';
  const script = `export LC_ALL=C; for place in ${places}; do [ ! -e "$place" ] || grep -rlaF --exclude=disk --exclude-dir=_base -f - -- "$place" <"$1"; done; :`;
  const list = '/run/planted-patterns';
  await host.exec(['sh', '-c', 'cat >"$1"', 'test', list], { stdin: `${patterns.join('\n')}\n` });
  const { stdout } = await host.exec(['sh', '-c', script, 'test', list]);
  await must(host, 'rm', list);
  return stdout.split('\n').filter((path) => path !== '');
}

/** All that must be nowhere. */
async function secrets(): Promise<readonly string[]> {
  const { cloud, paths } = bench.lab;
  const key = await readFile(paths.identityFile, 'utf8');
  return [
    cloud.credentials.admin.password,
    ...cloud.state.tokens.keys(),
    CREDENTIAL,
    PASSPHRASE,
    // Of nova.conf, which is read; and of the key itself a line that no other key has.
    'lab-bait',
    key.trim().split('\n').at(-2) ?? '',
  ];
}

test('a whole move with a password, an application credential and a locked key tells none of them', async () => {
  const { lab, image } = bench;
  const { cloud } = lab;
  const server = await cloud.createServer({ name: 'planted', host: SOURCE, image, payloadMib: 16 });
  const settings = await lockedKey();
  const keysBefore = await Promise.all(lab.hosts.map(keysOf));
  const knownBefore = await readFile(lab.paths.knownHosts, 'utf8');
  const [user, project] = [cloud.state.users, cloud.state.projects].map(
    (all) => all.find(({ name }) => name === 'admin')?.id ?? '',
  ) as [string, string];
  const credential = { id: 'c0ffee', name: 'haul', secret: CREDENTIAL, userId: user, projectId: project };
  cloud.state.applicationCredentials.push(credential);
  sampler = sampleProcesses();

  const words = [
    '--settings',
    settings,
    '--verbose',
    '--json',
    'migrate',
    'planted',
    '--to',
    DESTINATION,
    '--yes',
  ];
  expect(await atTerminal('000', words), said.join('\n')).toBe(0);
  expect(cloud.servers.get(server.id)).toMatchObject({ host: DESTINATION });
  for (const host of lab.hosts) {
    // Something is there to be searched, and nobody but root may read it.
    const listed = await must(host, 'find', '/run/coldhaul', '-type', 'f', '-printf', '%m %p\n');
    expect(listed).toContain('locks/');
    const open = await must(host, 'find', '/run/coldhaul', '-perm', '/077', '-printf', '%m %p\n');
    expect(open).toBe('');
    expect(await holding(host, (await secrets()).flatMap(formsOf))).toEqual([]);
    // Nova's own, by which the hosts reach each other; there is no other.
    expect(await holding(host, ['PRIVATE KEY'])).toEqual(['/var/lib/nova/.ssh/id_ed25519']);
  }

  // The rest of it by an application credential, from the environment and then from clouds.yaml.
  const byEnvironment = {
    OS_CLOUD: '',
    OS_CLIENT_CONFIG_FILE: join(lab.directory, 'none.yaml'),
    OS_AUTH_TYPE: 'v3applicationcredential',
    OS_AUTH_URL: cloud.authUrl,
    OS_APPLICATION_CREDENTIAL_ID: credential.id,
    OS_APPLICATION_CREDENTIAL_SECRET: CREDENTIAL,
  };
  const looked = await coldhaul(lab.paths, ['doctor', SOURCE, '--verbose'], { env: byEnvironment });
  expect(looked.exitCode, looked.stderr).toBe(0);
  const auth = {
    auth_url: cloud.authUrl,
    application_credential_id: credential.id,
    application_credential_secret: CREDENTIAL,
  };
  const cloudsYaml = join(lab.directory, 'by-credential.yaml');
  const entry = { auth_type: 'v3applicationcredential', auth, region_name: cloud.credentials.admin.region };
  await writeFile(cloudsYaml, stringify({ clouds: { lab: entry } }));
  const env = { OS_CLIENT_CONFIG_FILE: cloudsYaml };
  const confirmed = await coldhaul(lab.paths, ['confirm', 'planted', '--verbose', '--json'], { env });
  expect(confirmed.exitCode, confirmed.stderr).toBe(0);
  said.push(...[looked, confirmed].flatMap(({ stdout, stderr }) => [stdout, stderr]));

  // And what a page could ask for.
  const engine = await openLabEngine(lab);
  const { id } = JSON.parse(confirmed.stdout) as { id: string };
  const answers = [
    await engine.call('migration.report', { id }),
    await engine.call('migration.report-file', { id, format: 'json' }),
    await engine.call('migration.report-file', { id, format: 'html' }),
    await engine.call('recovery.diagnose', { server: server.id }),
    await engine.call('recovery.stuck', {}),
    await engine.call('inventory.read', { onHosts: true }),
  ];
  said.push(...answers.flatMap((answer) => [JSON.stringify(answer), ...Object.values(answer).map(String)]));
  said.push(JSON.stringify(engine.lines));
  await engine.close();

  const { commandLines, environments } = sampler.stop();
  const patterns = (await secrets()).flatMap(formsOf);
  const hit = (text: string): boolean => patterns.some((pattern) => text.includes(pattern));
  /** Every secret in a text, with what stands before it. */
  const around = (text: string): readonly string[] =>
    patterns
      .filter((pattern) => text.includes(pattern))
      .map((pattern) =>
        text.slice(Math.max(0, text.indexOf(pattern) - 80), text.indexOf(pattern) + pattern.length),
      );

  // Each of these was really looked at.
  expect(cloud.state.tokens.size).toBeGreaterThan(2);
  expect(patterns.every((pattern) => pattern.length >= 8)).toBe(true);
  for (const program of ['rsync --', 'BatchMode=yes', 'coldhaul'])
    expect(
      commandLines.some((line) => line.includes(program)),
      program,
    ).toBe(true);
  expect(environments.length).toBeGreaterThan(20);

  expect(said.flatMap(around)).toEqual([]);
  expect(commandLines.flatMap(around)).toEqual([]);
  // Our own process has what the admin put there, and so has the loader that starts it.
  const ours = (program: string): boolean => COLDHAUL.every((word) => program.includes(word));
  expect(environments.filter(({ program, text }) => hit(text) && !ours(program))).toEqual([]);
  expect(environments.some(({ program, text }) => hit(text) && ours(program))).toBe(true);

  const files = await keptFiles(home);
  for (const { name } of lab.hosts) {
    const path = join(lab.directory, 'hosts', name, 'host.log');
    files.push({ path, text: await readFile(path, 'utf8') });
  }
  for (const name of ['coldhaul.log', 'migrations/', 'host.log'])
    expect(
      files.some(({ path, text }) => path.includes(name) && text !== ''),
      name,
    ).toBe(true);
  expect(files.filter(({ text }) => hit(text)).map(({ path }) => path)).toEqual([]);
  for (const host of lab.hosts) expect(await holding(host, patterns)).toEqual([]);

  // No key was made for it, and nobody is known or let in who was not before.
  expect(await Promise.all(lab.hosts.map(keysOf))).toEqual(keysBefore);
  expect(await readFile(lab.paths.knownHosts, 'utf8')).toBe(knownBefore);
  // With umask 000 at first, and then with that of whoever runs the tests.
  expect(await openToOthers(join(home, 'state/coldhaul'))).toEqual([]);
});
