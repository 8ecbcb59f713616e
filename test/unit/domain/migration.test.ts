import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { NewFact } from '../../../main/domain/facts.ts';
import { evolve, isOver, isProven, replay, type Migration } from '../../../main/domain/migration.ts';
import { nextSteps, stepKey, type Step } from '../../../main/domain/steps.ts';
import { liveDisks } from '../../../main/domain/plan.ts';
import { diskPlan, migration, plan } from '../../support/samples.ts';

/** What a step comes back with when all goes well. */
function success(step: Step, state: Migration): NewFact {
  switch (step.kind) {
    case 'lock':
      return { type: 'locked' };
    case 'stage-base':
      return { type: 'base-staged', path: step.path, bytes: 1, seconds: 1, digest: 'd' };
    case 'begin-live':
      return { type: 'live-begun' };
    case 'freeze-live': {
      const mark = { inode: 5, sizeBytes: 1, mtimeSeconds: 1 };
      const layers = Object.fromEntries(liveDisks(state.plan).map(({ name }) => [name, mark]));
      return { type: 'live-frozen', layers, quiesced: false };
    }
    case 'begin-stop':
      return { type: 'stop-begun' };
    case 'stop':
      return { type: 'stopped', how: state.plan.server.running ? 'graceful' : 'was off' };
    case 'flatten':
      return { type: 'disk-flattened', disk: step.disk, bytes: 1, seconds: 1, keptPath: '/k' };
    case 'flatten-layer': {
      const flatLayer = { inode: 6, sizeBytes: 1, mtimeSeconds: 1 };
      return { type: 'disk-flattened', disk: step.disk, bytes: 1, seconds: 1, keptPath: '/k', flatLayer };
    }
    case 'layer':
      return { type: 'disk-layered', disk: step.disk, layer: { inode: 5, sizeBytes: 1, mtimeSeconds: 1 } };
    case 'freeze':
      return { type: 'frozen', files: [] };
    case 'copy':
      return { type: 'disk-copied', disk: step.disk, bytes: 1, seconds: 1 };
    case 'verify':
      return {
        type: 'disk-verified',
        disk: step.disk,
        seconds: 1,
        algorithm: 'b2sum',
        source: 'd',
        destination: 'd',
      };
    case 'place':
      return { type: 'placed' };
    case 'begin-hand-over':
      return { type: 'hand-over-begun', lastRecordId: 4 };
    case 'hand-over':
      return {
        type: 'handed-over',
        requestId: 'req-1',
        running: state.plan.route !== 'nova' && state.plan.server.running,
        novaCopiedBytes: 0,
        recordId: 7,
      };
    case 'prove':
      return { type: 'proven', proofs: [{ name: 'content', ok: true, said: 'equal' }] };
    case 'confirm':
      return { type: 'confirmed', running: state.running };
    case 'revert':
      return { type: 'reverted', running: state.running };
    case 'start':
      return { type: 'started' };
    case 'merge':
      return { type: 'disk-merged', disk: step.disk, how: 'pulled', seconds: 1 };
    case 'restore':
      return { type: 'restored', goodCopy: 'source', said: 'whole', running: state.plan.server.running };
    case 'tidy':
      return { type: 'tidied', kept: [] };
  }
}

/** Carries on with the steps that `pick` chooses, until nothing is left to do. */
function carryOn(
  begun: Migration,
  pick: (steps: readonly Step[]) => Step | undefined,
): { state: Migration; kinds: string[] } {
  let state = begun;
  const kinds: string[] = [];
  for (let guard = 0; guard < 100; guard += 1) {
    const step = pick(nextSteps(state));
    if (step === undefined) return { state, kinds };
    kinds.push(stepKey(step));
    state = evolve(state, { ...success(step, state), atMs: 5000 + guard });
  }
  throw new Error('it never ends');
}

const first = (steps: readonly Step[]): Step | undefined => steps[0];

test('route seed, from the plan to the verdict, in this order', () => {
  const { state, kinds } = carryOn(migration(), first);
  expect(state.phase).toBe('awaiting-verdict');
  expect(kinds.map((kind) => kind.replace(/ \/.*/, ''))).toEqual([
    'lock',
    'stage-base',
    'begin-stop',
    'stop',
    'flatten disk.eph0',
    'freeze',
    'copy disk',
    'verify disk',
    'copy disk.eph0',
    'verify disk.eph0',
    'place',
    'begin-hand-over',
    'hand-over',
    'prove',
  ]);
});

