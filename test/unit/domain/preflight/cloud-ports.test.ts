import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import type { NetworkAgent, Port } from '../../../../main/domain/surroundings.ts';
import { findingOf } from '../../../support/findings-of.ts';
import { good } from '../../../support/plan-evidence.ts';

const silent = { known: false, why: 'the cloud has no network service' } as const;

function ports(...rows: readonly Partial<Port>[]): MoveEvidence {
  const value = rows.map((row) => ({
    id: 'p1',
    vnicType: 'normal',
    vifType: 'ovs',
    hostId: 'hostA',
    ...row,
  }));
  return { ...good, surroundings: { ...good.surroundings, ports: { known: true, value } } };
}

function agents(...value: readonly NetworkAgent[]): MoveEvidence {
  return { ...good, surroundings: { ...good.surroundings, networkAgents: { known: true, value } } };
}
const agent = (host: string, type = 'Open vSwitch agent', alive = true): NetworkAgent => ({
  host,
  type,
  alive,
  plugs: true,
});

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['server.ports', good, 'pass', /1 port\(s\) need nothing/],
  ['server.ports', ports(), 'pass', /no ports/],
  ['server.ports', ports({}, { vnicType: 'direct' }), 'warn', /1 port\(s\) need a device.*direct/],
  ['server.ports', ports({ vifType: 'binding_failed' }), 'warn', /not bound now/],
  ['server.ports', ports({ hostId: 'hostC' }), 'warn', /bound to hostC/],
  [
    'server.ports',
    ports({ vnicType: undefined, vifType: undefined, hostId: undefined }),
    'note',
    /does not show/,
  ],
  [
    'server.ports',
    { ...good, surroundings: { ...good.surroundings, ports: silent } },
    'note',
    /no network service/,
  ],
  ['destination.network-agent', good, 'pass', /Open vSwitch agent on hostB is alive/],
  [
    'destination.network-agent',
    agents(agent('hostA'), agent('hostB', undefined, false)),
    'block',
    /not alive/,
  ],
  ['destination.network-agent', agents(agent('hostA')), 'warn', /hostB has none/],
  ['destination.network-agent', agents(), 'pass', /needs no agents/],
  ['destination.network-agent', agents(agent('hostA', undefined, false)), 'pass', /needs no agents/],
  [
    'destination.network-agent',
    { ...good, surroundings: { ...good.surroundings, networkAgents: silent } },
    'note',
    /no network service/,
  ],
  [
    'destination.network-agent',
    { ...ports(), surroundings: { ...ports().surroundings, networkAgents: silent } },
    'pass',
    /no ports/,
  ],
])('%s', (id, evidence, verdict, message) => {
  expect(findingOf(evidence, id)).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
});
