import { expect, test } from 'vitest';
import { Failure } from '../../main/domain/failure.ts';
import { createDispatch } from '../../main/host/dispatch.ts';

const dispatch = createDispatch({
  'plan.stop': () => Promise.resolve({}),
  'inventory.read': () =>
    Promise.reject(new Failure('cloud.forbidden', 'no', { hint: 'ask', requestId: 'req-1' })),
  'migration.show': () => Promise.reject(new TypeError('defect')),
});
const ID = '00000000-0000-4000-8000-000000000000';

test.each([
  ['plan.stop', { ask: ID }, { ok: true, value: {} }],
  ['plan.stop', { ask: 'no id' }, { ok: false, code: 'bad-request' }],
  ['plan.stop', undefined, { ok: false, code: 'bad-request' }],
  // A call of the contract that this engine, without a desk, does not answer.
  ['desk.read', {}, { ok: false, code: 'unknown-call' }],
  ['constructor', {}, { ok: false, code: 'unknown-call' }],
  ['__proto__', {}, { ok: false, code: 'unknown-call' }],
  [
    'inventory.read',
    {},
    { ok: false, code: 'cloud.forbidden', message: 'no', hint: 'ask', requestId: 'req-1' },
  ],
  ['migration.show', { id: ID }, { ok: false, code: 'internal', message: 'a defect of Coldhaul: defect' }],
])('%s with %j is answered, never thrown', async (name, input, expected) => {
  expect(await dispatch(name, input)).toMatchObject(expected);
});
