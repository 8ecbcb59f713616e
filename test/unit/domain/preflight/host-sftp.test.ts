import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { factsOf, said, traitsOf } from '../../../support/host-evidence.ts';
import { good } from '../../../support/plan-evidence.ts';
import { hostFacts } from '../../../support/samples.ts';

function byScp(ssh: string, hasSftp: boolean | undefined): MoveEvidence {
  const { nova, tools } = hostFacts();
  const facts = { nova: { ...nova, transport: 'ssh' as const }, tools: { ...tools, ssh } };
  return factsOf('source', facts, traitsOf('destination', { hasSftp }, { ...good, route: 'nova' }));
}

test.each<[string, MoveEvidence, string, RegExp]>([
  ['our own copy', traitsOf('destination', { hasSftp: false }), 'pass', /Nothing is copied by scp/],
  ['a new scp, and SFTP', byScp('OpenSSH_9.6p1', true), 'pass', /fit together/],
  ['an old scp, and none', byScp('OpenSSH_8.9p1', false), 'pass', /fit together/],
  ['a new scp, and none', byScp('OpenSSH_10.0p2', false), 'warn', /sshd on hostB names no subsystem for it/],
  ['a new scp, and nobody knows', byScp('OpenSSH_9.6p1', undefined), 'note', /could not be read/],
  ['an scp of no known age, and none', byScp('something', false), 'warn', /names no subsystem/],
])('scp of Nova: %s', (_what, evidence, verdict, says) => {
  expect(said('destination.sftp', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});
