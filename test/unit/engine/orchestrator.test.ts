import { expect, test } from 'vitest';
import type { Fact, NewFact } from '../../../main/domain/facts.ts';
import { Failure } from '../../../main/domain/failure.ts';
import { replay, type Migration } from '../../../main/domain/migration.ts';
import type { Journal } from '../../../main/domain/ports.ts';
import type { Step } from '../../../main/domain/steps.ts';
import { createLedger } from '../../../main/engine/ledger.ts';
import { drive } from '../../../main/engine/orchestrator.ts';
import { plan } from '../../support/samples.ts';

const clock = { nowMs: () => 42, elapsedMs: () => 42, wait: () => Promise.resolve() };
const begun: Fact = { type: 'planned', plan: plan({ bases: [] }), by: 'a test', atMs: 1 };

function memoryJournal(facts: Fact[]): Journal<Fact> {
  return {
    replayed: [...facts],
    append: (fact) => {
      facts.push(fact);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

const ANSWERS: Partial<Record<Step['kind'], (step: Step) => NewFact>> = {
  lock: () => ({ type: 'locked' }),
  'begin-stop': () => ({ type: 'stop-begun' }),
  stop: () => ({ type: 'stopped', how: 'graceful' }),
  flatten: () => ({ type: 'disk-flattened', disk: 'disk.eph0', bytes: 1, seconds: 1, keptPath: '/k' }),
  freeze: () => ({ type: 'frozen', files: [] }),
  copy: (step) => ({ type: 'disk-copied', disk: 'disk' in step ? step.disk : '', bytes: 1, seconds: 1 }),
  verify: (step) => ({
    type: 'disk-verified',
    disk: 'disk' in step ? step.disk : '',
    seconds: 1,
    algorithm: 'b2sum',
    source: 'd',
    destination: 'd',
  }),
  place: () => ({ type: 'placed' }),
  'begin-hand-over': () => ({ type: 'hand-over-begun', lastRecordId: undefined }),
  'hand-over': () => ({
    type: 'handed-over',
    requestId: undefined,
    running: true,
    novaCopiedBytes: 0,
    recordId: 7,
  }),
  prove: () => ({ type: 'proven', proofs: [{ name: 'content', ok: true, said: '' }] }),
  restore: () => ({ type: 'restored', goodCopy: 'source', said: 'whole', running: true }),
  tidy: () => ({ type: 'tidied', kept: [] }),
};

function answer(step: Step): Promise<NewFact> {
  const make = ANSWERS[step.kind];
  return make === undefined
    ? Promise.reject(new Error(`not expected: ${step.kind}`))
    : Promise.resolve(make(step));
}

function stateOf(facts: readonly Fact[]): Migration {
  const state = replay(facts);
  if (state === undefined) throw new Error('no migration');
  return state;
}

function run(
  facts: Fact[],
  perform: (step: Step) => Promise<NewFact>,
  signal = new AbortController().signal,
): Promise<Migration> {
  return drive({
    ledger: createLedger(stateOf(facts), memoryJournal(facts), clock, () => undefined),
    perform,
    signal,
  });
}

test('both disks are copied at the same time', async () => {
  let atOnce = 0;
  let most = 0;
  const facts = [begun];
  await run(facts, async (step) => {
    if (step.kind === 'copy') most = Math.max(most, (atOnce += 1));
    await Promise.resolve();
    if (step.kind === 'copy') atOnce -= 1;
    return answer(step);
  });
  expect(most).toBe(2);
  expect(stateOf(facts).phase).toBe('awaiting-verdict');
});

test('killed after any number of facts and begun again, it ends in the same state', async () => {
  const whole = [begun];
  await run(whole, answer);
  for (let kept = 1; kept < whole.length; kept += 1) {
    const facts = whole.slice(0, kept);
    const state = await run(facts, answer);
    expect({ phase: state.phase, verified: Object.keys(state.verified).sort() }).toEqual({
      phase: 'awaiting-verdict',
      verified: ['disk', 'disk.eph0'],
    });
  }
});

test('a copy that cannot succeed ends the other copy, then goes back to the source', async () => {
  const facts = [begun];
  const kinds: string[] = [];
  let otherEnded = false;
  const state = await drive({
    ledger: createLedger(stateOf(facts), memoryJournal(facts), clock, () => undefined),
    signal: new AbortController().signal,
    perform: (step, _state, signal) => {
      kinds.push(step.kind);
      if (step.kind !== 'copy') return answer(step);
      if (step.disk === 'disk') return Promise.reject(new Failure('job.failed', 'No space left on device'));
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          otherEnded = true;
          reject(new Failure('cancelled', 'stopped'));
        });
      });
    },
  });
  expect({ otherEnded, phase: state.phase, code: state.failure?.code, last: kinds.slice(-2) }).toEqual({
    otherEnded: true,
    phase: 'failed',
    code: 'job.failed',
    last: ['restore', 'tidy'],
  });
});

test('a broken way to the cloud leaves the migration where it is, to be resumed', async () => {
  const facts = [begun];
  const cut = run(facts, (step) =>
    step.kind === 'hand-over' ? Promise.reject(new Failure('cloud.unreachable', 'no answer')) : answer(step),
  );
  await expect(cut).rejects.toMatchObject({ code: 'cloud.unreachable' });
  expect(stateOf(facts).phase).toBe('handing-over');
  expect((await run(facts, answer)).phase).toBe('awaiting-verdict');
});

test('after the hand-over nothing goes back by itself', async () => {
  const facts = [begun];
  const cut = run(facts, (step) =>
    step.kind === 'prove' ? Promise.reject(new Failure('migration.failed', 'odd')) : answer(step),
  );
  await expect(cut).rejects.toMatchObject({ code: 'migration.failed' });
  expect(facts.map((fact) => fact.type)).not.toContain('restored');
});

test('a stop of our part writes nothing more', async () => {
  const controller = new AbortController();
  const facts = [begun];
  const state = await run(
    facts,
    (step) => {
      if (step.kind === 'freeze') controller.abort();
      return answer(step);
    },
    controller.signal,
  );
  expect(state.phase).toBe(stateOf(facts).phase);
  expect(facts.at(-1)?.type).toBe('frozen');
});

test('a fact that cannot be written stops everything before the next act', async () => {
  const facts = [begun];
  const acts: string[] = [];
  const journal = {
    ...memoryJournal(facts),
    append: () => Promise.reject(new Failure('journal.unwritable', 'no space left')),
  };
  const cut = drive({
    ledger: createLedger(stateOf(facts), journal, clock, () => undefined),
    signal: new AbortController().signal,
    perform: (step) => {
      acts.push(step.kind);
      return answer(step);
    },
  });
  await expect(cut).rejects.toMatchObject({ code: 'journal.unwritable' });
  expect(acts).toEqual(['lock']);
});
