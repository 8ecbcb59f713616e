import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlanView } from '../../main/contract/views.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { openLabEngine, type LabEngine } from './lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from './lab.ts';

/** A lab with an instance that could be moved at once, until a test puts something in its way. */
export interface PreflightLab {
  readonly bench: LabWithImage;
  readonly engine: LabEngine;
  readonly source: RunningHost;
  readonly destination: RunningHost;
  readonly server: LabServer;
  /** The findings of a plan as things are now. */
  findings(more?: { readonly route?: 'seed' | 'nova' }): Promise<PlanView['findings']>;
}

/** What is put in the way, and taken away again. */
export interface Obstacle {
  /** The finding that has to change. */
  readonly id: string;
  readonly verdict: 'block' | 'warn' | 'note';
  /** What its sentence must hold. */
  readonly says: RegExp;
  /** Does the harm; ends with what undoes it. */
  readonly harm: (lab: PreflightLab) => Promise<() => Promise<unknown>>;
  /** What this obstacle is, for the name of the test. */
  readonly because: string;
  /** If it matters only there. */
  readonly route?: 'seed' | 'nova';
}

/** Makes the lab before the tests of this file, with a stopped or running instance `web` on the source. */
export function usePreflightLab(options: {
  readonly running: boolean;
  /** The instances get a file system of their own, which can be filled. */
  readonly instancesMib?: number;
}): () => PreflightLab {
  let made: PreflightLab | undefined;
  beforeAll(async () => {
    const { running, instancesMib } = options;
    const own = instancesMib === undefined ? {} : { instancesMib };
    const bench = await labWithImage({
      hosts: [
        { name: SOURCE, ...own },
        { name: DESTINATION, ...own },
      ],
    });
    const server = await bench.lab.cloud.createServer({
      name: 'web',
      host: SOURCE,
      image: bench.image,
      running,
    });
    const engine = await openLabEngine(bench.lab);
    made = {
      bench,
      engine,
      server,
      source: bench.lab.host(SOURCE),
      destination: bench.lab.host(DESTINATION),
      findings: async (more = {}) =>
        (await engine.call('plan.make', { server: 'web', destination: DESTINATION, ...more })).findings,
    };
  });
  afterAll(async () => {
    await made?.engine.close();
    await made?.bench.lab.down();
  });
  return () => {
    if (made === undefined) throw new Error('the lab is not up');
    return made;
  };
}

/** One test for each obstacle: the check fails for its reason, and passes as soon as the obstacle is gone. */
export function checkObstacles(lab: () => PreflightLab, obstacles: readonly Obstacle[]): void {
  test.each(obstacles.map((obstacle) => [obstacle.id, obstacle.because, obstacle] as const))(
    '%s: %s',
    async (id, _because, { verdict, says, harm, route }) => {
      const here = lab();
      const find = async (): Promise<PlanView['findings'][number] | undefined> =>
        (await here.findings(route === undefined ? {} : { route })).find((finding) => finding.id === id);
      const undo = await harm(here);
      try {
        const found = await find();
        expect(found).toMatchObject({ verdict, message: expect.stringMatching(says) as string });
      } finally {
        await undo();
      }
      expect(await find()).toMatchObject({ verdict: 'pass' });
    },
  );
}
