import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fact } from '../../main/domain/facts.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { Ports } from '../../main/domain/ports.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';

/** The cloud is out of reach while the copy is handed over: the outage of the instance is not for nothing. */

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let engine: LabEngine;
const asked: string[] = [];

/** The first mark and the first migrate never reach the cloud; after that, half a minute goes by at every pause. */
function around(ports: Ports<Fact>): Ports<Fact> {
  const { cloud, clock } = ports;
  let aheadMs = 0;
  const lost = (call: string): boolean => {
    asked.push(call);
    return asked.filter((other) => other === call).length === 1;
  };
  const unreachable = () =>
    new Failure('cloud.unreachable', 'nothing answered (by the test)', { passing: true });
  return {
    ...ports,
    cloud: {
      ...cloud,
      resetStateToActive: (id, signal) =>
        lost('mark') ? Promise.reject(unreachable()) : cloud.resetStateToActive(id, signal),
      migrate: (id, host, signal) =>
        lost('migrate') ? Promise.reject(unreachable()) : cloud.migrate(id, host, signal),
    },
    clock: {
      nowMs: () => clock.nowMs() + aheadMs,
      elapsedMs: () => clock.elapsedMs() + aheadMs,
      async wait(ms, signal) {
        await clock.wait(ms, signal);
        if (asked.filter((call) => call === 'migrate').length === 1) aheadMs += 30_000;
      },
    },
  };
}

beforeAll(async () => {
  ({ bench, engine, end } = await engineOnLab(around));
});
afterAll(() => end?.());

test('a mark and a migrate that fail once in passing end in a proven copy, by one migration of Nova’s', async () => {
  const order = { name: 'asked-again', host: SOURCE, image: bench.image, running: true };
  const server = await bench.lab.cloud.createServer(order);
  const moved = await engine.migrate('asked-again', DESTINATION);
  expect(moved).toMatchObject({ phase: 'awaiting-verdict', proven: true, running: true });
  expect(asked.filter((call) => call === 'migrate')).toHaveLength(2);
  const records = bench.lab.cloud.state.migrations.filter(({ serverId }) => serverId === server.id);
  expect(records).toHaveLength(1);
});
