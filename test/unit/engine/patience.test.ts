import { expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { asEnd } from '../../../main/engine/patience.ts';

const refused = new Failure('migration.failed', 'Nova said no');

test('a step that cannot succeed ends the migration; after the hand-over nothing does', () => {
  expect(asEnd({ kind: 'copy', disk: 'disk' }, false, new Failure('job.failed', 'full'))).toMatchObject({
    type: 'failed',
    code: 'job.failed',
  });
  expect(asEnd({ kind: 'prove' }, true, refused)).toBeUndefined();
  expect(asEnd({ kind: 'confirm' }, true, refused)).toBeUndefined();
});

test.each(['begin-live', 'freeze-live'] as const)(
  '%s that is refused ends it: its disks are merged again',
  (kind) => {
    expect(asEnd({ kind }, false, new Failure('migration.changed', 'no room'))).toMatchObject({
      type: 'failed',
    });
  },
);

test('a layer that cannot be flattened ends it, too', () => {
  const step = { kind: 'flatten-layer', disk: 'disk.eph0' } as const;
  expect(asEnd(step, false, new Failure('job.failed', 'full'))).toMatchObject({ type: 'failed' });
});

test.each(['host.command-failed', 'cloud.bad-answer', 'cloud.forbidden', 'job.failed'] as const)(
  'while Nova copies, a look that fails with %s is no end',
  (code) => {
    expect(asEnd({ kind: 'hand-over' }, false, new Failure(code, 'odd'))).toBeUndefined();
  },
);

test('Nova’s own refusal is an end', () => {
  expect(asEnd({ kind: 'hand-over' }, false, refused)).toMatchObject({ type: 'failed' });
});

test.each([
  'cloud.unreachable',
  'cloud.credentials',
  'host.unreachable',
  'host.key-changed',
  'host.no-sudo',
  'journal.unwritable',
  'cancelled',
  'internal',
] as const)('%s leaves the migration where it is', (code) => {
  expect(asEnd({ kind: 'copy', disk: 'disk' }, false, new Failure(code, 'odd'))).toBeUndefined();
});
