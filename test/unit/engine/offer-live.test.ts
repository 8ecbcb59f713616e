import { expect, test } from 'vitest';
import { USUAL_TIMES } from '../../../main/domain/experience.ts';
import type { Plan } from '../../../main/domain/plan.ts';
import type { MoveEvidence } from '../../../main/domain/preflight/evidence.ts';
import { offerLive } from '../../../main/engine/planning/offer-live.ts';
import { predict, predictIfLive } from '../../../main/engine/planning/predict.ts';
import { sourceWith } from '../../support/judged.ts';
import { diskPlan, plan, server } from '../../support/samples.ts';

const MIB = 1024 ** 2;
const SPEED = { copyBytesPerSecond: 100 * MIB, digestBytesPerSecond: 200 * MIB };
const disks = [diskPlan('disk', { bytesToMove: 20_000 * MIB, allocatedBytes: 20_000 * MIB })];

function predicted(more: Partial<Plan> = {}, guestBytesPerSecond = 0): Plan {
  const draft = plan({ disks, ...more });
  const ifLive = predictIfLive(draft, SPEED, guestBytesPerSecond, USUAL_TIMES);
  const downtime = predict(draft, SPEED, SPEED, guestBytesPerSecond, USUAL_TIMES);
  return { ...draft, downtime, ...(ifLive !== undefined && { downtimeIfLive: ifLive }) };
}

function evidence(
  domain: 'running' | 'paused' = 'running',
  secondNames: readonly string[] = [],
): MoveEvidence {
  const running = server({ status: 'ACTIVE' });
  const guestWrites = { bytes: 0, seconds: 2, sinceStart: undefined };
  const measured = { speed: SPEED, downtime: undefined, guestWrites };
  return sourceWith({ domain, secondNames }, {}, { disks, server: running, measured });
}

const saved = ({ downtime, downtimeIfLive }: Plan): number | undefined =>
  downtimeIfLive === undefined ? undefined : (downtime?.seconds ?? 0) - downtimeIfLive.seconds;

test('a quiet guest would be off for its last 64 MiB alone, and that is offered', () => {
  const offered = offerLive(predicted(), evidence(), undefined);
  expect(offered.downtimeIfLive?.parts.find(({ name }) => name === 'copy')?.seconds).toBeCloseTo(0.64);
  expect(saved(offered)).toBeGreaterThan(250);
});

test('one that writes nearly as fast as we copy gains little, and is told nothing', () => {
  expect(saved(predicted({}, 1000 * MIB))).toBeLessThan(5);
  expect(offerLive(predicted({}, 1000 * MIB), evidence(), undefined).downtimeIfLive).toBeUndefined();
});

test('where a check speaks against it, what it writes is not known, or another route was asked for, nothing is offered', () => {
  expect(offerLive(predicted(), evidence(), 'seed').downtimeIfLive).toBeUndefined();
  const { measured, ...unread } = evidence();
  const unknown = { ...unread, measured: { speed: measured?.speed, downtime: undefined } };
  expect(offerLive(predicted(), unknown, undefined).downtimeIfLive).toBeUndefined();
  expect(offerLive(predicted(), evidence('paused'), undefined).downtimeIfLive).toBeUndefined();
  expect(
    offerLive(predicted(), evidence('running', ['/x/live.disk']), undefined).downtimeIfLive,
  ).toBeUndefined();
});

test('one that is off, or for which it was asked, has nothing to gain; one that must be flattened, more', () => {
  const { server: running, options } = plan();
  expect(predicted({ server: { ...running, running: false } }).downtimeIfLive).toBeUndefined();
  const flat = disks.map((disk) => ({ ...disk, strategy: 'flatten' as const }));
  const names = predicted({ disks: flat }).downtimeIfLive?.parts.map(({ name }) => name);
  expect(names).not.toContain('flatten and compare');
  expect(saved(predicted({ disks: flat }))).toBeGreaterThan(saved(predicted()) ?? 0);
  expect(predicted({ route: 'thin', options: { ...options, live: true } }).downtimeIfLive).toBeUndefined();
});
