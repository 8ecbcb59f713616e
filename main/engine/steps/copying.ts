import type { DiskPlan } from '../../domain/plan.ts';
import type { CopyOrder } from '../../domain/transfer.ts';
import { flatLayerName, stagedBaseName, stageDirectory } from '../../domain/naming.ts';
import { streamsOf } from '../../domain/streams.ts';
import {
  copiedByUs,
  flattenedLive,
  layered,
  liveDisks,
  streamed,
  tails,
  type Plan,
} from '../../domain/plan.ts';
import { layerPath } from './layer-path.ts';

/** A few bytes must not take for ever. */
const SLOWEST_KIB = 64;

/** Where a file waits at the destination until the hand-over. */
export function stagedPath(plan: Plan, name: string): string {
  return `${stageDirectory(plan.destination.instancesPath, plan.server.id)}/${name}`;
}

/**
 * One file, host to host.
 *
 * @param bytes - Its size.
 * @param limit - Of the whole migration, in KiB a second.
 * @param share - Part of it, from 0 to 1: files that travel together share it by their bytes, so
 * that all end at the same time.
 */
function copyOrder(
  plan: Plan,
  name: string,
  fromPath: string,
  toPath: string,
  keepMtime: boolean,
  share: number,
  bytes: number,
  limit: number | undefined,
): CopyOrder {
  return {
    migrationId: plan.id,
    disk: name,
    sourceHost: plan.source.name,
    destHost: plan.destination.name,
    destAddress: plan.destinationAddress,
    user: plan.source.novaUser,
    fromPath,
    toPath,
    keepMtime,
    limitKibPerSecond: limit === undefined ? undefined : Math.max(SLOWEST_KIB, Math.floor(limit * share)),
    rsyncVersion: { source: plan.source.rsyncVersion, dest: plan.destination.rsyncVersion },
    aes: plan.source.cpuHasAes && plan.destination.cpuHasAes,
    codec: plan.codec?.codec,
    streams: streamsOf(plan.streams, bytes),
    directWrite: plan.speed?.parts?.writesDirectly,
    hostKey: plan.hostKey,
  };
}

/** True if it travels as a layer, or is one. */
export function isLayer(plan: Plan, { name }: DiskPlan): boolean {
  return [...layered(plan), ...tails(plan)].some((disk) => disk.name === name);
}

/** True if its layer is flattened on its way; not of what the guest wrote since, which is a layer of its own. */
export function isStreamed(plan: Plan, name: string): boolean {
  return streamed(plan).some((disk) => disk.name === name);
}

/** Where the bytes of a disk lie at the source when it is copied, and where they go. A frozen layer has the same path on both, unless a flattened one goes in its place. */
export function waysOf(plan: Plan, disk: DiskPlan): { readonly from: string; readonly to: string } {
  const layer = layerPath(plan, disk.name);
  if (flattenedLive(plan).some(({ name }) => name === disk.name)) {
    const stage = stageDirectory(plan.source.instancesPath, plan.server.id);
    return { from: `${stage}/${flatLayerName(disk.name)}`, to: layer };
  }
  if (isLayer(plan, disk)) return { from: layer, to: layer };
  return { from: disk.path, to: stagedPath(plan, disk.name) };
}

/** The order for a disk: to the stage, with its time, which Nova's rsync compares (docs/handbook/nova.md, handing over). */
export function diskOrder(plan: Plan, disk: DiskPlan, limit: number | undefined): CopyOrder {
  const share = disk.bytesToMove / Math.max(1, together(plan, disk));
  const { from, to } = waysOf(plan, disk);
  const order = copyOrder(plan, disk.name, from, to, true, share, disk.bytesToMove, limit);
  const flatten = { format: disk.format, bytes: disk.bytesToMove };
  return isStreamed(plan, disk.name) ? { ...order, flatten } : order;
}

/** Bytes of all files that travel with this one: before the stop those that were frozen live, after it the others. */
function together(plan: Plan, { name, bytesToMove }: DiskPlan): number {
  const live = liveDisks(plan);
  if (live.length === 0) return plan.bytesToMove;
  const later = copiedByUs(plan).filter((disk) => !live.includes(disk));
  const group = live.some((disk) => disk.name === name) ? live : later;
  return Math.max(
    bytesToMove,
    group.reduce((sum, disk) => sum + disk.bytesToMove, 0),
  );
}

/** The order for a base: under a name of its own until it is proven, with a new time (docs/handbook/nova.md, staged bases). */
export function baseOrder(plan: Plan, path: string, limit: number | undefined): CopyOrder {
  const staged = plan.bases.filter((base) => base.action === 'stage');
  const sum = staged.reduce((bytes, base) => bytes + base.sizeBytes, 0);
  const bytes = staged.find((base) => base.path === path)?.sizeBytes ?? 0;
  const share = bytes / Math.max(1, sum);
  const name = stagedBaseName(path);
  return copyOrder(plan, name, path, stagedPath(plan, name), false, share, bytes, limit);
}
