import { expect, test } from 'vitest';
import { planBases, planDisk, type BaseAtDestination } from '../../../main/domain/disk-plan.ts';
import { diskFile, IMAGE_BASE, INSTANCES, link } from '../../support/samples.ts';

const BASE = `${INSTANCES}/_base/${IMAGE_BASE}`;
const EPHEMERAL_BASE = `${INSTANCES}/_base/ephemeral_1_0706d66`;

function context(there: readonly (readonly [string, BaseAtDestination])[]) {
  return {
    instancesPath: INSTANCES,
    imageBaseName: IMAGE_BASE,
    basesAtDestination: new Map(there),
    baseSizes: new Map([[BASE, 777]]),
  };
}

test.each([
  ['equal', 'overlay'],
  ['absent', 'overlay'],
  ['differs', 'flatten'],
] as const)('a root overlay whose base is %s at the destination is moved by %s', (there, strategy) => {
  expect(planDisk(diskFile('disk'), context([[BASE, there]])).strategy).toBe(strategy);
});

test('a base that was not looked at is never taken for equal', () => {
  expect(planDisk(diskFile('disk'), context([])).strategy).toBe('flatten');
});

test('an overlay on another image’s base is flattened, with the reason (F22)', () => {
  const odd = `${INSTANCES}/_base/0000000000000000000000000000000000000000`;
  const disk = diskFile('disk', { chain: [link('x'), link(odd)] });
  expect(planDisk(disk, context([[odd, 'equal']]))).toMatchObject({
    strategy: 'flatten',
    reason: expect.stringContaining('not the one of the instance') as string,
  });
});

test('the resized base of an old release counts as the image’s', () => {
  const resized = `${BASE}_20`;
  expect(
    planDisk(diskFile('disk', { chain: [link('x'), link(resized)] }), context([[resized, 'equal']])).strategy,
  ).toBe('overlay');
});

test('a chain longer than Nova’s is flattened, and no more than it holds is expected to travel', () => {
  const disk = diskFile('disk', {
    chain: [
      link('a', { allocatedBytes: 10 }),
      link('b', { allocatedBytes: 20 }),
      link(BASE, { allocatedBytes: 30 }),
    ],
  });
  expect(planDisk(disk, context([[BASE, 'equal']]))).toMatchObject({ strategy: 'flatten', bytesToMove: 60 });
});

test('a base outside the image cache is flattened', () => {
  const disk = diskFile('disk', { chain: [link('x'), link('/srv/templates/base.raw')] });
  expect(planDisk(disk, context([['/srv/templates/base.raw', 'equal']])).strategy).toBe('flatten');
});

test('an ephemeral disk whose base differs at the destination is flattened (F23)', () => {
  const disk = diskFile('disk.eph0', { chain: [link('x'), link(EPHEMERAL_BASE)] });
  expect(planDisk(disk, context([[EPHEMERAL_BASE, 'differs']])).strategy).toBe('flatten');
});

test('swap is made new, a disk without a base travels whole', () => {
  const whole = planDisk(diskFile('disk.config', { chain: [link('x', { format: 'raw' })] }), context([]));
  expect([planDisk(diskFile('disk.swap'), context([])).strategy, whole.strategy]).toEqual([
    'remake',
    'whole',
  ]);
});

test('each base is brought once, with its real size, and only if it is missing', () => {
  const disks = [diskFile('disk'), diskFile('disk.eph0', { chain: [link('x'), link(BASE)] })];
  const absent = context([[BASE, 'absent']]);
  const plans = disks.map((disk) => planDisk(disk, absent));
  expect(
    planBases(disks, plans, absent).map(({ path, action, sizeBytes }) => ({ path, action, sizeBytes })),
  ).toEqual([{ path: BASE, action: 'stage', sizeBytes: 777 }]);
  const equal = context([[BASE, 'equal']]);
  expect(planBases(disks, plans, equal).map((base) => base.action)).toEqual(['present']);
});

test('under a flattened disk the missing image base is still brought: Nova asks for it', () => {
  const disk = diskFile('disk', { chain: [link('a'), link('b'), link(BASE)] });
  const absent = context([[BASE, 'absent']]);
  expect(planBases([disk], [planDisk(disk, absent)], absent).map((base) => base.action)).toEqual(['stage']);
});
