import type { Account, CpuTraits, HostTraits, NumaNode } from '../../domain/host-traits.ts';
import { readLibvirt } from './libvirt-words.ts';
import { readNetwork } from './network.ts';
import { type ConfigFile, readNovaTraits } from './nova-conf.ts';
import { groupsOf, type Pair, valuesOf } from './pairs.ts';
import type { Storage } from './storage.ts';

/** What the facts script told of the host itself. */
export function readTraits(
  pairs: readonly Pair[],
  files: readonly ConfigFile[],
  storage: Storage['traits'],
): HostTraits {
  const of = (name: string): string => valuesOf(pairs, name)[0] ?? '';
  const architecture = of('architecture');
  return {
    architecture,
    cpu: readCpu(of('cpu')),
    hasKvm: of('kvm') === 'yes',
    libvirt: readLibvirt(
      {
        version: of('libvirt.version'),
        host: of('libvirt.host'),
        guests: of('libvirt.guests'),
        domain: of('libvirt.domain'),
      },
      architecture,
    ),
    packages: readPackages(pairs),
    numaNodes: groupsOf(pairs, 'numa')
      .map(readNumaNode)
      .sort((left, right) => left.id - right.id),
    isolatedCpus: of('isolated').trim(),
    uefiFiles: lines(of('uefi')),
    hasSftp: valuesOf(pairs, 'sftp').map((text) => text.trim() !== '')[0],
    accounts: {
      users: lines(of('users')).map(readAccount),
      groups: new Map(
        lines(of('groups')).map((line) => [line.split(':')[0] ?? '', Number(line.split(':')[2])]),
      ),
      novaGroups: of('user.groups').split(/\s+/).filter(Boolean),
    },
    storage,
    network: readNetwork(pairs),
    load: {
      average: Number(of('load').split(' ')[0]),
      ioPressure: readPressure(of('pressure')),
    },
    nova: readNovaTraits(files),
  };
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** `name : value` of /proc/cpuinfo, which has no name for an ARM and calls its flags features. */
function readCpu(text: string): CpuTraits {
  const values = new Map(
    lines(text).map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
  return {
    vendor: values.get('vendor_id') ?? values.get('CPU implementer') ?? '',
    model: values.get('model name') ?? '',
    flags: (values.get('flags') ?? values.get('Features') ?? '').split(' ').filter(Boolean),
  };
}

/** The package manager’s word; where it has none for Nova, the name of what Python installed: `nova-26.2.2.dist-info`. */
function readPackages(pairs: readonly Pair[]): ReadonlyMap<string, string> {
  const known = valuesOf(pairs, 'packages')
    .flatMap(lines)
    .flatMap((line): (readonly [string, string])[] => {
      const [name = '', version = ''] = line.split(' ');
      return version === '' ? [] : [[name, version]];
    });
  const python = valuesOf(pairs, 'python').flatMap((name): (readonly [string, string])[] => {
    const version = /^nova-(?<version>\d[\w.]*?)(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(name)?.groups?.[
      'version'
    ];
    return version === undefined ? [] : [['python-nova', version]];
  });
  return new Map([...python, ...known]);
}

function readNumaNode(group: readonly Pair[]): NumaNode {
  const of = (name: string): string => valuesOf(group, name)[0] ?? '';
  const memory = (name: string): number =>
    Number(new RegExp(`${name}:\\s*(?<kib>\\d+)`).exec(of('numa.memory'))?.groups?.['kib'] ?? 0);
  return {
    id: Number(of('numa')),
    cpus: of('numa.cpus').trim(),
    totalKib: memory('MemTotal'),
    freeKib: memory('MemFree'),
    hugePages: valuesOf(group, 'numa.pages').map((text) => {
      const [sizeKib = 0, total = 0, free = 0] = text.split(' ').map(Number);
      return { sizeKib, total, free };
    }),
  };
}

function readAccount(line: string): Account {
  const [name = '', , uid, gid, , home = '', shell = ''] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}

function readPressure(text: string): number | undefined {
  const percent = /\bavg10=(?<percent>[\d.]+)/.exec(text)?.groups?.['percent'];
  return percent === undefined ? undefined : Number(percent) / 100;
}
