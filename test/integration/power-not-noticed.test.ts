import { afterAll, beforeAll, expect, test } from 'vitest';
import { domainState } from '../lab/demo/truth.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';

/**
 * A slow Nova 26 skips libvirt's news of a start that comes while it finishes the migration. It then calls a running
 * guest off until its next power sync, and would stop it by that sync after a confirm.
 */

const [RUNNING, SHUT_DOWN] = [1, 4];

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;

beforeAll(async () => {
  ({ bench, engine, end } = await engineOnLab());
});
afterAll(() => end?.());

function loseTheStart(server: LabServer): void {
  bench.lab.cloud.control.at({
    point: 'verify_resize',
    serverId: server.id,
    act: () => {
      server.powerState = SHUT_DOWN;
    },
  });
}

async function said(words: string): Promise<void> {
  await expect
    .poll(() => engine.lines.some(({ message }) => message.includes(words)), { timeout: 60_000 })
    .toBe(true);
}

test('a guest that runs at the destination is handed over as running, and confirmed only when Nova knows it', async () => {
  const server = await bench.lab.cloud.createServer({
    name: 'unnoticed',
    host: SOURCE,
    image: bench.image,
    running: true,
  });
  loseTheStart(server);
  const moved = await engine.migrate('unnoticed', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true });
  expect(engine.lines.map(({ message }) => message)).toContain(
    'Nova took the copy over: VERIFY_RESIZE, on compute-b, running',
  );
  expect(server.powerState).toBe(SHUT_DOWN);

  await engine.call('migration.confirm', { id: moved.id, by: 'a test' });
  await said('waiting for its power sync');
  expect(server.vmState).toBe('resized');
  server.powerState = RUNNING;
  expect(await engine.settled(moved.id)).toMatchObject({ phase: 'confirmed' });
  expect(server).toMatchObject({ vmState: 'active', powerState: RUNNING, host: DESTINATION });
  expect(await domainState(bench.lab.host(DESTINATION), server.id)).toBe('running');
});
