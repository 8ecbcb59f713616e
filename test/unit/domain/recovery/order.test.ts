import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnose, offers } from '../../../../main/domain/recovery/diagnose.ts';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import { clearedBy } from '../../../../main/domain/recovery/order.ts';
import { randomEvidence } from '../../../support/random-evidence.ts';
import {
  BASE,
  compared,
  copyOf,
  disk,
  disks,
  HOME,
  RESIZE,
  spoken,
} from '../../../support/recovery-evidence.ts';
import { copyDead, errorAtDestination, errorAtSource, verify } from '../../../support/recovery-scenes.ts';

/** `revert after set-aside` for each step that is refused, or `revert refused` if nothing before it clears that. */
function order(of: Evidence, id: string): readonly string[] {
  const { offers } = spoken(of, id);
  const clearing = clearedBy(of, offers);
  return offers.flatMap(({ action: { kind }, refusals }, index) =>
    refusals.length === 0 ? [] : [`${kind} ${clearing[index] ? `after ${clearing[index].kind}` : 'refused'}`],
  );
}

test('a revert comes after the stray directory was set aside', () => {
  const of = verify({ hostA: { directory: disks(HOME) }, hostB: { directory: undefined } });
  expect(order(of, 'verify-nothing-copied')).toEqual(['revert after set-aside']);
});

test('a revert comes after the base is back', () => {
  const of = verify({
    hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE, { missing: true })]) },
    hostB: { directory: undefined, bases: [BASE] },
  });
  expect(order(of, 'verify-nothing-copied')).toEqual(['revert after bring-base']);
});

test('each step after the one that makes room for it', () => {
  expect(order(errorAtSource(), 'error-source-renamed')).toEqual([
    'reset-state after put-back',
    'stop after put-back',
  ]);
});

test('what is left at the source is set aside when the instance is well', () => {
  expect(order(errorAtDestination(compared(true)), 'error-destination-whole')).toEqual([
    'undefine after hard-reboot',
    'set-aside after hard-reboot',
  ]);
});

test('what no step before it clears is refused, and clears nothing itself', () => {
  const locked = copyDead({ server: { locked: true } });
  expect(order(locked, 'resize-copy-dead')).toEqual([
    'put-back refused',
    'reset-state refused',
    'stop refused',
    'set-aside refused',
  ]);
});

test('where nothing is refused nothing comes after anything', () => {
  expect(order(verify({ hostB: { directory: copyOf() } }), 'verify-waits')).toEqual([]);
});

test('whatever was read, only what is refused comes after another, and that one is before it', () => {
  fc.assert(
    fc.property(randomEvidence, (of) => {
      const all = diagnose(of);
      for (const diagnosis of all) {
        const steps = offers(of, diagnosis, all);
        for (const [index, clearing] of clearedBy(of, steps).entries()) {
          if (clearing === undefined) continue;
          expect(steps[index]?.refusals).not.toEqual([]);
          expect(steps.slice(0, index).map(({ action }) => action)).toContain(clearing);
        }
      }
    }),
    { numRuns: 300 },
  );
});