test('route nova copies nothing itself and proves afterwards; an instance that ran is started after the confirm', () => {
  const { state, kinds } = carryOn(migration([], plan({ route: 'nova', bases: [] })), first);
  expect(kinds).toEqual([
    'lock',
    'begin-stop',
    'stop',
    'flatten disk.eph0',
    'freeze',
    'begin-hand-over',
    'hand-over',
    'verify disk',
    'verify disk.eph0',
    'prove',
  ]);
  const confirmed = carryOn(
    evolve(state, { type: 'verdict', choice: 'confirm', by: 'me', atMs: 9000 }),
    first,
  );
  expect(confirmed.kinds).toEqual(['confirm', 'start', 'tidy']);
  expect(confirmed.state).toMatchObject({ phase: 'confirmed', running: true });
});

test('route thin freezes before it copies, proves the rest after Nova, and merges after the verdict, one by one', () => {
  const config = diskPlan('disk.config', { role: 'config', strategy: 'whole', chain: [] });
  const sample = plan();
  const thin = plan({ route: 'thin', bases: [], disks: [...sample.disks, config] });
  const { state, kinds } = carryOn(migration([], thin), first);
  expect(kinds).toEqual([
    'lock',
    'begin-stop',
    'stop',
    'flatten disk.eph0',
    'layer disk',
    'layer disk.eph0',
    'freeze',
    'copy disk',
    'verify disk',
    'copy disk.eph0',
    'verify disk.eph0',
    'begin-hand-over',
    'hand-over',
    'verify disk.config',
    'prove',
  ]);
  expect(state).toMatchObject({ phase: 'awaiting-verdict', running: true });
  for (const choice of ['confirm', 'revert'] as const) {
    const end = carryOn(evolve(state, { type: 'verdict', choice, by: 'me', atMs: 9000 }), first);
    expect(end.kinds).toEqual([choice, 'merge disk', 'merge disk.eph0', 'tidy']);
    expect(end.state.merged).toEqual(['disk', 'disk.eph0']);
  }
  // Looked at again, only what Nova copied is read again.
  const again = evolve(state, { type: 'looked-again', atMs: 9000 });
  expect(Object.keys(again.verified)).toEqual(['disk', 'disk.eph0']);
});

test('what is frozen live is flattened, copied and proven before the stop, and what it wrote since after it', () => {
  const sample = plan();
  const live = plan({
    route: 'thin',
    bases: [],
    disks: [...sample.disks, diskPlan('disk.local', { role: 'ephemeral' })],
    options: { ...sample.options, live: true },
  });
  const { state, kinds } = carryOn(migration([], live), first);
  expect(kinds).toEqual([
    'lock',
    'begin-live',
    'freeze-live',
    'flatten-layer disk.eph0',
    'copy disk',
    'verify disk',
    'copy disk.eph0',
    'verify disk.eph0',
    'copy disk.local',
    'verify disk.local',
    'begin-stop',
    'stop',
    'layer live.disk',
    'layer live.disk.eph0',
    'layer live.disk.local',
    'freeze',
    'copy live.disk',
    'verify live.disk',
    'copy live.disk.eph0',
    'verify live.disk.eph0',
    'copy live.disk.local',
    'verify live.disk.local',
    'begin-hand-over',
    'hand-over',
    'prove',
  ]);
  const before = carryOn(migration([], live), (steps) =>
    steps[0]?.kind === 'begin-stop' ? undefined : steps[0],
  ).state;
  expect(before).toMatchObject({ phase: 'staging', running: true, liveFreeze: 'done' });
  const end = carryOn(evolve(state, { type: 'verdict', choice: 'confirm', by: 'me', atMs: 9000 }), first);
  expect(end.kinds).toEqual(['confirm', 'merge disk', 'merge disk.eph0', 'merge disk.local', 'tidy']);
});

test('one that is off is copied as it is, whatever was asked for', () => {
  const sample = plan();
  const off = plan({
    route: 'thin',
    bases: [],
    server: { ...sample.server, running: false },
    options: { ...sample.options, live: true },
  });
  expect(carryOn(migration([], off), first).kinds).not.toContain('freeze-live');
});

test('a disk at a time is frozen, and only then the files are written down', () => {
  const thin = plan({
    route: 'thin',
    bases: [],
    disks: [diskPlan('disk'), diskPlan('disk.local', { role: 'ephemeral' })],
  });
  const before = carryOn(migration([], thin), (steps) =>
    steps[0]?.kind === 'layer' ? undefined : steps[0],
  ).state;
  expect(nextSteps(before)).toEqual([{ kind: 'layer', disk: 'disk' }]);
});

