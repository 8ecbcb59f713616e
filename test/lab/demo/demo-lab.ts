import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seedSamples } from '../cloud/samples.ts';
import { readState } from '../command/state.ts';
import { up } from '../command/up.ts';
import { removeTree } from '../hosts/namespace.ts';
import { LabProblem } from '../hosts/problem.ts';
import { runInHost } from '../hosts/run-in-host.ts';
import { labPaths, type LabPaths } from '../lab-files.ts';
import { startLab } from '../start-lab.ts';
import type { LabHost } from '../types.ts';

/** The directory of `npm run lab`, so that its other commands find a kept lab. */
export const DEFAULT_DIRECTORY = fileURLToPath(new URL('../../../.lab/default', import.meta.url));

/** A lab with the sample instances, as the demo uses it. */
export interface DemoLab {
  readonly paths: LabPaths;
  /** Where the lab's cloud gives its own account, beside the API. */
  readonly controlUrl: string;
  /** @throws LabProblem if there is no host of that name. */
  host(name: string): LabHost;
  /** Ends it, or leaves it if it was to be kept. */
  end(): Promise<void>;
}

/**
 * Starts a lab with samples: within this process, so that it ends with it whatever happens, or, to be kept, as
 * `npm run lab -- up` does.
 *
 * @throws LabProblem with the reason; then nothing of it runs.
 */
export async function openDemoLab(keep: boolean): Promise<DemoLab> {
  return keep ? openKept() : openPassing();
}

async function openPassing(): Promise<DemoLab> {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-demo-'));
  const end = (): Promise<void> => removeTree(directory);
  try {
    const lab = await startLab({ directory });
    try {
      await seedSamples(lab.cloud, join(directory, 'images'));
    } catch (error) {
      await lab.down();
      throw error;
    }
    return {
      paths: lab.paths,
      controlUrl: lab.cloud.urls.control,
      host: (name) => lab.host(name),
      async end() {
        await lab.down();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function openKept(): Promise<DemoLab> {
  const fresh = await up({ directory: DEFAULT_DIRECTORY, hosts: 2, transport: 'rsync', samples: true });
  if (!fresh) throw new LabProblem('a lab is up already', 'npm run lab -- down');
  const state = await readState(DEFAULT_DIRECTORY);
  if (state === undefined)
    throw new LabProblem('the lab ended as soon as it was up', 'npm run lab -- status');
  return {
    paths: labPaths(DEFAULT_DIRECTORY),
    controlUrl: state.controlUrl,
    host(name) {
      const found = state.hosts.find((host) => host.name === name);
      if (found === undefined) throw new LabProblem(`the lab has no host ${name}`);
      return { ...found, exec: (argv, options) => runInHost(found.process.pid, argv, options) };
    },
    end: () => Promise.resolve(),
  };
}
