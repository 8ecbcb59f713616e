import { expect, test } from 'vitest';
import { confirmsItselfAtMs, novaTimeMs } from '../../../main/domain/confirm-window.ts';
import type { NewFact } from '../../../main/domain/facts.ts';
import { evolve, type Migration } from '../../../main/domain/migration.ts';
import { printMigration } from '../../../main/cli/print.ts';
import { AT_REST, migrationView } from '../../../main/engine/views.ts';
import { migration, plan } from '../../support/samples.ts';

const FINISHED_MS = 100_000;
const SEEN_MS = 105_000;
const PROVEN: NewFact = { type: 'proven', proofs: [{ name: 'content', ok: true, said: '' }] };

function handedOver(confirmWindowSeconds: number | undefined, finishedAtMs?: number): Migration {
  const { destination } = plan();
  const windowed = { ...destination, ...(confirmWindowSeconds !== undefined && { confirmWindowSeconds }) };
  return evolve(migration([{ type: 'locked' }], plan({ destination: windowed })), {
    type: 'handed-over',
    requestId: undefined,
    running: true,
    novaCopiedBytes: 0,
    recordId: 7,
    atMs: SEEN_MS,
    ...(finishedAtMs !== undefined && { finishedAtMs }),
  });
}
const and = (state: Migration, ...facts: readonly NewFact[]): Migration =>
  facts.reduce((now, fact) => evolve(now, { ...fact, atMs: SEEN_MS }), state);

test('the window counts from the end of Nova’s work, or at the latest from when it was seen', () => {
  expect(confirmsItselfAtMs(handedOver(60, FINISHED_MS))).toBe(160_000);
  expect(confirmsItselfAtMs(handedOver(60))).toBe(165_000);
  // The cloud’s clock goes ahead of ours.
  expect(confirmsItselfAtMs(handedOver(60, 900_000))).toBe(165_000);
});

test('Nova confirms by itself only where it is told to, and only what waits', () => {
  expect(confirmsItselfAtMs(handedOver(0, FINISHED_MS))).toBeUndefined();
  expect(confirmsItselfAtMs(handedOver(undefined, FINISHED_MS))).toBeUndefined();
  expect(confirmsItselfAtMs(migration([{ type: 'locked' }]))).toBeUndefined();
  const due = and(handedOver(60, FINISHED_MS), PROVEN);
  expect(confirmsItselfAtMs(due)).toBe(160_000);
  const decided = and(due, { type: 'verdict', choice: 'revert', by: 'a test' });
  expect(confirmsItselfAtMs(decided)).toBeUndefined();
  expect(
    confirmsItselfAtMs(and(decided, { type: 'reverted', running: true }, { type: 'tidied', kept: [] })),
  ).toBe(undefined);
});

test('Nova’s times are UTC, with or without saying so', () => {
  const ms = Date.UTC(2026, 10, 20, 12, 0, 1);
  expect(
    ['2026-11-20T12:00:01.000000', '2026-11-20T12:00:01Z', '2026-11-20T13:00:01+01:00'].map(novaTimeMs),
  ).toEqual([ms, ms, ms]);
  expect([undefined, '', 'soon'].map(novaTimeMs)).toEqual([undefined, undefined, undefined]);
});

test('the command line tells how long there is a way back, and until when', () => {
  const view = migrationView(and(handedOver(3600, FINISHED_MS), PROVEN), AT_REST);
  expect(printMigration(view, FINISHED_MS + 60_000)).toContain(
    'Nova on hostB confirms by itself in 59 min 00 s (1970-01-01T01:01:40Z); the copy on hostA is gone then. Decide before.',
  );
  expect(printMigration(view, FINISHED_MS + 3_600_000)).toContain('confirms by itself at any moment now');
  const never = migrationView(and(handedOver(0, FINISHED_MS), PROVEN), AT_REST);
  expect(printMigration(never, FINISHED_MS)).not.toContain('by itself');
});
