import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootOn, domainState, untrueDigests, untrueEnd } from '../lab/demo/truth.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';

const LIMIT_SECONDS = 3;

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;

beforeAll(async () => {
  ({ bench, engine, end } = await engineOnLab());
});
afterAll(() => end?.());

test('a guest that pays no heed to the shutdown is switched off when its time is over, and moves whole', async () => {
  const [source, destination] = [bench.lab.host(SOURCE), bench.lab.host(DESTINATION)];
  const server = await bench.lab.cloud.createServer({
    name: 'stubborn',
    host: SOURCE,
    flavor: 'lab.data',
    image: bench.image,
    payloadMib: 16,
  });
  await bench.lab.cloud.control.ignoreShutdown(server.id);
  const moved = await engine.migrate('stubborn', DESTINATION, { stopTimeoutSeconds: LIMIT_SECONDS });
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  const { history } = await engine.call('migration.report', { id: moved.id });
  expect(history.map(({ message }) => message)).toContain(
    'The guest did not shut down in time, and was switched off.',
  );
  const { stopping = 0, preparing = 0 } = moved.enteredAtMs;
  expect((preparing - stopping) / 1000).toBeGreaterThanOrEqual(LIMIT_SECONDS);
  expect(await untrueDigests(moved, source, destination)).toEqual([]);
  expect(await domainState(source, server.id)).not.toBe('running');

  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed', running: true });
  expect(await untrueEnd(server.id, source, destination)).toEqual([]);
  expect(await bootOn(destination, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
});
