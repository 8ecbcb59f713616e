import type { Account, AccountTraits, HostTraits } from '../../host-traits.ts';
import type { HostCheck, HostRole, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';
import { withBoth, withTraits } from './traits.ts';

/** What lets nobody in (nologin(8)). */
const NO_LOGIN = /\/(?:nologin|false)$/;
/** As whom QEMU runs: Debian and Ubuntu, then Red Hat (libvirt, qemu.conf). */
const QEMU_USERS = ['libvirt-qemu', 'qemu'];

/** Users and groups that the files of an instance belong to. */
export const ACCOUNT_CHECKS: readonly (HostCheck | MoveCheck)[] = [
  {
    id: 'accounts',
    title: 'Users of Nova and QEMU',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom: 'Nova’s SSH fails at a user that may not log in; QEMU cannot open what is not its own.',
    sources: ['row 21', 'F25', 'F30', 'seed 2'],
    reads: 'passwd and group of the host: Nova’s user with its shell, libvirt-qemu or qemu, kvm',
    testedIn: [
      'test/unit/domain/preflight/host-accounts.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (host, role) => ({
      evidence: accountWords(host),
      ...withTraits(host, (traits) => ofAccounts(host, role, traits)),
    }),
  },
  {
    id: 'hosts.accounts',
    title: 'Numbers of users on both hosts',
    scope: 'move',
    protectsFrom: 'A copy made by number, not by name, would belong to somebody else.',
    sources: ['row 21', 'F30', 'seed 2'],
    reads: 'UID and GID of Nova’s user and of QEMU’s, and GID of kvm, on both hosts',
    testedIn: [
      'test/unit/domain/preflight/host-accounts.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].flatMap(accountWords),
      ...withBoth(evidence, (here, there) => ofNumbers(evidence, here.accounts, there.accounts)),
    }),
  },
];

function accountWords({ name, facts }: HostEvidence): readonly string[] {
  const { users, groups, novaGroups } = facts.traits?.accounts ?? {
    users: [],
    groups: new Map(),
    novaGroups: [],
  };
  const said = users.map(
    (user) => `${user.name} ${String(user.uid)}:${String(user.gid)} ${user.home} ${user.shell}`,
  );
  const numbers = [...groups].map(([group, gid]) => `${String(group)} ${String(gid)}`);
  return [
    `${name}: ${said.join('; ')}; groups ${numbers.join(', ')}; ${facts.novaUser.name} is in ${novaGroups.join(', ')}`,
    look(name, ['getent', 'passwd', facts.novaUser.name, ...QEMU_USERS]),
  ];
}

function userNamed({ users }: AccountTraits, names: readonly string[]): Account | undefined {
  return users.find(({ name }) => names.includes(name));
}

function ofAccounts(
  { name, facts }: HostEvidence,
  role: HostRole,
  { accounts, hasKvm }: HostTraits,
): Judgement {
  const nova = userNamed(accounts, [facts.novaUser.name]);
  if (nova !== undefined && NO_LOGIN.test(nova.shell)) {
    return {
      verdict: role === 'source' ? 'note' : 'warn',
      message: `${nova.name} on ${name} has the shell ${nova.shell}: Nova on another host cannot log in there to copy.`,
      fix: `On ${name}: usermod --shell /bin/bash ${nova.name}`,
    };
  }
  if (userNamed(accounts, QEMU_USERS) === undefined) {
    return {
      verdict: 'note',
      message: `${name} has none of the users ${QEMU_USERS.join(' and ')}, as which QEMU usually runs; whether it can open the disks is not known.`,
      fix: `On ${name}: grep -E '^(user|group)' /etc/libvirt/qemu.conf`,
    };
  }
  if (hasKvm && !accounts.groups.has('kvm'))
    return { verdict: 'note', message: `${name} has no group kvm, by which QEMU usually gets at /dev/kvm.` };
  return { verdict: 'pass', message: `${facts.novaUser.name} on ${name} may log in, and QEMU has its user.` };
}

function ofNumbers(
  { source, destination }: MoveEvidence,
  here: AccountTraits,
  there: AccountTraits,
): Judgement {
  const user = source.facts.novaUser.name;
  const number = (account: Account | undefined): string =>
    account === undefined ? 'none' : `${String(account.uid)}:${String(account.gid)}`;
  const group = ({ groups }: AccountTraits): string => String(groups.get('kvm') ?? 'none');
  const rows = [
    {
      what: user,
      from: number(userNamed(here, [user])),
      to: number(userNamed(there, [destination.facts.novaUser.name])),
    },
    {
      what: 'QEMU’s user',
      from: number(userNamed(here, QEMU_USERS)),
      to: number(userNamed(there, QEMU_USERS)),
    },
    { what: 'group kvm', from: group(here), to: group(there) },
  ];
  const differing = rows.filter(({ from, to }) => from !== to);
  if (differing.length === 0)
    return {
      verdict: 'pass',
      message: 'Nova’s user, QEMU’s user and the group kvm have the same numbers on both hosts.',
    };
  const told = differing.map(({ what, from, to }) => `${what} ${from} and ${to}`).join(', ');
  return {
    verdict: 'note',
    message: `Numbers differ between ${source.name} and ${destination.name}: ${told}. Coldhaul and Nova copy by name, so the files belong to the right one; a copy by hand must not keep the numbers.`,
  };
}
