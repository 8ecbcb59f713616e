import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ROUTES } from '../../main/domain/plan.ts';
import { differences } from '../recordings/compare.ts';
import { Recording } from '../recordings/recording.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';
import { tell } from './story.ts';

// Three whole migrations each, on a machine that is busy with others.
vi.setConfig({ testTimeout: 400_000 });

/** What a client saw on a real Nova; `npm run test:openstack -- --record test/recordings/real` writes it. */
const DIRECTORY = join(import.meta.dirname, '../recordings/real');
const recordings = readdirSync(DIRECTORY).map((name) =>
  Recording.parse(JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8'))),
);

describe('recordings of a real Nova', () => {
  let bench: LabWithImage;
  let engine: LabEngine;
  beforeAll(async () => {
    bench = await labWithImage();
    engine = await openLabEngine(bench.lab);
  });
  afterAll(async () => {
    await engine.close();
    await bench.lab.down();
  });

  test.each(recordings.map((recording) => [recording.scenario, recording] as const))(
    'the lab goes the way that Nova went: %s',
    async (scenario, real) => {
      const { lab } = bench;
      const file = `${lab.directory}/images/sample.qcow2`;
      const image = await lab.cloud.addImage({ name: scenario, file, diskFormat: 'qcow2' });
      const transport = scenario.includes('-scp-') ? 'ssh' : 'rsync';
      for (const host of [SOURCE, DESTINATION]) await lab.host(host).configureNova({ transport });
      const running = scenario.endsWith('-running');
      const server = await lab.cloud.createServer({
        name: scenario,
        host: SOURCE,
        image,
        running,
        ...(running && { flavor: 'lab.data', configDrive: true }),
      });
      const route = ROUTES.find((name) => scenario.startsWith(`${name}-`));
      if (route === undefined) throw new Error(`${scenario} names no route`);
      const legs = await tell(bench, engine, server, route);
      expect(differences(real, { scenario, cloud: 'lab', legs: [...legs] })).toEqual([]);
    },
  );
});
