import { expect, test } from 'vitest';
import { printCase } from '../../main/cli/print-case.ts';
import { LETTER_WORDS, letterParts } from '../../main/contract/recovery-letters.ts';
import { caseView } from '../../main/engine/recovery/views.ts';
import { zoneText } from '../../renderer/features/migrations/times.ts';
import { copyOf, disks, HOME } from '../support/recovery-evidence.ts';
import { verify } from '../support/recovery-scenes.ts';

test('a case in the terminal: where the good copy is, what comes after what, and what settles the deadline', () => {
  const of = verify({
    hostA: { directory: disks(HOME) },
    hostB: { directory: copyOf({ allocatedBytes: 196_640 }) },
  });
  const text = printCase(caseView(of, { steps: [], problem: undefined }), false);
  for (const words of [
    `  Good copy: hostA, ${HOME}_resize (by its size)`,
    '3. Revert: back to hostA (comes after step 2)',
    'which a way back needs. Settled by step 3.',
    'power_state 4 (shut down)',
    ' taken up, size ',
  ])
    expect(text).toContain(words);
  expect(text).not.toContain('both-directories');
});

test('letters are found in a sentence, and each has a sentence of its own', () => {
  expect(letterParts('it runs on compute-a (G5)')).toEqual(['it runs on compute-a (', 'G5', ')']);
  expect(letterParts('G8, XG1')).toEqual(['G8, XG1']);
  expect(Object.keys(LETTER_WORDS)).toEqual(['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7']);
});

test('the zone is said as its distance from UTC', () => {
  const at = (offset: number): Date => Object.assign(new Date(0), { getTimezoneOffset: () => offset });
  expect([0, -60, 210].map((offset) => zoneText(at(offset)))).toEqual(['UTC', 'UTC+01:00', 'UTC-03:30']);
});
