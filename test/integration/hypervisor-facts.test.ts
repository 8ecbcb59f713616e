/** What a host is and is set to, read from this machine by the script that hosts run. Root only. */
import { execa } from 'execa';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import type { Hosts } from '../../main/domain/ports.ts';
import { createHypervisors, type HypervisorsOptions } from '../../main/services/hypervisor/hypervisors.ts';
import { createLocalHosts } from '../support/local-shell.ts';
import { keepLog, realClock } from '../support/real-clock.ts';

const HOST = 'compute-a';
type Ran = Awaited<ReturnType<ReturnType<Hosts['shell']>['run']>>;

let root: string;
let instances: string;
let programs: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coldhaul-facts-'));
  instances = join(root, 'instances');
  programs = join(root, 'bin');
  await mkdir(instances);
  await mkdir(programs);
  await program('virsh', 'exit 1');
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

/** @param heard - Gets what each command on the host ended with. */
function make(
  settings: Partial<HypervisorsOptions['settings']>,
  heard: (result: Ran) => void = () => undefined,
): Hypervisors {
  const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
  const hosts = createLocalHosts({ [HOST]: { env } });
  const listening: Hosts = {
    shell: (name) => ({
      host: name,
      run: async (argv, options) => {
        const result = await hosts.shell(name).run(argv, options);
        heard(result);
        return result;
      },
    }),
    close: () => hosts.close(),
  };
  return createHypervisors({
    hosts: listening,
    clock: realClock,
    log: keepLog().log,
    settings: { novaUser: 'daemon', ...settings },
  });
}

/** A stand-in for a tool that this machine has not, or has in another version. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(programs, name), 0o755);
}

test('facts come from the host, and no password leaves it', async () => {
  const conf = join(root, 'nova.conf');
  const secret = 'hunter2';
  await writeFile(
    conf,
    `[DEFAULT]\nmy_ip = 127.0.0.9\ntransport_url = rabbit://${secret}\ninstances_path = ${instances}\n` +
      `[neutron]\npassword = ${secret}\n my_ip = ${secret}\n[libvirt]\nremote_filesystem_transport = rsync\n`,
  );
  await mkdir(join(root, 'conf.d'));
  await writeFile(join(root, 'conf.d', 'with space.conf'), '[DEFAULT]\nresize_confirm_window = 60\n');
  const said: string[] = [];
  const novaConfigFiles = [conf, join(root, 'conf.d', '*.conf'), '/no/such/*'];
  const facts = await make({ novaConfigFiles }, (result) => said.push(JSON.stringify(result))).facts(HOST);
  expect(facts).toMatchObject({
    hostname: (await execa('uname', ['-n'])).stdout,
    bootId: (await execa('cat', ['/proc/sys/kernel/random/boot_id'])).stdout,
    nova: {
      transport: 'rsync',
      myIp: '127.0.0.9',
      instancesPath: instances,
      resizeConfirmWindowSeconds: 60,
      files: [conf, join(root, 'conf.d', 'with space.conf')],
    },
    novaUser: { name: 'daemon', uid: 1, gid: 1 },
  });
  expect(Math.abs(facts.clockMs - Date.now())).toBeLessThan(60_000);
  expect(facts.cores).toBeGreaterThan(0);
  expect(facts.tools.rsync).toMatch(/^rsync {2}version \d/);
  expect(facts.tools.ssh).toMatch(/^OpenSSH_/);
  expect(facts.instancesFileSystem.totalBytes).toBeGreaterThan(facts.instancesFileSystem.freeBytes);
  expect(facts.instancesFileSystem).toMatchObject({
    type: expect.stringMatching(/./) as string,
    device: expect.stringMatching(/./) as string,
  });
  expect(said.join('')).not.toContain(secret);
});

test.each([
  ['by name', (path: string) => `instances_path = ${path}`, 1],
  ['by quoted name, with a slash', (path: string) => `instances_path = "${path}/"`, 1],
  ['below another setting', (path: string) => `state_path=${join(path, '..')}`, 1],
  [
    'below another, in braces',
    (path: string) => `state_path: ${join(path, '..')}\ninstances_path = \${state_path}/instances`,
    1,
  ],
  [
    'of a setting that no script of ours knows',
    (path: string) => `my_ip = ${path}\ninstances_path = $my_ip`,
    2,
  ],
])('the room of the instances comes with the facts, wherever they lie: %s', async (_what, conf, expected) => {
  const file = join(root, 'nova.conf');
  await writeFile(file, `[DEFAULT]\n${conf(instances)}\n`);
  let commands = 0;
  await chmod(instances, 0o711);
  const facts = await make({ novaConfigFiles: [file] }, () => {
    commands += 1;
  }).facts(HOST);
  const [state] = await make({}).stat(HOST, [instances]);
  const path = facts.nova.instancesPath;
  expect(facts.instancesDirectory).toEqual({ ...state, path });
  expect(facts.instancesDirectory?.mode).toBe(0o711);
  expect(facts.traits?.storage).toMatchObject({
    mountPoint: expect.stringMatching(/^\//) as string,
    type: expect.stringMatching(/./) as string,
    options: expect.arrayContaining(['rw']) as string[],
  });
  expect(facts.instancesFileSystem.totalBytes).toBeGreaterThan(0);
  expect(commands).toBe(expected);
});

test('what the host is comes with the facts, by what the machine itself says', async () => {
  const libvirt = `case $1 in
  version) printf 'Using library: libvirt 10.1.0\\nRunning hypervisor: QEMU 8.2.1\\n' ;;
  capabilities) printf '<capabilities>\\n<host>\\n<model>EPYC</model>\\n</host>\\n<guest>\\n'
    printf "<arch name='%s'>\\n<machine>virt-1</machine>\\n</guest>\\n</capabilities>\\n" "$(uname -m)" ;;
  domcapabilities) printf "<x>\\n<cpu>\\n<model usable='no' vendor='A'>B</model>\\n</cpu>\\n</x>\\n" ;;
  *) exit 1 ;;
esac`;
  await program('virsh', libvirt);
  const { traits } = await make({ instancesPath: instances }).facts(HOST);
  expect(traits).toMatchObject({
    architecture: (await execa('uname', ['-m'])).stdout,
    cpu: { flags: expect.arrayContaining([expect.stringMatching(/./)]) as string[] },
    libvirt: {
      version: '10.1.0',
      qemuVersion: '8.2.1',
      cpuModel: 'EPYC',
      cpuModels: new Map([['B', false]]),
      machineTypes: ['virt-1'],
    },
    accounts: {
      users: expect.arrayContaining([expect.objectContaining({ name: 'daemon', uid: 1 })]) as object[],
      novaGroups: ['daemon'],
    },
    nova: { imagesType: 'default', virtType: 'kvm' },
  });
  expect(traits?.load.average).toBeGreaterThanOrEqual(0);
});
