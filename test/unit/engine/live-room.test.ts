import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { whileThereIsRoom } from '../../../main/engine/steps/live-room.ts';
import { diskPlan, hostFacts, migration, onHost, plan, server } from '../../support/samples.ts';
import { stepBench } from '../../support/step-bench.ts';

const GIB = 1024 ** 3;
const disks = [
  diskPlan('disk', { allocatedBytes: 10 * GIB }),
  diskPlan('disk.eph0', { strategy: 'flatten', allocatedBytes: GIB }),
];

/** A source whose looks find so much free, the last one again and again. */
function bench(...freeGib: readonly number[]) {
  const { options } = plan();
  const live = plan({
    route: 'thin',
    bases: [],
    disks,
    options: { ...options, live: true, reserveBytes: 5 * GIB },
  });
  const facts = hostFacts();
  let looks = 0;
  const at = stepBench(migration([{ type: 'locked' }], live), {
    server: server(),
    hosts: { hostA: () => onHost('hostA') },
    hypervisors: {
      facts: () => {
        const free = freeGib[Math.min(looks, freeGib.length - 1)] ?? 0;
        looks += 1;
        const instancesFileSystem = { ...facts.instancesFileSystem, freeBytes: free * GIB };
        return Promise.resolve({ ...facts, instancesFileSystem });
      },
    },
  });
  return { ...at, looks: () => looks };
}

/** Goes on until it is broken off. */
const endless = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Failure('cancelled', 'broken off'));
    });
  });

test('what is done is broken off when no more than the disks and the reserve would have room', async () => {
  const at = bench(100, 50, 15.9);
  await expect(whileThereIsRoom(at.context, endless)).rejects.toMatchObject({
    code: 'migration.changed',
    message: expect.stringContaining('15.9 GiB left; to merge its disks again takes 11.0 GiB') as string,
  });
  expect(at.looks()).toBe(3);
});

test('it is looked at once at the beginning: a fast disk is full before the second look', async () => {
  const at = bench(1);
  await expect(whileThereIsRoom(at.context, endless)).rejects.toMatchObject({ code: 'migration.changed' });
  expect(at.clock.waitsMs).toEqual([]);
});

test('with room it ends as it ends, and nobody looks any more', async () => {
  const at = bench(16);
  expect(await whileThereIsRoom(at.context, () => Promise.resolve('done'))).toBe('done');
  const broken = bench(16);
  await expect(
    whileThereIsRoom(broken.context, () => Promise.reject(new Failure('job.failed', 'no such file'))),
  ).rejects.toMatchObject({ code: 'job.failed' });
});
