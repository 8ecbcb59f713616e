import { expect, test } from 'vitest';
import { USUAL_TIMES } from '../../../main/domain/experience.ts';
import type { Fact } from '../../../main/domain/facts.ts';
import type { Journals, StoredJournal } from '../../../main/domain/ports.ts';
import { createExperience } from '../../../main/engine/planning/experience.ts';
import { plan } from '../../support/samples.ts';

function journal(id: string, facts: readonly object[]): StoredJournal<Fact> {
  const planned = { type: 'planned', plan: plan({ id }), by: 'a test', atMs: 1 };
  return { id, facts: [planned, ...facts] as Fact[], problem: undefined };
}

test('one that is over is not read again; one that goes on, or cannot be read, is', async () => {
  const over = journal('over', [
    { type: 'locked', atMs: 2 },
    { type: 'cancelled', by: 'a test', atMs: 3 },
    { type: 'restored', goodCopy: 'source', said: 'The source is whole.', running: true, atMs: 4 },
    { type: 'tidied', kept: [], atMs: 5 },
  ]);
  const all = [over, journal('going', []), { id: 'damaged', facts: [], problem: 'it is no journal' }];
  const asked: string[][] = [];
  const list: Journals<Fact>['list'] = (settled = () => undefined) => {
    asked.push(all.filter(({ id }) => settled(id) === undefined).map(({ id }) => id));
    return Promise.resolve(all.map((one) => settled(one.id) ?? one));
  };
  const experience = createExperience({ list } as Journals<Fact>);
  expect(await experience(plan().cloud)).toBe(USUAL_TIMES);
  await experience(plan().cloud);
  expect(asked).toEqual([
    ['over', 'going', 'damaged'],
    ['going', 'damaged'],
  ]);
});
