import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Fact } from '../../main/domain/facts.ts';
import type { Ports } from '../../main/domain/ports.ts';
import type { LabServer } from '../lab/cloud/model.ts';
import { bootOn } from '../lab/demo/truth.ts';
import type { RunningHost } from '../lab/hosts/types.ts';
import { engineOnLab } from '../support/engine-on-lab.ts';
import { must } from '../support/instance-files.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, SOURCE, type LabWithImage } from '../support/lab.ts';
import { aroundPoints, clearPoints, untilStopped, type Points } from '../support/points.ts';

/** A destination that cannot be asked any more keeps no instance off that Nova never gave to it. */

// A bound against hanging, not a measure: whole migrations on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

let bench: LabWithImage;
let end: (() => Promise<void>) | undefined;
let source: RunningHost;
let destination: RunningHost;
let engine: LabEngine;
const points: Points = {};
const said: string[] = [];
/** What happens right after Nova was told to migrate. */
let afterMigrate: (() => Promise<void>) | undefined;
/** Every pause of the engine lets half a minute go by. */
let hurried = false;

function around(ports: Ports<Fact>): Ports<Fact> {
  const real = aroundPoints(points, said)(ports);
  let aheadMs = 0;
  return {
    ...real,
    cloud: {
      ...real.cloud,
      async migrate(id, host, signal) {
        const accepted = await real.cloud.migrate(id, host, signal);
        await afterMigrate?.();
        return accepted;
      },
    },
    clock: {
      nowMs: () => real.clock.nowMs() + aheadMs,
      elapsedMs: () => real.clock.elapsedMs() + aheadMs,
      async wait(ms, signal) {
        await real.clock.wait(ms, signal);
        if (hurried) aheadMs += 30_000;
      },
    },
  };
}

/** The destination is gone: nobody can connect, and what was connected is cut. */
async function lose(): Promise<void> {
  await destination.stopSshd();
  await destination.dropSessions();
}

beforeAll(async () => {
  ({ bench, engine, source, destination, end } = await engineOnLab(around));
});
afterEach(() => {
  clearPoints(points);
  afterMigrate = undefined;
  hurried = false;
  said.length = 0;
});
afterAll(() => end?.());

/** Starts the move of a new, running instance. */
async function begin(name: string): Promise<{ readonly server: LabServer; readonly id: string }> {
  const order = { name, host: SOURCE, image: bench.image, running: true };
  const server = await bench.lab.cloud.createServer(order);
  const plan = await engine.call('plan.make', { server: name, destination: DESTINATION });
  const acknowledged = plan.findings.map((finding) => finding.id);
  const { id } = await engine.call('migration.start', { planId: plan.id, by: 'a test', acknowledged });
  return { server, id };
}

test('libvirt at the destination is silent during the copy: after a cancel it runs again at its source', async () => {
  const copying = new Promise<void>((resolve) => {
    points.copy = (real, order, onBytes, signal) => {
      // A base is copied while it still runs.
      if (order.disk !== 'disk') return real(order, onBytes, signal);
      resolve();
      return untilStopped(signal);
    };
  });
  const { server, id } = await begin('silent');
  await copying;
  const virsh = (await must(destination, 'sh', '-c', 'command -v virsh')).trim();
  await must(destination, 'mount', '--bind', '/bin/false', virsh);
  try {
    await engine.call('migration.cancel', { id, by: 'a test' });
    const ended = await engine.settled(id);
    expect(ended).toMatchObject({ phase: 'cancelled', running: true });
  } finally {
    await must(destination, 'umount', virsh);
  }
  expect(await bootOn(source, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(server).toMatchObject({ vmState: 'active', locked: false });
});

test('Nova gives it up by itself, and the destination is gone: it runs again at its source', async () => {
  const { control } = bench.lab.cloud;
  points.place = async (real, ...args) => {
    await real(...args);
    control.setService(DESTINATION, { forcedDown: true });
  };
  afterMigrate = lose;
  const { server, id } = await begin('given-up');
  const ended = await engine.settled(id);
  await destination.startSshd();
  control.setService(DESTINATION, { forcedDown: false });
  expect(ended).toMatchObject({ phase: 'failed', running: true, failure: { code: 'migration.failed' } });
  expect(ended.outcome).toContain('nothing of it was lost');
  expect(said.join('\n')).toContain('has given the migration up');
  expect(await bootOn(source, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(server).toMatchObject({ vmState: 'active', locked: false });
});

test('the destination is gone before Nova was told: a cancel is possible, and it runs again at its source', async () => {
  points.place = async (real, ...args) => {
    await real(...args);
    await lose();
  };
  const { server, id } = await begin('untold');
  await expect
    .poll(() => said.some((line) => line.startsWith('hand-over: ')), { timeout: 120_000 })
    .toBe(true);
  hurried = true;
  await engine.call('migration.cancel', { id, by: 'a test' });
  const ended = await engine.settled(id);
  await destination.startSshd();
  expect(ended).toMatchObject({ phase: 'cancelled', running: true });
  expect(said.join('\n')).toContain('waiting whether Nova still takes a migrate');
  expect(await bootOn(source, server.id)).toMatchObject({ boot: 2, payload: 'OK' });
  expect(server).toMatchObject({ vmState: 'active', locked: false });
  expect(bench.lab.cloud.state.migrations.some(({ serverId }) => serverId === server.id)).toBe(false);
});
