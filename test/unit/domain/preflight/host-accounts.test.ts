import { expect, test } from 'vitest';
import type { AccountTraits } from '../../../../main/domain/host-traits.ts';
import type { Side } from '../../../../main/domain/preflight/check.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import { said, traitsOf } from '../../../support/host-evidence.ts';
import { hostTraits } from '../../../support/samples.ts';

const { accounts } = hostTraits();
const [nova, qemu] = accounts.users;
if (nova === undefined || qemu === undefined) throw new TypeError('the sample host has both users');

function withAccounts(side: Side, more: Partial<AccountTraits>): MoveEvidence {
  return traitsOf(side, { accounts: { ...accounts, ...more } });
}
const locked = { users: [{ ...nova, shell: '/sbin/nologin' }, qemu] };

test.each<[string, string, MoveEvidence, string, RegExp]>([
  ['in order', 'destination.accounts', withAccounts('destination', {}), 'pass', /nova on hostB may log in/],
  [
    'without a shell',
    'destination.accounts',
    withAccounts('destination', locked),
    'warn',
    /shell \/sbin\/nologin/,
  ],
  [
    'without one at the source',
    'source.accounts',
    withAccounts('source', locked),
    'note',
    /nova on hostA has the shell/,
  ],
  [
    'without QEMU’s',
    'source.accounts',
    withAccounts('source', { users: [nova] }),
    'note',
    /libvirt-qemu and qemu/,
  ],
  ['without kvm', 'source.accounts', withAccounts('source', { groups: new Map() }), 'note', /no group kvm/],
  ['not read', 'source.accounts', traitsOf('source', undefined), 'note', /was not read/],
])('users: %s', (_what, id, evidence, verdict, says) => {
  expect(said(id, evidence)).toEqual([verdict, expect.stringMatching(says)]);
});

test.each<[string, MoveEvidence, string, RegExp]>([
  ['the same', withAccounts('source', {}), 'pass', /same numbers on both hosts/],
  [
    'others of Nova',
    withAccounts('destination', { users: [{ ...nova, uid: 162, gid: 162 }, qemu] }),
    'note',
    /nova 64060:64060 and 162:162\. Coldhaul and Nova copy by name/,
  ],
  [
    'others of QEMU and kvm',
    withAccounts('destination', {
      users: [nova, { ...qemu, name: 'qemu', uid: 107, gid: 107 }],
      groups: new Map([['kvm', 36]]),
    }),
    'note',
    /QEMU’s user 64055:108 and 107:107, group kvm 108 and 36/,
  ],
  ['not read', traitsOf('source', undefined), 'note', /was not read/],
])('numbers: %s', (_what, evidence, verdict, says) => {
  expect(said('hosts.accounts', evidence)).toEqual([verdict, expect.stringMatching(says)]);
});
