import { execa } from 'execa';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { EXIT } from '../../main/cli/exit-codes.ts';
import { DoctorView, InventoryView, MigrationView } from '../../main/contract/views.ts';
import { showCommand } from '../../main/domain/naming.ts';
import { COLDHAUL, coldhaul, labEnvironment } from '../lab/demo/coldhaul.ts';
import { domainState } from '../lab/demo/truth.ts';
import { must } from '../support/instance-files.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { workersOf } from '../support/virtual-disk.ts';

/** What a person types, in a process of its own each time, on one lab. */

let bench: LabWithImage;

beforeAll(async () => {
  bench = await labWithImage();
  await mkdir(labEnvironment(bench.lab.paths)['HOME'] ?? '', { recursive: true });
});
afterAll(async () => {
  await bench.lab.down();
});

test('doctor looks at the cloud and at the hosts, or at those that are named', async () => {
  const all = await coldhaul(bench.lab.paths, ['doctor', '--json']);
  expect(all).toMatchObject({ exitCode: EXIT.done });
  const { checks } = DoctorView.parse(JSON.parse(all.stdout));
  expect(new Set(checks.map((check) => check.subject))).toEqual(new Set(['cloud', SOURCE, DESTINATION]));

  const one = await coldhaul(bench.lab.paths, ['doctor', SOURCE]);
  expect(one).toMatchObject({ exitCode: EXIT.done });
  expect(one.stdout).toContain(SOURCE);
  expect(one.stdout).toContain('logged in as');
  expect(one.stdout).not.toContain(`${DESTINATION} `);

  const none = await coldhaul(bench.lab.paths, ['doctor', 'nowhere']);
  expect(none.exitCode).toBe(EXIT.refused);
  expect(none.stdout).toMatch(/nowhere.*Nova knows no compute host of this name/);
});

test('--openrc takes the login from a file that an admin sources otherwise', async () => {
  const env = { OS_CLOUD: '', OS_CLIENT_CONFIG_FILE: join(bench.lab.directory, 'no-clouds.yaml') };
  const words = ['inventory', '--json'];
  expect((await coldhaul(bench.lab.paths, words, { env })).exitCode).toBe(EXIT.usage);
  const { exitCode, stdout } = await coldhaul(
    bench.lab.paths,
    ['--openrc', bench.lab.paths.openrc, ...words],
    { env },
  );
  expect(exitCode).toBe(EXIT.done);
  expect(InventoryView.parse(JSON.parse(stdout)).hosts.map((host) => host.name)).toEqual([
    SOURCE,
    DESTINATION,
  ]);
});

