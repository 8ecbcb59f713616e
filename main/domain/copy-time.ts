import { becomesOneFile, type DiskPlan } from './plan.ts';
import type { MeasuredSpeed } from './way.ts';

/** With the rate of our own copy as it will be: compressed, within its limit, by so many streams. */
export interface OwnSpeed extends MeasuredSpeed {
  /** Holes do not travel; left out, they travel as zeros. */
  readonly skipsHoles?: boolean;
  /** Files share a limit by their bytes, so that all end at the same time. */
  readonly limited?: boolean;
  /** Of what is flattened on its way, which is never compressed; left out, as the copy. */
  readonly tunnelBytesPerSecond?: number;
}

/** What of a disk holds data. Of a flattened one only its size is known. */
export function dataBytesOf({ strategy, bytesToMove, allocatedBytes }: DiskPlan): number {
  return becomesOneFile({ strategy }) ? bytesToMove : Math.min(bytesToMove, allocatedBytes);
}

/** All disks at once. */
export function copySeconds(disks: readonly DiskPlan[], speed: OwnSpeed): number {
  const [streams, files] = apart(disks);
  return copied(files, speed) / speed.copyBytesPerSecond + tunnelSeconds(streams, speed);
}

/**
 * Digests of both sides. A disk is proven as soon as it has come: only what is left of that once the largest is there counts. What is flattened on its way
 * goes through the tunnel a second time; between its blocks the image there is read.
 */
export function proofSeconds(disks: readonly DiskPlan[], speed: OwnSpeed): number {
  const [streams, files] = apart(disks);
  const [largest = 0, second = 0, ...rest] = files
    .map(({ bytesToMove }) => bytesToMove)
    .sort((left, right) => right - left);
  const others = second + rest.reduce((bytes, each) => bytes + each, 0);
  const meanwhile = speed.limited === true ? 0 : (largest - second) / speed.copyBytesPerSecond;
  const left = Math.max(0, others / speed.digestBytesPerSecond - meanwhile);
  const tunnels = sumOfBytes(streams) / speed.digestBytesPerSecond + tunnelSeconds(streams, speed);
  return largest / speed.digestBytesPerSecond + left + tunnels;
}

function apart(
  disks: readonly DiskPlan[],
): readonly [streams: readonly DiskPlan[], files: readonly DiskPlan[]] {
  const isStream = ({ strategy }: DiskPlan): boolean => strategy === 'stream';
  return [disks.filter(isStream), disks.filter((disk) => !isStream(disk))];
}

function tunnelSeconds(streams: readonly DiskPlan[], speed: OwnSpeed): number {
  return sumOfBytes(streams) / (speed.tunnelBytesPerSecond ?? speed.copyBytesPerSecond);
}

/** Bytes that really travel. */
function copied(disks: readonly DiskPlan[], { skipsHoles = false }: OwnSpeed): number {
  return skipsHoles ? disks.reduce((bytes, disk) => bytes + dataBytesOf(disk), 0) : sumOfBytes(disks);
}

/** Of the files that travel, with their holes. */
export function sumOfBytes(disks: readonly DiskPlan[]): number {
  return disks.reduce((bytes, disk) => bytes + disk.bytesToMove, 0);
}
