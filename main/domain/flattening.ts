import { becomesOneFile, layered, type DiskPlan, type Flattening, type Plan } from './plan.ts';
import { chooseStreams } from './streams.ts';
import { formatSeconds } from './units.ts';
import type { MeasuredSpeed } from './way.ts';

export interface FlatteningQuestion {
  /** What the admin asked for. */
  readonly wish: Flattening | undefined;
  /** Whether the tunnel was tried and is there; it is tried only where a disk may be streamed. */
  readonly tunnel: boolean;
  /** Bytes that are free on the source beside the reserve, and beside what a way back takes. */
  readonly roomBytes: number;
}

/** The disks that may be flattened on their way. */
export function streamable(plan: Pick<Plan, 'route' | 'disks'>): readonly DiskPlan[] {
  return layered(plan).filter(becomesOneFile);
}

/** Before anything is measured: on their way if that was asked for, or if the source has no room for the files. */
export function chooseFlattening(
  plan: Pick<Plan, 'route' | 'disks'>,
  { wish, tunnel, roomBytes }: FlatteningQuestion,
): readonly DiskPlan[] {
  const candidates = streamable(plan);
  const bytes = candidates.reduce((sum, disk) => sum + disk.bytesToMove, 0);
  if (wish === 'stream') return asStreams(plan.disks, candidates, 'flattened on its way, as asked for');
  if (wish === 'file' || !tunnel || bytes <= roomBytes) return plan.disks;
  return asStreams(plan.disks, candidates, 'flattened on its way, for the source has no room for it');
}

/** What all tunnels carry together, in bytes a second: plain bytes, by one connection for each disk, within the limit. */
export function tunnelRate(
  { route, disks, options }: Pick<Plan, 'route' | 'disks' | 'options'>,
  speed: MeasuredSpeed,
): number {
  const sizesBytes = streamable({ route, disks }).map(({ bytesToMove }) => bytesToMove);
  const oneEach = chooseStreams({ speed, sizesBytes, codec: 'none', limited: false, wish: 1 });
  const { limitKibPerSecond = Infinity } = options;
  return Math.min(oneEach.copyBytesPerSecond, limitKibPerSecond * 1024);
}

/** Rates in bytes a second. */
export interface FlatteningRates {
  readonly copyBytesPerSecond: number;
  /** As plain bytes: nothing is compressed through the tunnel. */
  readonly tunnelBytesPerSecond: number;
  readonly digestBytesPerSecond: number;
}

/**
 * Once the way is measured: a file is written and compared on the source, and the copy read again on both sides; what is flattened on
 * its way goes twice over the link, the second time in turn with reading the image. While the instance runs neither is downtime, and the link is spared.
 */
export function quickerFlattening(
  plan: Pick<Plan, 'route' | 'disks'>,
  rates: FlatteningRates,
): readonly DiskPlan[] {
  const candidates = streamable(plan).filter(({ strategy }) => strategy === 'flatten');
  const bytes = candidates.reduce((sum, disk) => sum + disk.bytesToMove, 0);
  const file = (3 * bytes) / rates.digestBytesPerSecond + bytes / rates.copyBytesPerSecond;
  const stream = (2 * bytes) / rates.tunnelBytesPerSecond + bytes / rates.digestBytesPerSecond;
  if (bytes === 0 || stream >= file) return plan.disks;
  const numbers = `flattened on its way: ${formatSeconds(stream)} with the proof, ${formatSeconds(file)} by a file on the source`;
  return asStreams(plan.disks, candidates, numbers);
}

function asStreams(
  disks: readonly DiskPlan[],
  chosen: readonly DiskPlan[],
  how: string,
): readonly DiskPlan[] {
  return disks.map((disk) =>
    chosen.includes(disk) ? { ...disk, strategy: 'stream' as const, reason: `${disk.reason}; ${how}` } : disk,
  );
}
