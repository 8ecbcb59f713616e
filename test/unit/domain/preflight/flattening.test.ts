import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { judged, sourceWith } from '../../../support/judged.ts';
import { diskPlan, hostFacts, server } from '../../../support/samples.ts';

const MIB = 1024 ** 2;
const evidenceOf = (strategy: 'flatten' | 'stream', more: Partial<MoveEvidence> = {}): MoveEvidence => {
  const disk = diskPlan('disk.eph0', {
    role: 'ephemeral',
    strategy,
    bytesToMove: 500 * MIB,
    allocatedBytes: 100 * MIB,
  });
  return sourceWith({}, {}, { route: 'thin', disks: [disk], ...more });
};

test('disks.flattened: on its way only through a tunnel that is there', () => {
  expect(judged('disks.flattened', evidenceOf('stream', { tunnel: { ok: true, said: '' } }))).toMatchObject({
    verdict: 'pass',
    message: 'disk.eph0: flattened on the way, with no file in between; the tunnel is there.',
  });
  const closed = { ok: false, said: 'remote port forwarding failed' };
  expect(judged('disks.flattened', evidenceOf('stream', { tunnel: closed }))).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('remote port forwarding failed') as string,
    fix: expect.stringContaining('--flatten file') as string,
  });
  expect(judged('disks.flattened', evidenceOf('stream'))).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('was not tried') as string,
  });
});

test('a file on the source, or nothing to flatten, needs none', () => {
  expect(judged('disks.flattened', evidenceOf('flatten')).message).toContain('one file without a base on');
  expect(judged('disks.flattened', evidenceOf('flatten', { disks: [diskPlan('disk')] }))).toMatchObject({
    verdict: 'pass',
    message: 'No disk has to be made into one file without a base.',
  });
});

test('source.room: what is flattened on its way takes no room there, but the way back does what its own file takes', () => {
  const at = (strategy: 'flatten' | 'stream', freeMib: number) => {
    const evidence = evidenceOf(strategy, { server: server({ status: 'ACTIVE' }), reserveBytes: 0 });
    const facts = hostFacts();
    const instancesFileSystem = { ...facts.instancesFileSystem, freeBytes: freeMib * MIB };
    return judged('source.room', {
      ...evidence,
      source: { ...evidence.source, facts: { ...facts, instancesFileSystem } },
    });
  };
  expect(at('stream', 100).verdict).toBe('pass');
  expect(at('stream', 99).verdict).toBe('block');
  expect(at('flatten', 1000).verdict).toBe('pass');
  expect(at('flatten', 999)).toMatchObject({
    verdict: 'block',
    fix: expect.stringContaining('--flatten stream') as string,
  });
});
