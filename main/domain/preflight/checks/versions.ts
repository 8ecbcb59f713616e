import type { Tool } from '../../host.ts';
import type { HostTraits } from '../../host-traits.ts';
import { printable } from '../../naming.ts';
import type { HostCheck, MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';
import { withBoth } from './traits.ts';

type Version = readonly number[];

interface Lack {
  readonly tool: Tool;
  readonly below: Version;
  readonly lacks: string;
  readonly blocks?: true;
}

/** What our own way needs of each tool (services/transfer), by the version that first had it. */
const LACKS: readonly Lack[] = [
  {
    tool: 'rsync',
    below: [3, 0, 0],
    lacks: 'cannot quote names for the other side, so nothing can be copied',
    blocks: true,
  },
  {
    tool: 'rsync',
    below: [3, 1, 3],
    lacks: 'cannot go on with a sparse copy in place, so a cut copy needs room for a second one',
  },
  { tool: 'qemu-img', below: [1, 4, 0], lacks: 'cannot compare images, so no disk can be flattened' },
  { tool: 'ssh', below: [6, 2, 0], lacks: 'has no AES-GCM, so the copy needs more of the processor' },
];
/** Where a package manager or Python names Nova itself. */
const NOVA_PACKAGES = [
  'nova-compute',
  'openstack-nova-compute',
  'nova-common',
  'openstack-nova-common',
  'python-nova',
];

/** How old the programs are. */
export const VERSION_CHECKS: readonly (HostCheck | MoveCheck)[] = [
  {
    id: 'versions',
    title: 'Versions of the tools',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom: 'Old tools cannot do what the faster and safer ways need.',
    sources: ['row 38', 'rsync NEWS 3.1.3', 'OpenSSH 6.2 release notes', 'QEMU 1.4 changelog'],
    reads: 'The first line that each tool prints of its version',
    testedIn: [
      'test/unit/domain/preflight/host-versions.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (host) => ({ evidence: toolWords(host), ...ofTools(host) }),
  },
  {
    id: 'hosts.versions',
    title: 'Versions on both hosts',
    scope: 'move',
    protectsFrom: 'An older QEMU does not know the machine type of the guest, and it does not start there.',
    sources: ['row 38', 'row 27', 'F31'],
    reads: 'virsh version; the packages of Nova on both hosts',
    testedIn: [
      'test/unit/domain/preflight/host-versions.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].flatMap(versionWords),
      ...withBoth(evidence, (here, there) => ofVersions(evidence, here, there)),
    }),
  },
];

function toolWords({ facts }: HostEvidence): readonly string[] {
  return Object.entries(facts.tools).map(([tool, text]) => `${tool}: ${printable(text)}`);
}

/** `rsync  version 3.2.7`, `OpenSSH_9.2p1`, `qemu-img version 7.2.22 (Debian …)`: the first number with a dot. */
function versionIn(text: string): Version | undefined {
  return /\d+(?:\.\d+)+/.exec(text)?.[0].split('.').map(Number);
}

function isOlder(version: Version, than: Version, parts = 3): boolean {
  const at = Array.from({ length: parts }, (_, index) => index).find(
    (index) => (version[index] ?? 0) !== (than[index] ?? 0),
  );
  return at !== undefined && (version[at] ?? 0) < (than[at] ?? 0);
}

function ofTools({ name, facts: { tools } }: HostEvidence): Judgement {
  const silent = LACKS.flatMap(({ tool }) => {
    const text = tools[tool];
    return text !== undefined && versionIn(text) === undefined ? [tool] : [];
  });
  const lacks = LACKS.filter(({ tool, below }) => {
    const version = versionIn(tools[tool] ?? '');
    return version !== undefined && isOlder(version, below);
  });
  if (lacks.length > 0) {
    return {
      verdict: lacks.some(({ blocks }) => blocks === true) ? 'block' : 'note',
      message: `On ${name}, ${lacks.map((lack) => `${lack.tool} ${versionIn(tools[lack.tool] ?? '')?.join('.') ?? ''} ${lack.lacks}`).join('; ')}.`,
      fix: 'Install newer ones, if its distribution has them.',
    };
  }
  if (silent.length > 0) {
    return {
      verdict: 'note',
      message: `How old ${[...new Set(silent)].join(' and ')} on ${name} is could not be read; the oldest ways are used.`,
    };
  }
  return { verdict: 'pass', message: `The tools on ${name} are new enough for every way of ours.` };
}

function versionWords({ name, facts: { traits } }: HostEvidence): readonly string[] {
  const { libvirt } = traits ?? {};
  return [
    `${name}: libvirt ${libvirt?.version ?? 'not told'}, QEMU ${libvirt?.qemuVersion ?? 'not told'}, Nova ${traits === undefined ? 'not read' : (novaVersion(traits) ?? 'not told')}`,
    look(name, ['virsh', 'version']),
  ];
}

function novaVersion({ packages }: HostTraits): string | undefined {
  return NOVA_PACKAGES.flatMap((name) => packages.get(name) ?? [])[0];
}

/** Without the epoch of a package: `3:26.2.2-1` is release 26. */
function releaseOf(traits: HostTraits): number | undefined {
  const text = novaVersion(traits)?.replace(/^\d+:/, '');
  return text === undefined ? undefined : versionIn(text)?.[0];
}

function ofVersions({ source, destination }: MoveEvidence, here: HostTraits, there: HostTraits): Judgement {
  const pairs = [
    { what: 'libvirt', from: here.libvirt?.version, to: there.libvirt?.version },
    { what: 'QEMU', from: here.libvirt?.qemuVersion, to: there.libvirt?.qemuVersion },
  ];
  const older = pairs.filter(
    ({ from, to }) => isOlder(versionIn(to ?? '') ?? [], versionIn(from ?? '') ?? [], 2) && to !== undefined,
  );
  if (older.length > 0) {
    const numbers = older.map(({ what, from, to }) => `${what} ${to ?? ''} after ${from ?? ''}`).join(', ');
    return {
      verdict: 'warn',
      message: `${destination.name} is older than ${source.name}: ${numbers}. It may not know the guest’s machine type or CPU, and then the guest does not start.`,
      fix: `On ${destination.name}: virsh capabilities must list the machine type that virsh dumpxml shows on ${source.name}.`,
    };
  }
  const [from, to] = [releaseOf(here), releaseOf(there)];
  if (from !== undefined && to !== undefined && from !== to) {
    return {
      verdict: to < from || to - from > 1 ? 'warn' : 'note',
      message: `Nova is of different releases, ${String(from)} on ${source.name} and ${String(to)} on ${destination.name}: they talk to each other only within an upgrade, and a revert goes the other way.`,
      fix: 'Move within one release, or when the upgrade is done.',
    };
  }
  const silent = [source, destination].filter(
    ({ facts }) => facts.traits?.libvirt?.qemuVersion === undefined,
  );
  if (silent.length > 0) {
    return {
      verdict: 'note',
      message: `libvirt on ${silent.map(({ name }) => name).join(' and ')} did not tell its version, so whether it knows the guest’s machine type is not known.`,
      fix: `On ${silent[0]?.name ?? ''}: virsh version`,
    };
  }
  return {
    verdict: 'pass',
    message: `${destination.name} is not older than ${source.name}: libvirt ${there.libvirt?.version ?? ''}, QEMU ${there.libvirt?.qemuVersion ?? ''}.`,
  };
}
