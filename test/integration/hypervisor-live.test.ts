/** Disks frozen while their guest runs: real images, servers with QEMU's locks, the stand-in virsh. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import { HOST_PRELUDE } from '../../main/services/jobs/run-script.ts';
import { createHypervisors } from '../../main/services/hypervisor/hypervisors.ts';
import { FREEZE_LIVE_SCRIPT } from '../../main/services/hypervisor/scripts/live.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import type { Transfer } from '../../main/domain/transfer.ts';
import { createOverlay, guestDigest } from '../lab/hosts/disks.ts';
import { domainXml } from '../lab/hosts/domain-xml.ts';
import { startHost } from '../lab/hosts/start-host.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { INSTANCES_PATH } from '../lab/types.ts';
import { makeLabDirectory, type LabDirectory } from '../support/lab-directory.ts';
import { keepLog, realClock } from '../support/real-clock.ts';
import type { Hosts, RunResult } from '../../main/domain/ports.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NAME = 'compute-a';
const ID = '3f000000-1111-4222-8333-444444444444';
const DIRECTORY = `${INSTANCES_PATH}/${ID}`;
const STAGE = `${INSTANCES_PATH}/_coldhaul/${ID}`;
const BASE = `${INSTANCES_PATH}/_base/image`;
const [DISK, LAYER, LIVE] = [`${DIRECTORY}/disk`, `${STAGE}/layer.disk`, `${STAGE}/live.disk`];
const DISKS = ['disk', 'disk.eph0'];
const MIB = 1024 ** 2;

let directory: LabDirectory;
let host: RunningHost;
let hypervisors: Hypervisors;
let transfer: Transfer;

async function must(argv: readonly string[], stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await host.exec(argv, { stdin });
  expect(code === 0 ? '' : `${argv.join(' ')}: ${stderr}`).toBe('');
  return stdout.trimEnd();
}
const shell = (script: string, ...args: readonly string[]): Promise<string> =>
  must(['sh', '-c', script, 'test', ...args]);
/** As the guest does: through its own disk, number 0 or 1. */
const write = (byte: number, offset: number, disk = 0): Promise<string> =>
  shell(
    'qemu-io -f raw -c "write -P $1 $2 65536" -c flush "nbd+unix:///?socket=/run/guests/$3-$4.sock"',
    ...[byte, offset].map(String),
    ID,
    String(disk),
  );
const seen = (disk = 'disk'): Promise<string> => guestDigest(host, `${DIRECTORY}/${disk}`, 'qcow2');
const digest = (path: string): Promise<string> => must(['b2sum', path]);
const inode = async (path: string): Promise<number> => Number(await must(['stat', '-c', '%i', path]));
const names = (): Promise<string> => shell('cd "$1" && ls | sort | paste -s -d " "', STAGE);
const sources = async (...options: readonly string[]): Promise<readonly string[]> =>
  (await must(['virsh', 'domblklist', ID, '--details', ...options]))
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/ +/)[3] ?? '');
const chain = async (path: string): Promise<readonly string[]> =>
  (
    JSON.parse(await must(['qemu-img', 'info', '-U', '--backing-chain', '--output=json', path])) as {
      filename: string;
    }[]
  ).map(({ filename }) => filename);
const freeze = (quiesce = false) => hypervisors.freezeLive(NAME, ID, DISKS, quiesce);
const pull = (disk: string, basePath: string | undefined): Promise<unknown> =>
  transfer.merge(
    {
      migrationId: 'm1',
      disk,
      host: NAME,
      serverId: ID,
      path: `${DIRECTORY}/${disk}`,
      layer: `${STAGE}/layer.${disk}`,
      basePath,
      running: true,
    },
    () => undefined,
    new AbortController().signal,
  );
const refused = (words: string) => ({
  code: 'migration.changed',
  message: expect.stringContaining(words) as string,
});

beforeAll(async () => {
  directory = await makeLabDirectory();
  host = await startHost({ directory: directory.path, name: NAME, address: '127.0.0.11' });
  await must(['truncate', '-s', '16M', BASE]);
  const hosts: Hosts = {
    shell: () => ({
      host: NAME,
      async run(argv, { as, stdin } = {}): Promise<RunResult> {
        const user = typeof as === 'object' ? as.user : 'root';
        return { kind: 'exited', ...(await host.exec(argv, { user, stdin: stdin ?? '' })) };
      },
    }),
    close: () => Promise.resolve(),
  };
  const { log } = keepLog();
  const settings = { novaUser: 'nova', instancesPath: INSTANCES_PATH };
  hypervisors = createHypervisors({ hosts, clock: realClock, log, settings });
  transfer = createTransfer({ hosts, clock: realClock, log, jobs: { directory: '/run/jobs', pollMs: 50 } });
});
afterAll(async () => {
  await host.stop();
  await directory.remove();
});