test('the order in which parallel steps end does not matter', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(1000)), (choices) => {
      const pick = (steps: readonly Step[]): Step | undefined =>
        steps[(choices.next().value ?? 0) % Math.max(1, steps.length)];
      const { state } = carryOn(migration(), pick);
      expect(state).toMatchObject({ phase: 'awaiting-verdict', placed: true, running: true });
      expect(Object.keys(state.verified).sort()).toEqual(['disk', 'disk.eph0']);
    }),
  );
});

test('a failure at any fact goes back to the source and ends as failed', () => {
  const { kinds } = carryOn(migration(), first);
  for (let cut = 0; cut < kinds.length - 2; cut += 1) {
    let left = cut;
    const before = carryOn(migration(), (steps) => (left-- > 0 ? steps[0] : undefined)).state;
    const failed = evolve(before, {
      type: 'failed',
      code: 'job.failed',
      message: 'no',
      hint: undefined,
      requestId: undefined,
      atMs: 7000,
    });
    const { state, kinds: back } = carryOn(failed, first);
    expect({ back, phase: state.phase, over: isOver(state.phase) }).toEqual({
      back: ['restore', 'tidy'],
      phase: 'failed',
      over: true,
    });
  }
});

test('downtime runs from the order to stop until it runs again', () => {
  const off = carryOn(migration(), (steps) => (steps[0]?.kind === 'hand-over' ? undefined : steps[0])).state;
  expect(off.downtime.endMs).toBeUndefined();
  const handed = evolve(off, {
    type: 'handed-over',
    requestId: undefined,
    running: true,
    novaCopiedBytes: 0,
    recordId: 7,
    atMs: 99_000,
  });
  expect(handed.downtime).toEqual({ startMs: off.downtime.startMs, endMs: 99_000 });
});

test('an instance that was off has no downtime and is not started', () => {
  const sample = plan();
  const { state } = carryOn(
    migration([], { ...sample, server: { ...sample.server, running: false } }),
    first,
  );
  const end = carryOn(evolve(state, { type: 'verdict', choice: 'confirm', by: 'me', atMs: 1 }), first);
  expect({ downtime: end.state.downtime, kinds: end.kinds }).toEqual({
    downtime: { startMs: undefined, endMs: undefined },
    kinds: ['confirm', 'tidy'],
  });
});

test('nothing that was looked at, or one thing out of order, is not proven', () => {
  const { state } = carryOn(migration(), first);
  expect(isProven(state)).toBe(true);
  expect(isProven({ ...state, proofs: [] })).toBe(false);
  expect(isProven({ ...state, proofs: undefined })).toBe(false);
  expect(
    isProven({
      ...state,
      proofs: [
        { name: 'a', ok: true, said: '' },
        { name: 'b', ok: false, said: '' },
      ],
    }),
  ).toBe(false);
});

test('a change of mind: revert is possible while the confirm is not done', () => {
  const { state } = carryOn(migration(), first);
  const confirming = evolve(state, { type: 'verdict', choice: 'confirm', by: 'me', atMs: 1 });
  const reverting = evolve(confirming, { type: 'verdict', choice: 'revert', by: 'me', atMs: 2 });
  expect(carryOn(reverting, first)).toMatchObject({
    kinds: ['revert', 'tidy'],
    state: { phase: 'reverted' },
  });
});

test('facts that do not begin with a plan are no migration', () => {
  expect(replay([{ type: 'locked', atMs: 1 }])).toBeUndefined();
  expect(replay([])).toBeUndefined();
});

test('a pause lasts until something happens; another limit is nothing', () => {
  const paused = evolve(migration([{ type: 'locked' }]), { type: 'paused', by: 'night@desk', atMs: 5 });
  expect(paused).toMatchObject({ phase: 'staging', paused: { by: 'night@desk', atMs: 5 } });
  expect(nextSteps(paused)).toEqual(nextSteps(migration([{ type: 'locked' }])));
  const limited = evolve(paused, {
    type: 'limit-changed',
    limitKibPerSecond: 1,
    by: 'night@desk',
    atMs: 6,
  });
  expect(limited.paused).toEqual(paused.paused);
  expect(evolve(limited, { type: 'stop-begun', atMs: 7 }).paused).toBeUndefined();
});
