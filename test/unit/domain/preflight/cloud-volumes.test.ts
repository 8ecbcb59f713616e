import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import type { Volume } from '../../../../main/domain/surroundings.ts';
import { findingOf } from '../../../support/findings-of.ts';
import { good } from '../../../support/plan-evidence.ts';

const own = good.server.id;

function volume(row: Partial<Volume>): MoveEvidence {
  const value = [{ id: 'v1', status: 'in-use', multiAttach: false, attachedTo: [own], ...row }];
  return {
    ...good,
    server: { ...good.server, volumeIds: ['v1'] },
    surroundings: { ...good.surroundings, volumes: { known: true, value } },
  };
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['none', good, 'pass', /No volumes/],
  ['one of its own', volume({}), 'pass', /by this instance alone/],
  [
    'one that others have, too',
    volume({ multiAttach: true, attachedTo: [own, 'other'] }),
    'note',
    /go on writing/,
  ],
  [
    'one that is half attached',
    volume({ status: 'attaching', attachedTo: [] }),
    'warn',
    /“attaching”.*not attached/,
  ],
  ['one of another', volume({ attachedTo: ['other'] }), 'warn', /not attached to this/],
  [
    'one that Cinder does not show',
    { ...volume({}), surroundings: { ...good.surroundings, volumes: { known: false, why: 'no Cinder' } } },
    'note',
    /no Cinder\.$/,
  ],
])('server.volume-state: %s', (_, evidence, verdict, message) => {
  expect(findingOf(evidence, 'server.volume-state')).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
});