beforeEach(async () => {
  await host.exec(['virsh', 'destroy', ID]);
  await host.exec(['virsh', 'undefine', ID]);
  await shell(
    'rm -rf "$1" "$2"/_coldhaul /run/guests/*.agent; mkdir "$1"; chown nova: "$1"',
    DIRECTORY,
    INSTANCES_PATH,
  );
  for (const name of DISKS)
    await createOverlay(host, `${DIRECTORY}/${name}`, { path: BASE, format: 'raw' }, 16);
  await shell('truncate -s 1M "$1" && chown nova: "$1"', `${DIRECTORY}/disk.config`);
  await define('qcow2');
  await must(['virsh', 'start', ID]);
  await write(0x11, 8 * MIB);
  await write(0x12, 8 * MIB, 1);
});

async function define(format: 'qcow2' | 'raw'): Promise<void> {
  const disks = [
    { path: DISK, format },
    { path: `${DIRECTORY}/disk.eph0`, format: 'qcow2' as const },
    { path: `${DIRECTORY}/disk.config`, format: 'raw' as const, device: 'cdrom' as const },
  ];
  const xml = domainXml({ serverId: ID, name: 'instance-00000001', disks, memoryMib: 256 });
  await must(['sh', '-c', 'cat >/tmp/domain.xml && virsh define /tmp/domain.xml'], xml);
}

test('the layers stand still while the guest goes on writing; all that it wrote is in the chains', async () => {
  const before = [await inode(DISK), await inode(`${DIRECTORY}/disk.eph0`)];
  const frozen = await freeze();
  expect([frozen.layers['disk']?.inode, frozen.layers['disk.eph0']?.inode]).toEqual(before);
  const still = await digest(LAYER);
  await write(0x21, 8 * MIB);
  await write(0x22, 4 * MIB);
  expect(await digest(LAYER)).toBe(still);
  expect(await chain(DISK)).toEqual([DISK, LAYER, BASE]);
  expect(await inode(DISK)).toBe(await inode(LIVE));
  expect(await sources()).toEqual([LIVE, `${STAGE}/live.disk.eph0`, `${DIRECTORY}/disk.config`]);
  expect(await freeze()).toEqual(frozen);
  const content = await seen();
  await must(['virsh', 'destroy', ID]);
  await shell(
    'for at in "0x21 8M" "0x22 4M"; do qemu-io -r -f qcow2 -c "read -P $at 65536" "$1" | grep -v failed || exit 1; done',
    DISK,
  );
  expect(await seen()).toBe(content);
  expect(await must(['stat', '-c', '%U', DISK])).toBe('nova');
  expect(await freeze()).toEqual(frozen);
  // The step of a cold freeze finds it done.
  expect(await hypervisors.layer(NAME, ID, 'disk')).toEqual(frozen.layers['disk']);
});

test('the definition gets its paths back, running or off, and the guest starts again from the usual names', async () => {
  const plain = await must(['virsh', 'dumpxml', ID, '--inactive']);
  expect(await hypervisors.nameDisksAgain(NAME, ID)).toBe(false);
  await freeze();
  expect(await must(['virsh', 'dumpxml', ID, '--inactive'])).toContain('<backingStore');
  expect(await hypervisors.nameDisksAgain(NAME, ID)).toBe(true);
  expect(await must(['virsh', 'dumpxml', ID, '--inactive'])).toBe(plain);
  expect(await sources()).toContain(LIVE);
  expect(await hypervisors.nameDisksAgain(NAME, ID)).toBe(false);
  const content = await seen();
  await must(['virsh', 'destroy', ID]);
  expect(await sources()).toEqual([
    ...DISKS.map((name) => `${DIRECTORY}/${name}`),
    `${DIRECTORY}/disk.config`,
  ]);
  expect(await seen()).toBe(content);
  await must(['virsh', 'start', ID]);
  expect((await must(['cat', `${DIRECTORY}/console.log`])).trim()).toMatch(/BOOT=2 PAYLOAD=OK/);
  await must(['virsh', 'destroy', ID]);
  await must(['virsh', 'undefine', ID]);
  expect(await hypervisors.nameDisksAgain(NAME, ID)).toBe(false);
});

test('libvirt would not start the guest from what it wrote into the definition', async () => {
  await freeze();
  await must(['virsh', 'destroy', ID]);
  expect((await host.exec(['virsh', 'start', ID])).stderr).toContain('Failed to get "write" lock');
  expect(await hypervisors.nameDisksAgain(NAME, ID)).toBe(true);
  await must(['virsh', 'start', ID]);
});

