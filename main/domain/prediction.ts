import { copySeconds, proofSeconds, sumOfBytes, type OwnSpeed } from './copy-time.ts';
import { USUAL_TIMES, type CloudTimes } from './experience.ts';
import type { DiskPlan, Prediction } from './plan.ts';
import type { MeasuredSpeed } from './way.ts';

/** zlib on one core, with data that does not compress: measured with rsync 3.5.0 on a shared 2.5 GHz CPU. */
const ZLIB_BYTES_PER_SECOND = 32 * 1024 ** 2;

/**
 * Our way: all disks at once, digests of both sides, then Nova adopts the copy, but not before it has heard of the stop
 * (engine/steps/stop-news.ts).
 *
 */
export function predictSeed(
  disks: readonly DiskPlan[],
  speed: OwnSpeed,
  running: boolean,
  stopNewsSeconds: number,
  cloud: CloudTimes = USUAL_TIMES,
): Prediction {
  const flattened = disks
    .filter((disk) => disk.strategy === 'flatten')
    .reduce((bytes, disk) => bytes + disk.bytesToMove, 0);
  const parts = [
    ...(flattened > 0
      ? [{ name: 'flatten and compare', seconds: (2 * flattened) / speed.digestBytesPerSecond }]
      : []),
    { name: 'copy', seconds: copySeconds(disks, speed) },
    { name: 'prove', seconds: proofSeconds(disks, speed) },
  ];
  const restSeconds = running ? Math.max(0, stopNewsSeconds - total(parts).seconds) : 0;
  return total([
    ...(running ? [{ name: 'stop', seconds: cloud.stopSeconds }] : []),
    ...parts,
    ...(restSeconds > 0 ? [{ name: 'wait for Nova', seconds: restSeconds }] : []),
    { name: 'hand over', seconds: cloud.handOverSeconds },
  ]);
}

/** Making the overlay of one disk and flushing it; a rename beside it. Two took 0.3 to 0.4 s together (`npm run bench`). */
const LAYER_SECONDS = 0.2;

/** Route thin with the instance off: as our own way, and a moment for the layers. The merge is no downtime. */
export function predictThin(
  disks: readonly DiskPlan[],
  speed: OwnSpeed,
  running: boolean,
  stopNewsSeconds: number,
  cloud: CloudTimes = USUAL_TIMES,
): Prediction {
  const { parts } = predictSeed(disks, speed, running, stopNewsSeconds, cloud);
  const layer = { name: 'freeze', seconds: LAYER_SECONDS * disks.length };
  const at = parts.findIndex(({ name }) => name === 'copy');
  return total([...parts.slice(0, at), layer, ...parts.slice(at)]);
}

/** What a quiet guest writes all the same: its journals, and whole clusters of its image for them. */
const TAIL_BYTES_LEAST = 64 * 1024 ** 2;

/**
 * Route thin with disks that are frozen while it runs: off only for what it wrote while they were flattened and copied.
 *
 * @param frozen - Copied before the stop, all at once.
 * @param guestBytesPerSecond - What the guest writes; `undefined` if it is not known.
 */
export function predictLive(
  frozen: readonly DiskPlan[],
  speed: OwnSpeed,
  guestBytesPerSecond: number | undefined,
  stopNewsSeconds: number,
  cloud: CloudTimes = USUAL_TIMES,
): Prediction {
  const bytes = sumOfBytes(frozen);
  const flattened = sumOfBytes(frozen.filter(({ strategy }) => strategy === 'flatten'));
  const seconds =
    copySeconds(frozen, speed) + proofSeconds(frozen, speed) + (2 * flattened) / speed.digestBytesPerSecond;
  const written = Math.min(bytes, Math.max(TAIL_BYTES_LEAST, (guestBytesPerSecond ?? 0) * seconds));
  const tails = frozen.map((disk) => ({
    ...disk,
    // What it wrote since stands on the layer, also where that is flattened.
    strategy: 'overlay' as const,
    bytesToMove: (written * disk.bytesToMove) / Math.max(1, bytes),
  }));
  return predictThin(tails, speed, true, stopNewsSeconds, cloud);
}

/** Nova alone: one file after the other; what is not qcow2 is compressed with zlib on one core (nova/virt/libvirt/driver.py:217). */
export function predictNova(
  disks: readonly DiskPlan[],
  speed: MeasuredSpeed,
  running: boolean,
  proof: boolean,
  cloud: CloudTimes = USUAL_TIMES,
): Prediction {
  const seconds = disks
    .filter((disk) => disk.strategy !== 'remake')
    .map(
      (disk) =>
        disk.allocatedBytes /
        (disk.format === 'qcow2'
          ? speed.copyBytesPerSecond
          : Math.min(speed.copyBytesPerSecond, ZLIB_BYTES_PER_SECOND)),
    )
    .reduce((left, right) => left + right, 0);
  return total([
    ...(running ? [{ name: 'stop', seconds: cloud.stopSeconds }] : []),
    { name: 'copy by Nova', seconds },
    { name: 'Nova’s own steps', seconds: cloud.handOverSeconds },
    ...(proof ? [{ name: 'prove', seconds: sumOfBytes(disks) / speed.digestBytesPerSecond }] : []),
  ]);
}

function total(parts: Prediction['parts']): Prediction {
  return { seconds: parts.reduce((seconds, part) => seconds + part.seconds, 0), parts };
}
