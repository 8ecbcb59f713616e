import { statfs } from 'node:fs/promises';

const MIB = 1024 ** 2;
/** Disks and bases, what Icehouse or a flattening makes of them, and the copies of both at the destination. */
const ROOM_TIMES = 3;
/** Against hanging: far more than any way takes, also on a slow disk. */
const [RUN_MINUTES, RUN_MINUTES_PER_GIB] = [5, 15];

/** @throws Error if the file system of this directory has no room for a comparison of this size. */
export async function needRoom(directory: string, sizeMib: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const [freeMib, wantedMib] = [Math.floor((bavail * bsize) / MIB), ROOM_TIMES * sizeMib];
  if (freeMib < wantedMib)
    throw new Error(`${directory} has ${freeMib} MiB of room; this size needs ${wantedMib}`);
}

/** @throws Error if the work takes longer than one run of this size ever should. */
export async function withinBound<T>(sizeMib: number, what: string, work: Promise<T>): Promise<T> {
  const minutes = RUN_MINUTES + (RUN_MINUTES_PER_GIB * sizeMib) / 1024;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} did not end within ${minutes.toFixed(0)} minutes`));
    }, minutes * 60_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
