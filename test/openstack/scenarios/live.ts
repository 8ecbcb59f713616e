import { booted, INSTANCES, settled } from '../guests.ts';
import { ask, until, type HostName } from '../machines.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { bootsWhole, bringBases, must, told } from './words.ts';

/** Disks that are frozen and copied while their guest runs (docs/adr/0013-route-thin.md, live freeze). */
export const LIVE: readonly Scenario[] = [
  { name: 'live-scp', route: 'thin', transport: 'ssh', run: live },
  { name: 'live-rsync', route: 'thin', transport: 'rsync', run: live },
  { name: 'live-ephemeral', route: 'thin', transport: 'ssh', run: (stage) => liveEphemeral(stage, 'file') },
  { name: 'live-stream', route: 'thin', transport: 'ssh', run: (stage) => liveEphemeral(stage, 'stream') },
];

const stageOf = (id: string): string => `${INSTANCES}/_coldhaul/${id}`;

/** Given up once in the middle, then moved, and confirmed. It is off once only. */
async function live(stage: Stage): Promise<readonly number[]> {
  const { workstation, from, to, caller } = stage;
  const id = await stage.guest({ flavor: 'plain', configDrive: false, port: false });
  const domain = await ask(from, 'virsh', 'domid', id);
  const begun = workstation.start('migrate', id, '--to', to, '--live', '--bwlimit', '4', '--yes', '--json');
  await until(`a layer below the disk of ${id}`, 300_000, async () =>
    (await chainOf(from, id)).includes('_coldhaul') ? true : undefined,
  );
  begun.kill();
  await begun.end;
  const cancelled = await workstation.run('cancel', id, '--json');
  must(told(cancelled).phase === 'cancelled', `it is ${told(cancelled).phase}`, cancelled);
  await isOnItsBase(from, id);
  must((await ask(from, 'virsh', 'domid', id)) === domain, 'its guest was started anew by the cancel');
  const definition = (await ask(from, 'virsh', 'dumpxml', id, '--inactive')) ?? '_coldhaul';
  must(!definition.includes('_coldhaul'), `its definition names the stage: ${definition}`);
  await settled(caller, id, 'ACTIVE');
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { reboot: { type: 'HARD' } });
  await bootsWhole(stage, id, from, 2);

  const end = await workstation.run('migrate', id, '--to', to, '--live', '--yes', '--json');
  const { phase, proven, downtime } = told(end);
  must(phase === 'awaiting-verdict' && proven, `it is ${phase}`, end);
  await booted(to, id, 3);
  const chain = await chainOf(to, id);
  for (const name of ['live.disk', 'layer.disk', '/_base/'])
    must(chain.includes(name), `its chain on ${to} is without ${name}: ${chain}`);
  const confirmed = await workstation.run('confirm', id, '--json');
  must(told(confirmed).phase === 'confirmed', `it is ${told(confirmed).phase}`, confirmed);
  await isOnItsBase(to, id);
  must((await ask(to, 'test', '-e', stageOf(id))) === undefined, `${stageOf(id)} is left on ${to}`);
  await settled(caller, id, 'ACTIVE');
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { reboot: { type: 'HARD' } });
  await bootsWhole(stage, id, to, 4);
  const { startMs, endMs } = downtime;
  return startMs === undefined || endMs === undefined ? [] : [(endMs - startMs) / 1000];
}

/** The ephemeral disk stands on another file at the destination, so its layer is flattened while the guest runs, there or on its way. */
async function liveEphemeral(stage: Stage, flatten: 'file' | 'stream'): Promise<readonly number[]> {
  const { workstation, from, to, caller } = stage;
  const id = await stage.guest({ flavor: 'full', configDrive: false, port: false });
  await bringBases(from);
  const before = await chainOf(from, id, 'disk.eph0');
  const [, base = ''] = /"(\/[^"]*\/_base\/ephemeral[^"]*)"/.exec(before) ?? [];
  must(base !== '', `its ephemeral disk stands on ${before}`);
  // A byte before its file system, which nobody reads.
  const write = 'printf x | dd of="$1" bs=1 seek=100 conv=notrunc status=none && echo done';
  must((await ask(to, 'sh', '-c', write, 'test', base)) !== undefined, `${base} was not changed on ${to}`);

  const how = ['--live', '--flatten', flatten];
  const end = await workstation.run('migrate', id, '--to', to, ...how, '--yes', '--json');
  const { phase, proven, downtime, disks } = told(end);
  must(phase === 'awaiting-verdict' && proven, `it is ${phase}`, end);
  const strategy = disks.find(({ name }) => name === 'disk.eph0')?.strategy;
  const wanted = flatten === 'file' ? 'flatten' : 'stream';
  must(strategy === wanted, `its ephemeral disk was to be moved by ${wanted}, not ${String(strategy)}`, end);
  await booted(to, id, 2);
  const chain = await chainOf(to, id, 'disk.eph0');
  must(
    chain.includes('live.disk.eph0') && chain.includes('layer.disk.eph0') && !chain.includes('/_base/'),
    `its chain on ${to} is ${chain}`,
  );
  const confirmed = await workstation.run('confirm', id, '--json');
  must(told(confirmed).phase === 'confirmed', `it is ${told(confirmed).phase}`, confirmed);
  const after = await chainOf(to, id, 'disk.eph0');
  must(!after.includes('backing-filename'), `its chain on ${to} is ${after}`);
  await settled(caller, id, 'ACTIVE');
  await caller.ask('compute', 'POST', `/servers/${id}/action`, { reboot: { type: 'HARD' } });
  await bootsWhole(stage, id, to, 3);
  const { ephemeral } = await booted(to, id, 3);
  must(ephemeral === '3', `its ephemeral disk says ${ephemeral}`);
  const { startMs, endMs } = downtime;
  return startMs === undefined || endMs === undefined ? [] : [(endMs - startMs) / 1000];
}

async function chainOf(host: HostName, id: string, name = 'disk'): Promise<string> {
  const disk = `${INSTANCES}/${id}/${name}`;
  return (await ask(host, 'qemu-img', 'info', '-U', '--backing-chain', '--output=json', disk)) ?? '';
}

async function isOnItsBase(host: HostName, id: string): Promise<void> {
  const chain = await chainOf(host, id);
  must(chain.includes('/_base/') && !chain.includes('_coldhaul'), `its chain on ${host} is ${chain}`);
}
