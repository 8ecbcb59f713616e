import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';

let bench: LabWithImage;
let engine: LabEngine;
const LIFE_SECONDS = 30;

beforeAll(async () => {
  bench = await labWithImage({ cloud: { tokenLifeSeconds: LIFE_SECONDS } });
  engine = await openLabEngine(bench.lab);
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

test(
  'a token of 30 seconds goes unnoticed in a migration that takes longer',
  { timeout: 300_000 },
  async () => {
    await bench.lab.cloud.createServer({ name: 'long', host: SOURCE, image: bench.image, payloadMib: 32 });
    const startedAtMs = Date.now();
    // 256 MiB of base at 6 MiB/s: longer than one token lives.
    const moved = await engine.migrate('long', DESTINATION, { limitMibPerSecond: 6 });
    expect(Date.now() - startedAtMs).toBeGreaterThan(LIFE_SECONDS * 1000);
    expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
    await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
    expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed' });
    const logins = bench.lab.cloud.calls.filter(
      (call) => call.method === 'POST' && call.path.endsWith('/auth/tokens'),
    );
    expect(logins.length).toBeGreaterThan(1);
    expect(bench.lab.cloud.calls.filter((call) => call.status === 401)).toEqual([]);
  },
);
