import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLabCloud, type LabCloud, type LabCloudOptions } from './cloud/lab-cloud.ts';
import { removeTree } from './hosts/namespace.ts';
import { LabProblem } from './hosts/problem.ts';
import { startHost } from './hosts/start-host.ts';
import type { HostOptions, RunningHost } from './hosts/types.ts';
import { labPaths, loginOf, writeLabFiles, type LabPaths } from './lab-files.ts';

/** A host of the lab; its address is chosen if it is left out. */
export type LabHostOptions = Omit<HostOptions, 'directory' | 'address'> & { readonly address?: string };

export interface LabOptions {
  /** Without it, a directory for temporary files, which `down` removes. */
  readonly directory?: string;
  /** Default `compute-a` and `compute-b`. */
  readonly hosts?: readonly LabHostOptions[];
  readonly cloud?: Omit<LabCloudOptions, 'hosts' | 'directory'>;
}

export interface Lab {
  readonly directory: string;
  readonly paths: LabPaths;
  readonly hosts: readonly RunningHost[];
  readonly cloud: LabCloud;
  /** Who the workstation logs in as, with the key that `paths.identityFile` names. */
  readonly login: string;
  /** @throws LabProblem if there is no host of that name. */
  host(name: string): RunningHost;
  /** Ends cloud and hosts. Safe to repeat. */
  down(): Promise<void>;
}

const FIRST_NUMBER = 11;
const NUMBERS_PER_NET = 200;

/**
 * Starts hypervisors and the cloud in front of them, within this process: they end with it, whatever happens.
 *
 * @throws LabProblem with the reason; then nothing of the lab runs.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'coldhaul-lab-')));
  const running: { hosts: readonly RunningHost[]; cloud: LabCloud | undefined } = {
    hosts: [],
    cloud: undefined,
  };
  const end = async (): Promise<void> => {
    await running.cloud?.stop();
    running.cloud = undefined;
    await Promise.all(running.hosts.map((host) => host.stop()));
    if (options.directory === undefined) await removeTree(directory);
  };
  try {
    running.hosts = await startHosts(
      directory,
      options.hosts ?? [{ name: 'compute-a' }, { name: 'compute-b' }],
    );
    const cloud = await startLabCloud({
      ...options.cloud,
      hosts: running.hosts,
      directory: join(directory, 'glance'),
    });
    running.cloud = cloud;
    await writeLabFiles(directory, running.hosts, cloud.credentials);
    return {
      directory,
      paths: labPaths(directory),
      hosts: running.hosts,
      cloud,
      login: loginOf(running.hosts),
      host(name) {
        const found = running.hosts.find((host) => host.name === name);
        if (found === undefined) throw new LabProblem(`the lab has no host ${name}`);
        return found;
      },
      down: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** All of them or none. */
async function startHosts(
  directory: string,
  wanted: readonly LabHostOptions[],
): Promise<readonly RunningHost[]> {
  const started = await Promise.allSettled(
    wanted.map((host, index) => startHost({ address: addressOf(index), ...host, directory })),
  );
  const hosts = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return hosts;
  await Promise.all(hosts.map((host) => host.stop()));
  throw failed.reason;
}

function addressOf(index: number): string {
  const net = Math.floor(index / NUMBERS_PER_NET);
  return `127.0.${net}.${FIRST_NUMBER + (index % NUMBERS_PER_NET)}`;
}
