import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { RunningHost } from '../../lab/hosts/types.ts';
import type { Lab } from '../../lab/start-lab.ts';
import { labWithImage, DESTINATION, SOURCE } from '../../support/lab.ts';
import { needRoom } from './bounds.ts';
import { makeDisks, type Disks } from './disks.ts';
import { DISK_NAMES } from './instance.ts';
import { clearInstances, forgetCached, must, STORE } from './on-host.ts';

/** Gigabytes of temporary files must not stay behind. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** As a shell says of what SIGINT ended. */
const GIVEN_UP = 130;

/** A lab with the disks of the comparison. */
export interface Bench {
  readonly lab: Lab;
  readonly disks: Disks;
  readonly source: RunningHost;
  readonly destination: RunningHost;
  /** The processor has instructions for AES, so that our copies use it. */
  readonly aes: boolean;
  /** Empty hosts but for what a run starts from, and none of that in memory. */
  reset(): Promise<void>;
}

/** Ends the lab, and removes its files, however the work ends. */
export async function withBench<T>(
  sizeMib: number,
  say: (text: string) => void,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  say('starting two hosts and a cloud');
  await needRoom(tmpdir(), sizeMib);
  const { lab } = await labWithImage();
  const giveUp = (): void => {
    void lab.down().finally(() => process.exit(GIVEN_UP));
  };
  for (const signal of SIGNALS) process.once(signal, giveUp);
  try {
    const [source, destination] = [lab.host(SOURCE), lab.host(DESTINATION)];
    const disks = await makeDisks(lab, sizeMib, say);
    const aes = /^flags\s*:.*\baes\b/m.test(await readFile('/proc/cpuinfo', 'utf8'));
    const stored = DISK_NAMES.map((name) => `${STORE}/${name}`);
    return await work({
      lab,
      disks,
      source,
      destination,
      aes,
      async reset() {
        await clearInstances(source, false);
        await clearInstances(destination, true);
        // A guest that ran has left them to its hypervisor.
        await must(source, ['chown', 'nova:nova', ...stored]);
        await dropCaches(source, destination, disks);
      },
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, giveUp);
    await lab.down();
  }
}

/** What is read next comes from the disk. */
export async function dropCaches(source: RunningHost, destination: RunningHost, disks: Disks): Promise<void> {
  await forgetCached(source, [...DISK_NAMES.map((name) => `${STORE}/${name}`), ...disks.bases]);
  await forgetCached(destination, [...disks.bases.map((_, index) => `${STORE}/base-${index}`)]);
}
