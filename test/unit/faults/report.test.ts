import { expect, test } from 'vitest';
import { holds } from '../../faults/contents.ts';
import { KINDS } from '../../faults/kinds/all.ts';
import { planCases } from '../../faults/plan.ts';
import { passed, progressLine, summary, type Result } from '../../faults/report.ts';

const results = KINDS.flatMap((kind) => planCases([kind], 1, 1)).map((one, index): Result => ({
  one,
  judgement: { end: 'confirmed', problems: index === 0 ? ['the bytes differ'] : [], sentence: '' },
  met: index !== 1,
  seconds: 10,
  commands: [],
  log: '',
}));

test('a case with a problem has failed, and its line says why and how long it still takes', () => {
  const [failed, fine] = results.map((result) => progressLine(result, 3, 320, 125));
  expect(failed).toMatch(/^\[ {2}3\/320\] FAILED .* -> confirmed \(10 s, 3 min left\)\n\s+the bytes differ$/);
  expect(fine).toMatch(/^\[ {2}3\/320\] ok .* -> confirmed, fault came too late \(10 s, 3 min left\)$/);
  expect(results.filter(passed)).toHaveLength(results.length - 1);
});

test('the table has a row a kind, one for all, and the words that repeat what failed', () => {
  const lines = summary(KINDS, results, 7).split('\n');
  expect(lines).toHaveLength(KINDS.length + 2 + 3);
  expect(lines[KINDS.length + 1]).toMatch(
    new RegExp(String.raw`^all +${String(KINDS.length)} +${String(KINDS.length)} +0 +0 +1 +1 +10\.0$`),
  );
  expect(lines.at(-1)).toBe(`npm run test:faults -- --seed 7 --case ${results[0]?.one.id ?? ''}`);
});

test('disks hold what they held only if each of them does, and never if there was none', () => {
  expect(holds({ disk: 'a', 'disk.eph0': 'b' }, { disk: 'a', 'disk.eph0': 'b' })).toBe(true);
  expect(holds({ disk: 'a', 'disk.eph0': 'c' }, { disk: 'a', 'disk.eph0': 'b' })).toBe(false);
  expect(holds({ disk: 'a' }, { disk: 'a', 'disk.eph0': 'b' })).toBe(false);
  expect(holds({}, {})).toBe(false);
});
