import { expect, test } from 'vitest';
import { factsOf, said } from '../../../support/host-evidence.ts';

test.each([
  [0, 'pass', /hostA and this workstation agree/],
  [4_000, 'pass', /agree/],
  [-30_000, 'note', /hostA is 30 s behind that of this workstation/],
  [7_200_000, 'note', /hostA is 2 h 00 min ahead of that/],
  [Number.NaN, 'note', /did not tell what time it is/],
])('a host that is %d ms ahead of us', (clockMs, verdict, says) => {
  expect(said('source.clock', factsOf('source', { clockMs }))).toEqual([
    verdict,
    expect.stringMatching(says),
  ]);
});

test.each([
  [0, 'pass', /hostA and hostB agree/],
  [60_000, 'note', /hostB is 1 min 00 s ahead of that of hostA/],
  [-3_600_000, 'warn', /hostB is 1 h 00 min behind that of hostA/],
  [Number.NaN, 'note', /One of the hosts did not tell/],
])('a destination that is %d ms ahead of the source', (clockMs, verdict, says) => {
  expect(said('hosts.clock', factsOf('destination', { clockMs }))).toEqual([
    verdict,
    expect.stringMatching(says),
  ]);
});

test('two hosts that are off by the same agree with each other', () => {
  const both = factsOf('source', { clockMs: 90_000 }, factsOf('destination', { clockMs: 90_000 }));
  expect([said('hosts.clock', both)[0], said('destination.clock', both)[0]]).toEqual(['pass', 'note']);
});
