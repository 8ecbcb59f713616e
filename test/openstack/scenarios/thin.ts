import { createHash } from 'node:crypto';
import { EXIT } from '../../../main/cli/exit-codes.ts';
import { PlanView } from '../../../main/contract/views.ts';
import { untidy } from '../check.ts';
import { booted, INSTANCES, settled } from '../guests.ts';
import { ask, cloud, until, type HostName } from '../machines.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { bootsWhole, must, told } from './words.ts';

/** What may come between a hand-over on frozen layers and their merge. */
export const THIN: readonly Scenario[] = [
  { name: 'thin-merge-cut', route: 'thin', transport: 'ssh', run: (stage) => mergeCut(stage, 'aborted') },
  { name: 'thin-merge-found', route: 'thin', transport: 'ssh', run: (stage) => mergeCut(stage, 'found') },
  { name: 'thin-large', route: 'thin', transport: 'ssh', run: large },
  { name: 'thin-image-cache', route: 'thin', transport: 'ssh', run: imageCache },
  { name: 'thin-raw', route: 'thin', transport: 'rsync', run: rawDisks },
];

const diskOf = (id: string): string => `${INSTANCES}/${id}/disk`;
const layerOf = (id: string): string => `${INSTANCES}/_coldhaul/${id}/layer.disk`;

/** Looks at a block job that is over in a second otherwise, and makes it slow: virsh(1) counts in MiB/s. */
const SLOW_MERGE = `i=0
until virsh blockjob "$1" vda --raw 2>/dev/null | grep -q type=; do i=$((i+1)); [ $i -lt 4000 ] || exit 1; sleep 0.02; done
virsh blockjob "$1" vda --bandwidth 1`;

/** We die in the middle of a merge; QEMU's job goes on without us, or ends too. Nobody moves it meanwhile. */
async function mergeCut(stage: Stage, job: 'aborted' | 'found'): Promise<readonly number[]> {
  const { workstation, to } = stage;
  const id = await stage.guest({ flavor: 'plain', configDrive: false, port: false });
  await moved(stage, id);
  await booted(to, id, 2);
  const confirming = workstation.start('confirm', id, '--json');
  must((await ask(to, 'sh', '-c', SLOW_MERGE, 'test', id)) !== undefined, 'no merge was seen');
  confirming.kill();
  await confirming.end;
  must((await chainOf(to, id)).includes(layerOf(id)), 'the merge was over before it was cut');

  const again = await workstation.run('migrate', id, '--to', stage.from, '--yes', '--json');
  must(again.exitCode !== 0, 'it was moved again on a layer', again);
  const virsh = job === 'aborted' ? ['--abort'] : ['--bandwidth', '0'];
  must((await ask(to, 'virsh', 'blockjob', id, 'vda', ...virsh)) !== undefined, `the job was not ${job}`);
  const end = await workstation.run('resume', id, '--json');
  must(told(end).phase === 'confirmed', `it is ${told(end).phase}`, end);
  await isMerged(stage, id, to);
  await bootsAgain(stage, id, to, 3);
  return [];
}

/** From 1 to 4 GiB, in pieces: qemu-io takes less than 2 GiB at once. */
const eachGib = (verb: 'read' | 'write'): readonly string[] =>
  [1, 2, 3].flatMap((gib) => ['-c', `${verb} -q -P 0xa5 ${String(gib)}G 1G`]);

/** Three GiB that nothing compresses or skips; Nova still copies next to nothing. */
async function large(stage: Stage): Promise<readonly number[]> {
  const { caller, from, to, workstation } = stage;
  const flavor = { id: stage.name, name: stage.name, ram: 192, vcpus: 1, disk: 5 };
  await caller.ask('compute', 'POST', '/flavors', { flavor });
  stage.later(() => caller.ask('compute', 'DELETE', `/flavors/${stage.name}`));
  const id = await stage.guest({ flavor: stage.name, configDrive: false, port: false });
  await stop(stage, id);
  // Beyond what the guest has a partition for.
  const write = ['qemu-io', '-f', 'qcow2', ...eachGib('write'), diskOf(id)];
  must((await ask(from, ...write)) !== undefined, 'the disk was not written to');
  await start(stage, id);
  await booted(from, id, 2);
  const copied = await moved(stage, id);
  must(copied < 2 * 1024 ** 2, `Nova copied ${String(copied)} bytes`);
  await booted(to, id, 3);
  const end = await workstation.run('confirm', id, '--json');
  must(told(end).phase === 'confirmed', `it is ${told(end).phase}`, end);
  await isMerged(stage, id, to);
  await bootsAgain(stage, id, to, 4);
  await stop(stage, id);
  const read = ['qemu-io', '-U', '-r', '-f', 'qcow2', ...eachGib('read'), diskOf(id)];
  const said = await ask(to, 'sh', '-c', '"$@" 2>&1', 'test', ...read);
  must(said === '', `what was written is not what is read: ${said ?? 'qemu-io failed'}`);
  const { startMs, endMs } = told(end).downtime;
  return startMs === undefined || endMs === undefined ? [] : [(endMs - startMs) / 1000];
}

