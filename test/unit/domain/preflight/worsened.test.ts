import { expect, test } from 'vitest';
import { worsened, type Finding } from '../../../../main/domain/preflight/finding.ts';
import { VERDICTS, type Verdict } from '../../../../main/domain/preflight/judgement.ts';

function finding(verdict: Verdict): Finding {
  return { id: 'destination.room', verdict, message: 'A test.' };
}

test.each(VERDICTS.flatMap((before) => VERDICTS.map((now) => [before, now] as const)))(
  '%s at the plan, %s before the stop',
  (before, now) => {
    const isWorse = now !== before && (now === 'block' || (now === 'warn' && before !== 'block'));
    expect(worsened([finding(before)], [finding(now)])).toEqual(isWorse ? [finding(now)] : []);
  },
);

test.each(VERDICTS)('of a check that the plan did not know, %s', (now) => {
  expect(worsened([], [finding(now)])).toEqual(now === 'block' ? [finding(now)] : []);
});
