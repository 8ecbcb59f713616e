import { expect, test } from 'vitest';
import type { NetworkInterface, NetworkTraits } from '../../../../main/domain/host-traits.ts';
import type { Side } from '../../../../main/domain/preflight/check.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { interfaceOf, interfaceTo } from '../../../../main/domain/preflight/routes.ts';
import { factsOf, said, traitsOf } from '../../../support/host-evidence.ts';
import { good } from '../../../support/plan-evidence.ts';
import { hostFacts, hostTraits } from '../../../support/samples.ts';

const { network, nova } = hostTraits();
if (network === undefined) throw new TypeError('the sample host has a network');
const [eth0, copy0] = network.interfaces;
if (eth0 === undefined || copy0 === undefined) throw new TypeError('the sample host has two interfaces');

function withNetwork(side: Side, more: Partial<NetworkTraits>, of?: MoveEvidence): MoveEvidence {
  return traitsOf(
    side,
    { network: { interfaces: [], routes: [], loginAddress: undefined, ...network, ...more } },
    of,
  );
}
function withCopy0(more: Partial<NetworkInterface>): MoveEvidence {
  return withNetwork('destination', {
    interfaces: [eth0 as NetworkInterface, { ...(copy0 as NetworkInterface), ...more }],
  });
}
const loopback = {
  name: 'lo',
  addresses: ['127.0.0.1/8'],
  megabitsPerSecond: undefined,
  bytesPerSecond: 9e9,
};

test.each<[string, MoveEvidence, string, RegExp]>([
  ['a network of its own', good, 'pass', /from hostA by copy0 \(10000 Mbit\/s\) to hostB by copy0/],
  [
    'where we log in',
    withNetwork('destination', { loginAddress: '127.0.0.12' }),
    'note',
    /which is also where we logged in/,
  ],
  [
    'this machine alone',
    withNetwork('destination', { interfaces: [loopback], loginAddress: '127.0.0.12' }),
    'pass',
    /by lo/,
  ],
  [
    'an address that nobody has',
    withNetwork('destination', { interfaces: [eth0] }),
    'note',
    /No interface of hostB has the address 127\.0\.0\.12/,
  ],
  [
    'another my_ip in nova.conf',
    factsOf('destination', { nova: { ...hostFacts().nova, myIp: '10.0.0.9' } }),
    'warn',
    /my_ip 10\.0\.0\.9, but Nova tells 127\.0\.0\.12/,
  ],
  [
    'an address for migrations',
    traitsOf('destination', { nova: { ...nova, migrationAddress: '10.0.0.9' } }),
    'warn',
    /migration_inbound_addr 10\.0\.0\.9/,
  ],
  [
    'an address for migrations that Nova makes of another setting',
    traitsOf('destination', { nova: { ...nova, migrationAddress: '$my_ip' } }),
    'pass',
    /to hostB by copy0/,
  ],
  ['a host without ip', traitsOf('source', { network: undefined }), 'note', /has no ip/],
  ['a host that was not read', traitsOf('source', undefined), 'note', /was not read/],
])('network of the copy: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.address', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

test.each<[string, MoveEvidence, string, RegExp]>([
  ['quiet', good, 'pass', /The link has room: copy0 of hostA carries 0\.95 MiB\/s \(10000 Mbit\/s\)/],
  [
    'a third of it',
    withCopy0({ bytesPerSecond: 400e6 }),
    'note',
    /in use by others: copy0 of hostB carries 381 MiB\/s/,
  ],
  ['full', withCopy0({ bytesPerSecond: 1.1e9 }), 'warn', /in use by others/],
  [
    'slow',
    withCopy0({ megabitsPerSecond: 100, bytesPerSecond: 0 }),
    'note',
    /The link is slow: copy0 of hostB/,
  ],
  [
    'busy, of a speed that is not told',
    withCopy0({ megabitsPerSecond: undefined, bytesPerSecond: 70e6 }),
    'note',
    /in use by others: .*\(speed not told\)/,
  ],
  ['quiet, of a speed that is not told', withCopy0({ megabitsPerSecond: undefined }), 'pass', /has room/],
  ['not measured', withCopy0({ bytesPerSecond: undefined }), 'note', /could not be read/],
  [
    'not known',
    withNetwork('destination', { interfaces: [eth0] }),
    'note',
    /By which interface of hostB the copy goes is not known/,
  ],
  [
    'none, on one machine',
    withNetwork('source', { interfaces: [loopback] }, withNetwork('destination', { interfaces: [loopback] })),
    'pass',
    /does not leave this machine/,
  ],
])('the link: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.link', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

test.each([
  ['10.1.2.3', 'fast'],
  ['10.1.9.9', 'slow'],
  ['192.0.2.77', 'own'],
  ['8.8.8.8', 'way-out'],
  ['fd00::1', undefined],
  ['host-b', undefined],
])('the way to %s is the longest prefix', (address, name) => {
  const of = (each: string, addresses: readonly string[] = []): NetworkInterface => ({
    name: each,
    addresses,
    megabitsPerSecond: undefined,
    bytesPerSecond: undefined,
  });
  const routed: NetworkTraits = {
    interfaces: [of('own', ['192.0.2.5/24', 'fd00::5/64']), of('fast'), of('slow'), of('way-out')],
    routes: [
      { to: 'default', interface: 'way-out' },
      { to: '10.1.0.0/16', interface: 'slow' },
      { to: '10.1.2.0/24', interface: 'fast' },
      { to: '10.1.2.4', interface: 'slow' },
    ],
    loginAddress: undefined,
  };
  expect(interfaceTo(routed, address)?.name).toBe(name);
});

test('the loopback answers to its whole network', () => {
  const local: NetworkTraits = { interfaces: [loopback, eth0], routes: [], loginAddress: undefined };
  expect(interfaceOf(local, '127.9.9.9')?.name).toBe('lo');
  expect(interfaceOf(local, '192.0.2.9')).toBeUndefined();
});
