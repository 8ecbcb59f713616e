import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { judged, sourceWith } from '../../../support/judged.ts';
import { diskPlan, hostFacts, INSTANCES, server, SERVER_ID } from '../../../support/samples.ts';

const MIB = 1024 ** 2;
const BYTES = 1000 * MIB;

function live(
  more: Partial<MoveEvidence> = {},
  domain: 'running' | 'paused' = 'running',
  secondNames: readonly string[] = [],
): MoveEvidence {
  const asked = { route: 'thin' as const, live: true, disks: [diskPlan('disk', { bytesToMove: BYTES })] };
  return sourceWith({ domain, secondNames }, {}, { ...asked, server: server({ status: 'ACTIVE' }), ...more });
}

function withRoom(evidence: MoveEvidence, freeBytes: number): MoveEvidence {
  const facts = hostFacts();
  const { instancesFileSystem } = facts;
  return {
    ...evidence,
    source: {
      ...evidence.source,
      facts: { ...facts, instancesFileSystem: { ...instancesFileSystem, freeBytes } },
    },
  };
}

test('disks.live: asked for of a guest that runs it is granted, and says how many', () => {
  expect(judged('disks.live', live())).toMatchObject({
    verdict: 'pass',
    message: 'disk: frozen and copied while it runs.',
  });
  expect(judged('disks.live', live({ live: false })).message).toContain('Nothing is to be frozen');
  expect(judged('disks.live', live({ server: server({ status: 'SHUTOFF' }) }))).toMatchObject({
    verdict: 'note',
  });
});

test('one that is paused cannot be frozen while it runs', () => {
  expect(judged('disks.live', live({}, 'paused'))).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('is paused') as string,
  });
});

test('one that was frozen since its start cannot be frozen so again before it is started anew', () => {
  const path = `${INSTANCES}/_coldhaul/${SERVER_ID}/live.disk`;
  expect(judged('disks.live', live({}, 'running', [path]))).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining(path) as string,
    fix: expect.stringContaining('Leave --live away') as string,
  });
});

test('of what must be flattened the layer is, while it runs; without any disk nothing is gained', () => {
  const flat = diskPlan('disk.eph0', { role: 'ephemeral', strategy: 'flatten', bytesToMove: MIB });
  expect(judged('disks.live', live({ disks: [diskPlan('disk'), flat] }))).toMatchObject({
    verdict: 'pass',
    message:
      'disk, disk.eph0: frozen and copied while it runs. Of disk.eph0 the layer is flattened before or on its way.',
  });
  expect(judged('disks.live', live({ disks: [] }))).toMatchObject({ verdict: 'warn' });
});

test('what the guest writes meanwhile, twice what was seen, and the merge must have room', () => {
  // 10 s to copy and 10 s to prove, at 5 MiB/s or, since its start, at 10: 2 * 20 * 10 MiB.
  const measured = {
    speed: { copyBytesPerSecond: 100 * MIB, digestBytesPerSecond: 100 * MIB },
    downtime: undefined,
    guestWrites: { bytes: 10 * MIB, seconds: 2, sinceStart: { bytes: 100 * MIB, seconds: 10 } },
  };
  const at = (freeMib: number) =>
    judged('disks.live', withRoom(live({ measured, reserveBytes: 100 * MIB }), freeMib * MIB));
  expect(at(1500)).toMatchObject({ verdict: 'pass', evidence: expect.arrayContaining([]) as unknown });
  expect(at(1499)).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('it may write 400 MiB') as string,
  });
});

test('a layer that is flattened is read and written twice more, beside itself', () => {
  const measured = {
    speed: { copyBytesPerSecond: 100 * MIB, digestBytesPerSecond: 100 * MIB },
    downtime: undefined,
    guestWrites: { bytes: 10 * MIB, seconds: 2, sinceStart: undefined },
  };
  const flat = diskPlan('disk.eph0', { role: 'ephemeral', strategy: 'flatten', bytesToMove: BYTES });
  // 40 s at 5 MiB/s, twice; and the layer both flattened and merged.
  const at = (freeMib: number) =>
    judged('disks.live', withRoom(live({ measured, disks: [flat] }), freeMib * MIB));
  expect(at(2400).verdict).toBe('pass');
  expect(at(2399)).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining(
      'it may write 400 MiB, and to flatten or merge them takes 1.95 GiB',
    ) as string,
  });
});
