import type { MergeWay, NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import type { InstanceOnHost } from '../../domain/host.ts';
import { nothingHasItOpen } from '../../domain/interlocks.ts';
import { fileName } from '../../domain/naming.ts';
import { chainAfterMerge, layered, layerPaths, liveDisks, type DiskPlan } from '../../domain/plan.ts';
import { formatBytes, formatSeconds } from '../../domain/units.ts';
import { describe, refuse, say, waitForServer, type StepContext } from '../context.ts';
import { layerPath } from './layer-path.ts';
import {
  chainOf,
  fileOf,
  isMerged,
  isMerging,
  notOnLayer,
  ownLayers,
  standsOnLayer,
  withoutOurMerge,
} from './layer-chain.ts';
import { diskOf } from './prepare.ts';
import { SETTLE_MS } from './run-on.ts';
import { unlessDeleted } from './verdict.ts';

/** A journal of the guest's file system is flushed every few seconds if anything is written at all. */
const FLUSH_LOOKS = 24;
const FLUSH_LOOK_MS = 5_000;

/** Merges one layer where the instance has ended, until its chain is what it was before. */
export function merge(context: StepContext, name: string): Promise<NewFact> {
  return unlessDeleted(() => mergeIt(context, name));
}

async function mergeIt(context: StepContext, name: string): Promise<NewFact> {
  const { ports, state } = context;
  const { plan, phase } = state;
  const host = phase === 'confirming' ? plan.destination.name : plan.source.name;
  // A start, a stop or a reboot of Nova's defines it anew: not in between.
  const now = await waitForServer(context, 'the end of what Nova is doing', SETTLE_MS, (seen) =>
    seen.taskState === undefined ? seen : undefined,
  );
  if (now.host !== host)
    refuse('the merge', [`Nova says ${describe(now)}, and its layers are on ${host} (G7)`]);
  const begunMs = ports.clock.elapsedMs();
  const how = await mergeAt(context, host, diskOf(context, name));
  const seconds = (ports.clock.elapsedMs() - begunMs) / 1000;
  say(context, `${name} stands without its layer again on ${host} (${how}, ${formatSeconds(seconds)})`, {
    host,
    disk: name,
  });
  return { type: 'disk-merged', disk: name, how, seconds };
}

/**
 * Brings one disk to the chain that it has without its layer, whatever is the case now: if it is off, by giving the layer its
 * name back, or by qemu-img if anything was written since; if it runs, by QEMU. Proven by the chain afterwards.
 *
 * @throws Failure `migration.changed` if the chain is another one, or something uses it; then nothing was done.
 */
export async function mergeAt(context: StepContext, host: string, disk: DiskPlan): Promise<MergeWay> {
  const { ports, state, signal } = context;
  const { server } = state.plan;
  const before = await ports.hypervisors.instance(host, server.id, signal);
  if (isMerged(state.plan, before, disk)) {
    await proveMerged(context, before, disk);
    await nameAgain(context, host);
    return 'merged before';
  }
  refuse('the merge', notOnLayer(state.plan, before, disk, ownLayers(state.plan, before, disk)));
  const how = await mergeNow(context, before, disk);
  const after = await ports.hypervisors.instance(host, server.id, signal);
  if (!isMerged(state.plan, after, disk)) {
    // A pull that failed leaves the chain as it was, and says why in libvirt's log alone.
    throw new Failure(
      'job.failed',
      `${disk.name} on ${host} still stands on ${chainOf(after, disk).join(', ')} after its layer was merged`,
      {
        hint: `It is whole. Look at room, and at /var/log/libvirt/qemu on ${host}; then: coldhaul resume ${state.id}`,
      },
    );
  }
  await proveMerged(context, after, disk);
  await nameAgain(context, host);
  const own = layerPaths(state.plan, disk.name);
  for (const layer of own) {
    const standing = (await ports.hypervisors.standingOn(host, layer, signal)).filter(
      (path) => !own.includes(path),
    );
    refuse(
      'going on',
      standing.map((path) => `${path} on ${host} stands on the layer of ${disk.name}`),
    );
  }
  return how;
}

/** After a live freeze libvirt knows the disks by their names in the stage. */
async function nameAgain({ ports, state, signal }: StepContext, host: string): Promise<void> {
  const { plan } = state;
  if (liveDisks(plan).length > 0) await ports.hypervisors.nameDisksAgain(host, plan.server.id, signal);
}

/** Of all layers of the disk. */
async function proveMerged(context: StepContext, here: InstanceOnHost, disk: DiskPlan): Promise<void> {
  for (const layer of layerPaths(context.state.plan, disk.name)) await proveHeld(context, here, disk, layer);
}

/**
 * The chain alone does not prove a pull: QEMU changes it before the pulled data are on the storage, and it flushes when the guest
 * does. A layer is given up only when the file of the disk holds every cluster of it.
 *
 * @throws Failure `job.failed`, passing while QEMU may still flush; `migration.changed` if nobody will.
 */
async function proveHeld(
  context: StepContext,
  here: InstanceOnHost,
  disk: DiskPlan,
  layer: string,
): Promise<void> {
  const { ports, state, signal } = context;
  const { host, domain } = here;
  const { server } = state.plan;
  for (let looks = 1; ; looks += 1) {
    const missing = await ports.hypervisors.unmergedBytes(
      host,
      server.id,
      disk.name,
      fileName(layer),
      signal,
    );
    if (missing === undefined || missing === 0) return;
    const words = `${formatBytes(missing)} of the layer of ${disk.name} are not in ${disk.path} on ${host} yet`;
    if (domain !== 'running' && domain !== 'paused') {
      throw new Failure('migration.changed', `${words}, and nothing runs that would write them`, {
        hint: `Do not start it. The guest was cut off before the merge was on the disk; if it did not run since, on ${host}: qemu-img rebase -u -f qcow2 -F qcow2 -b ${layer} ${disk.path}, then coldhaul resume ${state.id}`,
      });
    }
    if (looks === FLUSH_LOOKS) {
      throw new Failure('job.failed', `${words}; QEMU writes them when the guest flushes`, {
        hint: `To have it done now, on ${host}: virsh suspend ${server.id} && virsh resume ${server.id}. Then: coldhaul resume ${state.id}`,
        passing: true,
      });
    }
    if (looks === 1) say(context, `${words}; waiting until QEMU has written them`, { host, disk: disk.name });
    await ports.clock.wait(FLUSH_LOOK_MS, signal);
  }
}

async function mergeNow(context: StepContext, here: InstanceOnHost, disk: DiskPlan): Promise<MergeWay> {
  const { plan } = context.state;
  const { host } = here;
  const own = ownLayers(plan, here, disk);
  if (here.domain === 'running' || here.domain === 'paused') {
    // A pull takes in all that lies between the disk and its base.
    await mergeLayer(context, here, disk, own[0] ?? layerPath(plan, disk.name), true);
    return 'pulled';
  }
  refuse('the merge', [
    ...(here.domain === 'unknown' ? [`libvirt on ${host} does not tell whether it runs there (G5)`] : []),
    ...nothingHasItOpen(withoutOurMerge(here, disk)),
  ]);
  const ways: MergeWay[] = [];
  for (const [index, layer] of own.entries())
    ways.push(await mergeOff(context, here, disk, layer, index === 0 && isMerging(here, disk)));
  return ways.includes('committed') ? 'committed' : 'put back';
}

/** One layer of a disk that is off, the one right below it. */
async function mergeOff(
  context: StepContext,
  here: InstanceOnHost,
  disk: DiskPlan,
  layer: string,
  isBegun: boolean,
): Promise<MergeWay> {
  const { ports, state, signal } = context;
  const { id } = state.plan.server;
  const { host } = here;
  // What is off may still be known by its name in the stage.
  await nameAgain(context, host);
  if (!isBegun) {
    const became = await ports.hypervisors.unlayer(host, id, disk.name, undefined, fileName(layer));
    if (became === 'put back') return 'put back';
  }
  const [overlay] = await ports.hypervisors.stat(host, [disk.path], signal);
  await mergeLayer(context, here, disk, layer, false);
  await ports.hypervisors.unlayer(host, id, disk.name, overlay, fileName(layer));
  return 'committed';
}

async function mergeLayer(
  context: StepContext,
  here: InstanceOnHost,
  disk: DiskPlan,
  layer: string,
  running: boolean,
): Promise<void> {
  const { ports, state, signal } = context;
  const { host } = here;
  await refuseWithoutRoom(context, here, disk, running);
  say(context, `merging the layer of ${disk.name} on ${host}${running ? ', while the instance runs' : ''}`, {
    host,
    disk: disk.name,
  });
  let told = 0;
  await ports.transfer.merge(
    {
      migrationId: state.id,
      disk: disk.name,
      host,
      serverId: state.plan.server.id,
      path: disk.path,
      layer,
      basePath: chainAfterMerge(state.plan, disk, host)[0],
      running,
    },
    (share) => {
      if (share - told < 0.1) return;
      told = share;
      say(context, `${disk.name}: ${String(Math.round(share * 100))} % of the layer merged`, {
        host,
        disk: disk.name,
      });
    },
    signal,
  );
}

/**
 * Before the instance goes home: each disk that stands on a layer of this migration gets back what it was. Asked of the
 * disks, for a freeze may have been cut before it was written down.
 */
export async function undoLayers(context: StepContext): Promise<void> {
  const { ports, state, signal } = context;
  const { plan } = state;
  const { liveFreeze } = state;
  if (liveFreeze === 'none' && state.enteredAtMs.preparing === undefined) return;
  // One that was cut in the middle is finished first: until then a disk's name may be that of its layer.
  if (liveFreeze !== 'none') {
    await nameAgain(context, plan.source.name);
    // Their room may be what is missing.
    await ports.hypervisors.dropFlatLayers(plan.source.name, plan.server.id, signal);
  }
  for (const disk of layered(plan)) {
    const here = await ports.hypervisors.instance(plan.source.name, plan.server.id, signal);
    if (!standsOnLayer(plan, here, disk)) continue;
    const how = await mergeAt(context, plan.source.name, disk);
    say(context, `${disk.name} is without its layer again (${how})`, {
      host: plan.source.name,
      disk: disk.name,
    });
  }
}

/**
 * What is pulled is written once more, with the layer beside it; else what the overlay holds. On the way back the reserve is what it
 * is for: a copy is broken off when no more than that would be left (live-room.ts).
 */
async function refuseWithoutRoom(
  { ports, state, signal }: StepContext,
  here: InstanceOnHost,
  disk: DiskPlan,
  running: boolean,
): Promise<void> {
  const chain = fileOf(here, disk)?.chain ?? [];
  const own = chain.slice(1, 1 + ownLayers(state.plan, here, disk).length);
  const written = running ? own : chain.slice(0, 1);
  const needed =
    written.length === 0
      ? disk.allocatedBytes
      : written.reduce((bytes, { allocatedBytes }) => bytes + allocatedBytes, 0);
  const { freeBytes } = (await ports.hypervisors.facts(here.host, signal)).instancesFileSystem;
  const reserveBytes = state.phase === 'restoring' ? 0 : state.plan.options.reserveBytes;
  if (freeBytes >= needed + reserveBytes) return;
  throw new Failure(
    'migration.changed',
    `the merge of ${disk.name} writes up to ${formatBytes(needed)} on ${here.host}, where ${formatBytes(freeBytes)} are free (${formatBytes(reserveBytes)} in reserve)`,
    { hint: `Nothing is lost and it may run meanwhile. Make room, then: coldhaul resume ${state.id}` },
  );
}
