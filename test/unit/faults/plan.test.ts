import { expect, test } from 'vitest';
import { KINDS } from '../../faults/kinds/all.ts';
import { caseNamed, planCases } from '../../faults/plan.ts';
import type { FaultCase } from '../../faults/fault-case.ts';

/** What of a case can be compared: all but what it does. */
const told = (cases: readonly FaultCase[]): unknown => JSON.parse(JSON.stringify(cases));

test('the same seed gives the same cases, and another seed others', () => {
  expect(told(planCases(KINDS, 7, 320))).toEqual(told(planCases(KINDS, 7, 320)));
  expect(told(planCases(KINDS, 7, 320))).not.toEqual(told(planCases(KINDS, 8, 320)));
});

test('a whole run has at least 300 cases, of every kind, each with a name of its own', () => {
  const whole = KINDS.reduce((sum, { share }) => sum + share, 0);
  const cases = planCases(KINDS, 1, whole);
  expect(cases.length).toBeGreaterThanOrEqual(300);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(new Set(cases.map(({ kind }) => kind)).size).toBe(KINDS.length);
});

test('the shortest run has one case of each kind', () => {
  const cases = planCases(KINDS, 3, 1);
  expect(cases).toHaveLength(KINDS.length);
  for (const { name } of KINDS) expect(cases.some(({ kind }) => kind === name)).toBe(true);
});

test('a case is the same by its name as in a run of any length', () => {
  for (const one of planCases(KINDS, 5, 40))
    expect(told([caseNamed(KINDS, 5, one.id) ?? one])).toEqual(told([one]));
  expect(caseNamed(KINDS, 5, 'storm-001')).toBeUndefined();
  expect(caseNamed(KINDS, 5, 'kill')).toBeUndefined();
});

const WHOLE = KINDS.reduce((sum, { share }) => sum + share, 0);

test('every fact of a live freeze is one of a whole run’s kills, with and without a flattened layer', () => {
  const kills = planCases(KINDS, 2, WHOLE).filter(({ kind }) => kind === 'live');
  expect(kills.every(({ travel }) => travel.live && travel.running && travel.route === 'thin')).toBe(true);
  for (const flatten of [true, false]) {
    const facts = kills.filter(({ travel }) => travel.flatten === flatten).map(({ moment }) => moment.fact);
    const all = [
      'live-begun',
      'live-frozen',
      'disk-layered',
      'proven',
      'disk-merged',
      'confirmed',
      'reverted',
    ];
    expect(facts).toEqual(expect.arrayContaining([...all, ...(flatten ? ['disk-flattened'] : [])]));
  }
});

test('so is every fact of a disk that is flattened on its way, frozen live or off', () => {
  const kills = planCases(KINDS, 2, WHOLE).filter(({ kind }) => kind === 'stream');
  expect(kills.every(({ travel }) => travel.stream && travel.flatten && travel.route === 'thin')).toBe(true);
  for (const live of [true, false]) {
    const facts = kills.filter(({ travel }) => travel.live === live).map(({ moment }) => moment.fact);
    const all = ['disk-copied', 'disk-verified', 'disk-layered', 'disk-merged', 'confirmed', 'reverted'];
    expect(facts).toEqual(expect.arrayContaining([...all, ...(live ? ['live-frozen'] : [])]));
  }
});

test('every fact of every way is one of a whole run’s kills, with both verdicts', () => {
  const kills = planCases(KINDS, 2, WHOLE).filter(({ kind }) => kind === 'kill');
  for (const route of ['seed', 'nova'] as const) {
    const facts = kills.filter(({ travel }) => travel.route === route).map(({ moment }) => moment.fact);
    expect(facts).toEqual(
      expect.arrayContaining([
        'planned',
        'locked',
        'frozen',
        'handed-over',
        'verdict',
        'confirmed',
        'reverted',
      ]),
    );
  }
});