/** Nova throws away what it thinks that nobody needs: never a layer, and what it takes below one comes back. */
async function imageCache(stage: Stage): Promise<readonly number[]> {
  const { workstation, from, to } = stage;
  await cloud('set', 'image-cache-pass', '10');
  stage.later(() => cloud('set', 'image-cache-pass', '2400'));
  const id = await stage.guest({ flavor: 'plain', configDrive: false, port: false });
  const base = `${INSTANCES}/_base/${createHash('sha1').update(stage.image).digest('hex')}`;
  await moved(stage, id);
  await purged(from, base);
  must((await ask(to, 'test', '-f', base)) !== undefined, `${base} went from ${to}, too`);
  for (const host of [from, to])
    must((await ask(host, 'test', '-f', layerOf(id))) !== undefined, `the layer went from ${host}`);
  const back = await workstation.run('revert', id, '--json');
  must(told(back).phase === 'reverted', `it is ${told(back).phase}`, back);
  await isMerged(stage, id, from);
  await bootsAgain(stage, id, from, 3);

  await moved(stage, id);
  await purged(from, base);
  const end = await workstation.run('confirm', id, '--json');
  must(told(end).phase === 'confirmed', `it is ${told(end).phase}`, end);
  await isMerged(stage, id, to);
  await bootsAgain(stage, id, to, 5);
  return [];
}

/** A disk that Nova has as raw is not frozen, off or running, and is told so before anything is done; route seed moves it, holes and all. */
async function rawDisks(stage: Stage): Promise<readonly number[]> {
  const { workstation, from, to } = stage;
  stage.later(() => cloud('set', 'cow-images', 'yes'));
  await cloud('set', 'cow-images', 'no');
  const id = await stage.guest({ flavor: 'plain', configDrive: false, port: false });
  must((await chainOf(from, id)).includes('"format": "raw"'), 'its disk is not raw');
  const holes = await holesOf(from, id);
  must(holes > 0, 'its disk has no holes');
  for (const words of [['--route', 'thin'], ['--live']]) {
    const refused = await workstation.run('plan', id, '--to', to, ...words, '--json');
    must(refused.exitCode === EXIT.refused, `${words.join(' ')} is not refused`, refused);
    const { findings } = PlanView.parse(JSON.parse(refused.stdout));
    const blocks = findings.filter(({ verdict }) => verdict === 'block').map(({ id: check }) => check);
    must(blocks.join() === 'disks.freezable', `it is refused for ${blocks.join(', ')}`, refused);
  }
  const end = await workstation.run('migrate', id, '--to', to, '--yes', '--json');
  const { phase, proven, route, downtime } = told(end);
  must(phase === 'awaiting-verdict' && proven && route === 'seed', `it is ${phase} on route ${route}`, end);
  await booted(to, id, 2);
  const confirmed = await workstation.run('confirm', id, '--json');
  must(told(confirmed).phase === 'confirmed', `it is ${told(confirmed).phase}`, confirmed);
  must((await holesOf(to, id)) > holes / 2, 'its holes were written out');
  await bootsAgain(stage, id, to, 3);
  const { startMs, endMs } = downtime;
  return startMs === undefined || endMs === undefined ? [] : [(endMs - startMs) / 1000];
}

/** Bytes of its disk that take no room. */
async function holesOf(host: HostName, id: string): Promise<number> {
  const said = (await ask(host, 'stat', '-c', '%s %b', diskOf(id))) ?? '';
  const [size = Number.NaN, blocks = Number.NaN] = said.split(' ').map(Number);
  return size - blocks * 512;
}

/** Moves it by route thin up to the verdict; bytes that Nova copied. */
async function moved({ workstation, to }: Stage, id: string): Promise<number> {
  const end = await workstation.run('migrate', id, '--to', to, '--route', 'thin', '--yes', '--json');
  const { phase, proven, novaCopiedBytes } = told(end);
  must(phase === 'awaiting-verdict' && proven, `it is ${phase}`, end);
  return novaCopiedBytes ?? Number.NaN;
}

async function chainOf(host: HostName, id: string): Promise<string> {
  return (await ask(host, 'qemu-img', 'info', '-U', '--backing-chain', '--output=json', diskOf(id))) ?? '';
}

async function isMerged(stage: Stage, id: string, host: HostName): Promise<void> {
  const chain = await chainOf(host, id);
  must(chain.includes('/_base/') && !chain.includes('_coldhaul'), `its chain on ${host} is ${chain}`);
  const problems = await untidy(stage.caller, id, host);
  must(problems.length === 0, problems.join('\n'));
}

/** From what was merged, and not from what QEMU still had open. */
async function bootsAgain(stage: Stage, id: string, host: HostName, boot: number): Promise<void> {
  await settled(stage.caller, id, 'ACTIVE');
  await stage.caller.ask('compute', 'POST', `/servers/${id}/action`, { reboot: { type: 'HARD' } });
  await bootsWhole(stage, id, host, boot);
}

async function stop({ caller }: Stage, id: string): Promise<void> {
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-stop': null });
  await settled(caller, id, 'SHUTOFF');
}

async function start({ caller }: Stage, id: string): Promise<void> {
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { 'os-start': null });
  await settled(caller, id, 'ACTIVE');
}

/** Nova’s image cache looks every ten seconds, and takes what it has known to be unused for one. */
async function purged(host: HostName, base: string): Promise<void> {
  await until(`a pass of the image cache on ${host}`, 900_000, async () =>
    (await ask(host, 'test', '-e', base)) === undefined ? true : undefined,
  );
}