test('the guest’s agent is asked if it is there, and done without if not', async () => {
  expect((await freeze(true)).quiesced).toBe(false);
  expect(await names()).toBe('layer.disk layer.disk.eph0 live.disk live.disk.eph0');
  await must(['virsh', 'destroy', ID]);
  await expect(hypervisors.unlayer(NAME, ID, 'disk')).rejects.toMatchObject(refused('still names'));
  await hypervisors.nameDisksAgain(NAME, ID);
  for (const name of DISKS) expect(await hypervisors.unlayer(NAME, ID, name)).toBe('put back');
  expect(await names()).toBe('');
  await must(['virsh', 'start', ID]);
  await must(['touch', `/run/guests/${ID}.agent`]);
  expect((await freeze(true)).quiesced).toBe(true);
  // Asked again, it is remembered.
  expect((await freeze(false)).quiesced).toBe(true);
});

test('back while the guest runs: each disk on its base again, whole; its second name stays as long as the guest has it open', async () => {
  await freeze();
  await write(0x31, 4 * MIB);
  const content = [await seen('disk'), await seen('disk.eph0')];
  await expect(hypervisors.releaseStage(NAME, ID)).rejects.toMatchObject(refused('in use by'));
  await pull('disk', BASE);
  await pull('disk.eph0', undefined);
  expect(await chain(DISK)).toEqual([DISK, BASE]);
  expect(await chain(`${DIRECTORY}/disk.eph0`)).toEqual([`${DIRECTORY}/disk.eph0`]);
  expect([await seen('disk'), await seen('disk.eph0')]).toEqual(content);
  await hypervisors.nameDisksAgain(NAME, ID);
  const kept = await hypervisors.releaseStage(NAME, ID);
  expect(kept.map((path) => path.replace(/^.*kept-[^/]*\//, '')).sort()).toEqual(
    DISKS.map((name) => `layer.${name}`),
  );
  expect(await names()).toBe('live.disk live.disk.eph0');
  await expect(freeze()).rejects.toMatchObject(refused('since an earlier freeze'));
  expect(await hypervisors.releaseStage(NAME, ID)).toEqual([]);
  expect(await names()).toBe('live.disk live.disk.eph0');
  expect((await hypervisors.leftWork(NAME)).stages).toMatchObject([{ serverId: ID, isHeld: true }]);
  await write(0x32, 5 * MIB);
  await must(['virsh', 'destroy', ID]);
  await must(['virsh', 'start', ID]);
  expect(await hypervisors.releaseStage(NAME, ID)).toEqual([]);
  expect(await shell('ls -A "$1"/_coldhaul | grep -v kept || :', INSTANCES_PATH)).toBe('');
  expect(await freeze()).toMatchObject({ quiesced: false });
});

test('the look at the instance knows the disks, whatever libvirt calls them', async () => {
  await freeze();
  const here = await hypervisors.examine(NAME, { id: ID, instanceName: 'instance-00000001' });
  expect(here.domainFiles).toEqual([...DISKS, 'disk.config'].map((name) => `${DIRECTORY}/${name}`));
  expect(here.close?.domainDisks.map(({ path }) => path)).toEqual(here.domainFiles);
  expect(here.openBy.length).toBe(3);
  expect(here.close?.diskOpeners.map(({ program }) => program)).toEqual(
    Array.from({ length: 3 }, () => 'qemu-system-x86_64'),
  );
  // Another file under that name is not the disk.
  await shell('cp "$1" "$1.new" && mv "$1.new" "$1"', DISK);
  expect((await hypervisors.instance(NAME, ID)).domainFiles).toContain(LIVE);
});

/** The script with a SIGKILL of its own before the line that the pattern finds, or after it. */
async function cut(line: RegExp, where: 'before' | 'after'): Promise<void> {
  const lines = FREEZE_LIVE_SCRIPT.split('\n');
  const at = lines.findIndex((each) => line.test(each));
  expect(at).toBeGreaterThan(0);
  const script = lines.toSpliced(where === 'before' ? at : at + 1, 0, 'kill -9 $$').join('\n');
  const args = [INSTANCES_PATH, ID, 'nova', 'no', ...DISKS];
  const { code } = await host.exec(['sh', '-c', HOST_PRELUDE + script, 'coldhaul', ...args]);
  expect(code).not.toBe(0);
}

test.each([
  ['before the links', /there "\$layer" \|\| ln -T/, 'before'],
  ['after the first link', /there "\$layer" \|\| ln -T/, 'after'],
  ['with half of an overlay', /suits "\$part"/, 'before'],
  ['with an overlay that has no name yet', /rename_once "\$part" "\$live"/, 'before'],
  ['after the first overlay', /rename_once "\$part" "\$live"/, 'after'],
  ['right before the snapshot', /^ {2}rm -f -- "\$note"/, 'after'],
  ['right after the snapshot', /^ {2}is_done "\$@" \|\| said=/, 'after'],
  ['before a rename', /^ {2}rm -f -- "\$part"$/, 'before'],
  ['after the first rename', /^ {2}ln -T -- "\$live" "\$part" && mv/, 'after'],
  ['when all was done', /^if \[ -e "\$note" \]/, 'before'],
] as const)('a freeze that was killed %s is gone on with', async (_when, line, where) => {
  const before = [await inode(DISK), await inode(`${DIRECTORY}/disk.eph0`)];
  await cut(line, where);
  await write(0x41, 4 * MIB);
  const content = await seen(
    await sources().then(([path]) => (path === LIVE ? '../_coldhaul/' + ID + '/live.disk' : 'disk')),
  );
  const { layers } = await freeze();
  expect([layers['disk']?.inode, layers['disk.eph0']?.inode]).toEqual(before);
  expect(await names()).toBe('layer.disk layer.disk.eph0 live.disk live.disk.eph0');
  expect([await inode(DISK), await inode(`${DIRECTORY}/disk.eph0`)]).toEqual([
    await inode(LIVE),
    await inode(`${STAGE}/live.disk.eph0`),
  ]);
  expect(await seen()).toBe(content);
  const still = await digest(LAYER);
  await write(0x42, 5 * MIB);
  expect(await digest(LAYER)).toBe(still);
});

test('what the guest wrote after a snapshot is never lost to a cold freeze that comes before the rename', async () => {
  await cut(/^ {2}is_done "\$@" \|\| said=/, 'after');
  await write(0x51, 4 * MIB);
  await must(['virsh', 'destroy', ID]);
  const content = await guestDigest(host, LIVE, 'qcow2');
  await expect(hypervisors.layer(NAME, ID, 'disk')).rejects.toMatchObject(refused('has not taken the name'));
  expect(await hypervisors.nameDisksAgain(NAME, ID)).toBe(true);
  expect(await seen()).toBe(content);
  const { layers } = await freeze();
  expect(await hypervisors.layer(NAME, ID, 'disk')).toEqual(layers['disk']);
});

test('an overlay of an earlier freeze that suits no more is kept, and made anew', async () => {
  await cut(/^ {2}rm -f -- "\$note"/, 'after');
  await must(['virsh', 'destroy', ID]);
  await must(['qemu-io', '-f', 'qcow2', '-c', 'write -P 9 0 512', LIVE]);
  await must(['virsh', 'start', ID]);
  await freeze();
  expect(await names()).toMatch(/^layer.disk layer.disk.eph0 live.disk live.disk.eph0 live.disk.kept-\S+$/);
});

test('what must not be frozen is not', async () => {
  const untouched = [await inode(DISK), await sources()];
  await must(['sh', '-c', 'printf " type=Block Copy\\n" >"$1"', 'test', `/run/guests/${ID}-vdb.job`]);
  await expect(freeze()).rejects.toMatchObject(refused('a block job of libvirt is at work on'));
  await must(['rm', `/run/guests/${ID}-vdb.job`]);
  await expect(hypervisors.freezeLive(NAME, ID, ['disk.gone'], false)).rejects.toMatchObject(
    refused('is not there'),
  );
  await expect(hypervisors.freezeLive(NAME, ID, ['disk.config'], false)).rejects.toMatchObject(
    refused('no qcow2 (the domain says raw)'),
  );
  // Somebody else's disk on the layer.
  await cut(/there "\$layer" \|\| ln -T/, 'after');
  const stranger = `${INSTANCES_PATH}/4f000000-1111-4222-8333-444444444444`;
  await shell('mkdir "$1" && qemu-img create -q -u -f qcow2 -F qcow2 -b "$2" "$1/disk" 16M', stranger, LAYER);
  await expect(freeze()).rejects.toMatchObject(refused(`is in use by ${stranger}/disk`));
  await must(['rm', '-r', stranger]);
  expect([await inode(DISK), await sources()]).toEqual(untouched);
  await must(['virsh', 'destroy', ID]);
  await expect(freeze()).rejects.toMatchObject(refused('is shut off, not running'));
  await shell(
    'qemu-img create -q -f qcow2 "$1" 16M && qemu-img rebase -u -f qcow2 -F qcow2 -b "$1" "$2"',
    `${STAGE}/layer.other`,
    DISK,
  );
  await must(['virsh', 'start', ID]);
  await expect(freeze()).rejects.toMatchObject(refused('stands on another layer already'));
});
