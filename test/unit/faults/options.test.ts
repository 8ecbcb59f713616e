import { expect, test } from 'vitest';
import { readFaultOptions } from '../../faults/options.ts';

test('nothing said is a whole run of every kind with seed 1', () => {
  expect(readFaultOptions([])).toMatchObject({ seed: 1, cases: undefined, ids: [], short: false });
});

test('a short run has a seed of its own, unless one is said', () => {
  expect(readFaultOptions(['--short'])).toMatchObject({ seed: 14, short: true });
  expect(readFaultOptions(['--short', '--seed=3'])).toMatchObject({ seed: 3, short: true });
});

test('what is said is taken as it is said', () => {
  const words = ['--seed=7', '--only=link,room', '--cases=12', '--case=kill-001,link-002', '--json=/tmp/x'];
  expect(readFaultOptions(words)).toMatchObject({
    seed: 7,
    only: ['link', 'room'],
    cases: 12,
    ids: ['kill-001', 'link-002'],
    json: '/tmp/x',
  });
});

test.each([[['--only=storm']], [['--seed=one']], [['--cases=0']], [['--lanes=99']], [['--storm']]])(
  '%j is refused with a sentence',
  (words) => {
    expect(() => readFaultOptions(words)).toThrow(/./);
  },
);