test('a warning must be acknowledged; Ctrl-C leaves the work to the hosts with exit code 7; cancel ends it', async () => {
  const source = bench.lab.host(SOURCE);
  const { cloud } = bench.lab;
  const order = { name: 'held', host: SOURCE, image: bench.image, running: false };
  const { id } = await cloud.createServer(order);
  // UEFI variables do not travel: a warning.
  const define =
    'virsh dumpxml --inactive "$1" | sed "s|</os>|<nvram>/var/lib/held.fd</nvram></os>|" >/tmp/held.xml && virsh define /tmp/held.xml';
  await must(source, 'sh', '-c', define, 'test', id);
  // The destination can boot it, whether or not this machine has such firmware.
  const firmware =
    'mkdir -p /etc/qemu/firmware && echo \'{ "interface-types": ["uefi"] }\' >/etc/qemu/firmware/50-test.json';
  await must(bench.lab.host(DESTINATION), 'sh', '-c', firmware);
  const inventory = await coldhaul(bench.lab.paths, ['inventory', '--host', SOURCE, '--disks']);
  expect(inventory.stdout).toMatch(/ {2}firmware +uefi/);

  // As slowly as that, the base alone takes a minute.
  const words = ['migrate', 'held', '--to', DESTINATION, '--bwlimit', '1', '--yes'];
  const refused = await coldhaul(bench.lab.paths, words);
  expect(refused.exitCode).toBe(EXIT.refused);
  expect(refused.stderr).toContain('--acknowledge source.nvram');

  const child = execa(process.execPath, [...COLDHAUL, ...words, '--acknowledge', 'source.nvram'], {
    env: labEnvironment(bench.lab.paths),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  // The probe of a plan sends a sample by rsync, too.
  const copies = async (): Promise<readonly string[]> =>
    (await workersOf(source, id)).filter(
      (worker) => worker.includes('rsync') && !worker.includes('.coldhaul-probe'),
    );
  await expect.poll(copies, { timeout: 60_000, interval: 200 }).not.toEqual([]);
  child.kill('SIGINT');
  const detached = await child;
  expect(detached).toMatchObject({
    exitCode: EXIT.interrupted,
    stderr: expect.stringContaining('what runs on the hosts goes on') as string,
  });
  expect(await copies()).not.toEqual([]);

  const status = await coldhaul(bench.lab.paths, ['status', 'held', '--json']);
  expect(MigrationView.parse(JSON.parse(status.stdout))).toMatchObject({ phase: 'staging', active: false });
  const cancelled = await coldhaul(bench.lab.paths, ['cancel', 'held', '--json']);
  expect(cancelled.exitCode).toBe(EXIT.done);
  expect(MigrationView.parse(JSON.parse(cancelled.stdout))).toMatchObject({
    phase: 'cancelled',
    running: false,
  });
  expect(await copies()).toEqual([]);
  expect(await domainState(source, id)).toBe('shut off');
  expect(cloud.servers.get(id)).toMatchObject({ host: SOURCE, vmState: 'stopped', locked: false });
});

/** Settings with no known host key, in files of their own. */
async function knowingNobody(): Promise<{ readonly settings: string; readonly knownHosts: string }> {
  const { paths, directory } = bench.lab;
  const [settings, knownHosts, sshConfig] = ['settings', 'known', 'ssh'].map((name) =>
    join(directory, `nobody-${name}`),
  ) as [string, string, string];
  await writeFile(knownHosts, '');
  const config = (await readFile(paths.sshConfig, 'utf8'))
    .replaceAll(/UserKnownHostsFile .*/g, `UserKnownHostsFile "${knownHosts}"`)
    .replaceAll('StrictHostKeyChecking yes', 'StrictHostKeyChecking ask');
  await writeFile(sshConfig, config);
  const own = parse(await readFile(paths.settingsYaml, 'utf8')) as { ssh: object };
  await writeFile(settings, stringify({ ...own, ssh: { ...own.ssh, configFile: sshConfig } }));
  return { settings, knownHosts };
}

test.each([
  ['y', EXIT.done],
  ['n', EXIT.refused],
])('an unknown host key is asked for on a terminal; the answer %s ends with %i', async (answer, code) => {
  const { settings, knownHosts } = await knowingNobody();
  const words = [process.execPath, ...COLDHAUL, '--settings', settings, 'doctor', SOURCE];
  // `script` gives it a terminal of its own.
  const child = execa('script', ['-qec', showCommand(words), '/dev/null'], {
    env: { ...labEnvironment(bench.lab.paths), SHELL: '/bin/sh', TERM: 'xterm' },
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await expect.poll(() => said, { timeout: 60_000, interval: 100 }).toContain('Store it and go on? [y/N]');
  expect(said).toMatch(
    /The host key of compute-a \(\[127\.\S+\]:\d+\) is not known\.\s+ssh-ed25519 SHA256:\S{43}\s/,
  );
  // Nothing wipes the question away before it was read.
  expect(said.slice(said.indexOf('Store it and go on?'))).not.toContain('\u001b[0J');
  child.stdin.write(`${answer}\r`);
  expect((await child).exitCode).toBe(code);
  const stored = await readFile(knownHosts, 'utf8');
  if (answer === 'y') expect(stored).toMatch(/^\[127\.\S+\]:\d+ ssh-ed25519 \S+\n$/);
  else expect(stored).toBe('');
});

test('without a terminal an unknown host key is refused, and not asked for', async () => {
  const { settings, knownHosts } = await knowingNobody();
  const end = await coldhaul(bench.lab.paths, ['--settings', settings, 'doctor', SOURCE]);
  expect(end.exitCode).toBe(EXIT.refused);
  expect(end.stdout + end.stderr).not.toContain('Store it and go on?');
  expect(await readFile(knownHosts, 'utf8')).toBe('');
});
