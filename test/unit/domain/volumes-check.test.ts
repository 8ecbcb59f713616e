import { expect, test } from 'vitest';
import { judgeMove } from '../../../main/domain/preflight/judge.ts';
import type { MoveEvidence } from '../../../main/domain/preflight/evidence.ts';
import { factsOfB, flavor, good } from '../../support/plan-evidence.ts';
import { hostFacts, server } from '../../support/samples.ts';

function warnings(evidence: MoveEvidence): readonly string[] {
  return judgeMove(evidence)
    .filter(({ verdict }) => verdict === 'warn')
    .map(({ id, message }) => `${id}: ${message}`);
}

const withVolume = { ...good, server: server({ flavor, volumeIds: ['v1'] }) };
const facts = factsOfB({ nova: { ...hostFacts().nova, sendsServiceToken: false } });
const silent = { destination: { ...good.destination, facts } };

test('volumes need a Nova that vouches for itself, on both hosts', () => {
  expect(warnings(withVolume)).toEqual([]);
  expect(warnings({ ...withVolume, ...silent })).toEqual([
    expect.stringMatching(/^hosts\.service-token: Nova on hostB sends no service token/),
  ]);
});

test('without volumes it is no matter', () => {
  expect(warnings({ ...good, ...silent })).toEqual([]);
});

test('the plan says what a revert does not take back', () => {
  const note = judgeMove(withVolume).find(({ id }) => id === 'server.volumes');
  expect(note).toMatchObject({ verdict: 'note', message: expect.stringContaining('A revert') as string });
});
