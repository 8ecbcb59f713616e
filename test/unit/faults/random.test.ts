import { expect, test } from 'vitest';
import { createRandom } from '../../faults/random.ts';

const throws = (seed: string): readonly number[] => {
  const random = createRandom(seed);
  return Array.from({ length: 2000 }, () => random.integer(1, 6));
};

test('the same seed throws the same numbers, and all of them come up', () => {
  expect(throws('a')).toEqual(throws('a'));
  expect(throws('a')).not.toEqual(throws('b'));
  for (let number = 1; number <= 6; number += 1) {
    const share = throws('a').filter((thrown) => thrown === number).length / 2000;
    expect(share).toBeGreaterThan(0.12);
    expect(share).toBeLessThan(0.21);
  }
});

test('a choice is always one of the list, and an empty list is told', () => {
  const random = createRandom('c');
  expect(Array.from({ length: 50 }, () => random.pick(['x', 'y']))).toEqual(
    expect.arrayContaining(['x', 'y']),
  );
  expect(() => random.pick([])).toThrow('nothing to choose from');
});
