import { expect, test } from 'vitest';
import { experienceOf, USUAL_TIMES } from '../../../main/domain/experience.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import { plan } from '../../support/samples.ts';

interface Seen {
  readonly atS: number;
  readonly stopS: number;
  readonly handOverS: number;
  /** Between the proof and the moment from which Nova has heard of the stop. */
  readonly newsS?: number;
}

/** A migration of which only the times matter. */
function migration(
  { atS, stopS, handOverS, newsS = 0 }: Seen,
  changes: Partial<Migration['plan']> = {},
): Migration {
  const stopNewsSeconds = 20;
  const preparing = atS + stopS;
  const proven = preparing + stopNewsSeconds - newsS;
  const begun = proven + newsS;
  const arrived = begun + handOverS;
  const usual = plan();
  return {
    plan: { ...usual, ...changes, options: { ...usual.options, stopNewsSeconds } },
    enteredAtMs: {
      stopping: atS * 1000,
      preparing: preparing * 1000,
      'handing-over': proven * 1000,
      'awaiting-verdict': arrived * 1000,
    },
    handOverBegun: { atMs: begun * 1000, lastRecordId: undefined },
  } as unknown as Migration;
}

const CLOUD = plan().cloud;
const three = [2, 4, 3].map((stopS, index) => ({
  atS: index * 1000,
  stopS,
  handOverS: stopS * 10,
  newsS: index * 5,
}));

test('the medians are taken, without the wait for the news of the stop', () => {
  const seen = three.map((times) => migration(times));
  expect(experienceOf(seen, CLOUD)).toEqual({ stopSeconds: 3, handOverSeconds: 30, seenIn: 3 });
  const four = [...seen, migration({ atS: 9000, stopS: 100, handOverS: 100 })];
  expect(experienceOf(four, CLOUD)).toEqual({ stopSeconds: 3.5, handOverSeconds: 35, seenIn: 4 });
});

test('two are too few, and of many only the latest count', () => {
  expect(
    experienceOf(
      three.slice(0, 2).map((times) => migration(times)),
      CLOUD,
    ),
  ).toBe(USUAL_TIMES);
  const old = Array.from({ length: 20 }, (_no, index) => migration({ atS: index, stopS: 50, handOverS: 50 }));
  const late = Array.from({ length: 9 }, (_no, index) =>
    migration({ atS: 5000 + index, stopS: 1, handOverS: 2 }),
  );
  expect(experienceOf([...old, ...late], CLOUD)).toEqual({ stopSeconds: 1, handOverSeconds: 2, seenIn: 9 });
});

test.each([
  ['another cloud', { cloud: 'elsewhere' }],
  ['an instance that was off', { server: { ...plan().server, running: false } }],
  ['a copy by Nova', { route: 'nova' as const }],
])('%s says nothing', (_case, changes) => {
  expect(
    experienceOf(
      three.map((times) => migration(times, changes)),
      CLOUD,
    ),
  ).toBe(USUAL_TIMES);
});

test('one that did not arrive, or over which the clock was set, says nothing', () => {
  const [one, two, last] = three.map((times) => migration(times));
  const lost = { ...last, handOverBegun: undefined } as Migration;
  const back = { ...last, enteredAtMs: { ...last?.enteredAtMs, preparing: -1 } } as Migration;
  for (const odd of [lost, back])
    expect(experienceOf([one, two, odd] as Migration[], CLOUD)).toBe(USUAL_TIMES);
});
