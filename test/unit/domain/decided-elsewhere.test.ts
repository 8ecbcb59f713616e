import { expect, test } from 'vitest';
import type { MigrationRecord } from '../../../main/domain/cloud.ts';
import { decisionSeen } from '../../../main/domain/decided-elsewhere.ts';
import { nextSteps } from '../../../main/domain/steps.ts';
import type { NewFact } from '../../../main/domain/facts.ts';
import { migration, plan, server } from '../../support/samples.ts';

const record = (status: string): MigrationRecord => ({
  id: 7,
  uuid: undefined,
  status,
  type: 'migration',
  sourceCompute: 'hostA',
  destCompute: 'hostB',
  destHost: '127.0.0.12',
  createdAt: '2026-11-20T12:00:00.000000',
  updatedAt: '2026-11-20T12:00:00.000000',
});

test.each([
  ['waits for its verdict', { status: 'VERIFY_RESIZE', host: 'hostB' }, 'finished'],
  ['is being confirmed', { status: 'VERIFY_RESIZE', host: 'hostB' }, 'confirming'],
  [
    'is being reverted',
    { status: 'REVERT_RESIZE', host: 'hostB', taskState: 'resize_reverting' },
    'reverting',
  ],
  ['is confirmed, and busy again', { host: 'hostB', taskState: 'powering-off' }, 'confirmed'],
])('nothing is decided while it %s', (_what, now, status) => {
  expect(decisionSeen(plan(), server(now), record(status))).toEqual({ kind: 'due' });
});

test.each([
  ['confirm', 'ACTIVE', 'hostB', 'confirmed', 'somebody else confirmed it'],
  ['confirm', 'SHUTOFF', 'hostB', 'confirmed', 'somebody else confirmed it'],
  ['revert', 'ACTIVE', 'hostA', 'reverted', 'somebody else reverted it'],
  ['revert', 'SHUTOFF', 'hostA', 'reverted', 'somebody else reverted it'],
])('a %s elsewhere is seen by record and server: %s on %s', (choice, status, host, word, said) => {
  const now = server({ status, host, powerState: status === 'ACTIVE' ? 1 : 4 });
  const fact = { type: 'decided-elsewhere', choice, said };
  expect(decisionSeen(plan(), now, record(word))).toEqual({ kind: 'decided', fact });
});

test('where Nova confirms by itself, it may have been Nova', () => {
  const { destination } = plan();
  const own = plan({ destination: { ...destination, confirmWindowSeconds: 60 } });
  expect(decisionSeen(own, server({ host: 'hostB' }), record('confirmed'))).toMatchObject({
    fact: { said: 'Nova confirmed it by itself (resize_confirm_window on hostB), or somebody else did' },
  });
});

test.each([
  ['ERROR', { status: 'ERROR', host: 'hostB' }, record('confirmed')],
  ['a confirm, but it is on the source', { host: 'hostA' }, record('confirmed')],
  ['a revert, but it is at the destination', { host: 'hostB' }, record('reverted')],
  ['no record', { host: 'hostB' }, undefined],
  ['an active instance that does not run', { host: 'hostB', powerState: 4 }, record('confirmed')],
])('nothing is concluded from %s', (_what, now, of) => {
  expect(decisionSeen(plan(), server(now), of)).toMatchObject({ kind: 'unclear' });
});

test('one that was switched off after a verdict elsewhere is not started; one that never ran since its stop is', () => {
  const stepsAfter = (ran: boolean): unknown => {
    const facts: readonly NewFact[] = [
      { type: 'locked' },
      { type: 'handed-over', requestId: undefined, running: ran, novaCopiedBytes: 0, recordId: 7 },
      { type: 'proven', proofs: [{ name: 'content', ok: true, said: '' }] },
      { type: 'decided-elsewhere', choice: 'confirm', said: 'somebody else confirmed it' },
      { type: 'confirmed', running: false },
    ];
    return nextSteps(migration(facts)).map(({ kind }) => kind);
  };
  expect([stepsAfter(true), stepsAfter(false)]).toEqual([['tidy'], ['start']]);
});
