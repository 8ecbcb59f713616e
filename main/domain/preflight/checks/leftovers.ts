import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence, MoveHostEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';

/** What lies where the move wants to write. */
export const LEFTOVER_CHECKS: readonly MoveCheck[] = [
  {
    id: 'source.leftovers',
    title: 'Left at the source',
    scope: 'move',
    protectsFrom: 'A left _resize may hold the only good copy, and the next migrate deletes it.',
    sources: ['row 39', 'F27', 'G2', 'lp#1960230', 'nova/virt/libvirt/driver.py:12789-12792'],
    reads: 'The source’s instances directory: <uuid>_resize',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: ({ source, server }) => ({ evidence: lookFor(server.id, source), ...ofSourceLeftovers(source) }),
  },
  {
    id: 'destination.leftovers',
    title: 'Left at the destination',
    scope: 'move',
    protectsFrom: 'Nova takes what it finds there for its own copy, or removes it.',
    sources: ['row 39', 'F27', 'nova/virt/libvirt/volume/remotefs.py:310-316'],
    reads: 'The destination’s instances directory: <uuid> and <uuid>_resize',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: ({ destination, server }) => ({
      evidence: lookFor(server.id, destination),
      ...ofDestinationLeftovers(destination),
    }),
  },
  {
    id: 'hosts.kept',
    title: 'Kept from earlier',
    scope: 'move',
    protectsFrom: 'Copies that were set aside fill the disks, and nobody knows of them.',
    sources: ['G4', 'docs/adr/0004-route-seed.md'],
    reads: 'Other names in both instances directories that carry the instance’s id',
    testedIn: ['test/integration/preflight-basics.test.ts'],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].flatMap((host) => lookFor(evidence.server.id, host)),
      ...ofKept(evidence),
    }),
  },
  {
    id: 'hosts.temporary',
    title: 'Left by a copy that broke off',
    scope: 'move',
    protectsFrom: 'Half of a copy takes up room for ever, and may be taken for a whole one.',
    sources: ['F18', 'nova/virt/libvirt/driver.py:12705-12725'],
    reads: 'Instance’s directories and _base on both hosts: *_rbase, *.tmp, *.part, *.converted',
    testedIn: [
      'test/unit/domain/preflight/disk-leftovers.test.ts',
      'test/integration/preflight-disks.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map((host) =>
        look(host.name, ['ls', '-la', `${host.facts.nova.instancesPath}/_base`]),
      ),
      ...ofTemporary(evidence),
    }),
  },
  {
    id: 'hosts.old-directory',
    title: 'Directory of an old release',
    scope: 'move',
    protectsFrom:
      'Nova before Grizzly named the directory after libvirt’s name, and releases for years after took that one first.',
    sources: ['row 39', 'nova/virt/libvirt/utils.py (get_instance_path)'],
    reads: 'Both instances directories: the name that libvirt gives the instance',
    testedIn: [
      'test/unit/domain/preflight/disk-leftovers.test.ts',
      'test/integration/preflight-disks.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map((host) =>
        look(host.name, [
          'ls',
          '-la',
          `${host.facts.nova.instancesPath}/${evidence.server.instanceName ?? 'instance-*'}`,
        ]),
      ),
      ...ofOldDirectory(evidence),
    }),
  },
  {
    id: 'destination.instances-directory',
    title: 'Way into the directory',
    scope: 'move',
    protectsFrom:
      'QEMU’s user cannot pass, and no instance starts there; a failed copy by Nova’s rsync leaves it so.',
    sources: ['docs/handbook/nova.md', 'nova/virt/libvirt/volume/remotefs.py:280-308'],
    reads: 'Mode of the destination’s instances directory',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: ({ destination }) => ({
      evidence: [
        `Mode ${destination.root?.mode.toString(8) ?? 'not read'}`,
        look(destination.name, ['stat', '-c', '%a %U', destination.facts.nova.instancesPath]),
      ],
      ...ofDestinationMode(destination),
    }),
  },
];

function lookFor(id: string, { name, facts }: MoveHostEvidence): readonly string[] {
  return [look(name, ['find', facts.nova.instancesPath, '-maxdepth', '2', '-name', `*${id}*`])];
}

function ofSourceLeftovers({ name, instance }: MoveHostEvidence): Judgement {
  if (instance.resizeDirectory === undefined)
    return { verdict: 'pass', message: 'Nothing is left at the source from an earlier move.' };
  const { path } = instance.resizeDirectory;
  return {
    verdict: 'block',
    message: `${path} is left on ${name} from an earlier move; it may hold the only good copy, and a migrate would delete it.`,
    fix: aside(name, path),
  };
}

function ofDestinationLeftovers({ name, instance }: MoveHostEvidence): Judgement {
  const paths = [instance.directory, instance.resizeDirectory].flatMap((found) => found?.path ?? []);
  const [first] = paths;
  if (first === undefined)
    return { verdict: 'pass', message: 'Nothing of the instance is at the destination yet.' };
  return {
    verdict: 'block',
    message: `${name} already has ${paths.join(' and ')}.`,
    fix: aside(name, first),
  };
}

function aside(host: string, path: string): string {
  return `After making sure that nothing needs it, on ${host}: mv ${quoted(path)} ${quoted(path)}.kept`;
}

function ofKept({ source, destination }: MoveEvidence): Judgement {
  const kept = [source, destination].filter(({ instance }) => instance.leftovers.length > 0);
  if (kept.length === 0) return { verdict: 'pass', message: 'Nothing was set aside earlier.' };
  const lies = kept.map(({ name, instance }) => `on ${name}: ${instance.leftovers.join(', ')}`);
  return { verdict: 'note', message: `From earlier lie, ${lies.join('; ')}.` };
}

const TEMPORARY = /(?:_rbase|\.tmp|\.part|\.converted)$/;

/** Of `qemu-img convert` before Liberty (disk_rbase), of Nova's test for a shared path (<hex>.tmp), of a download (.part, .converted). */
function ofTemporary({ source, destination }: MoveEvidence): Judgement {
  const hosts = [source, destination];
  const left = hosts.flatMap(({ name, instance }) => {
    const inside = [instance.directory, instance.resizeDirectory].flatMap((found) => found?.others ?? []);
    const files = [...inside, ...(instance.close?.bases ?? [])].filter(({ path }) => TEMPORARY.test(path));
    return files.map(({ path, allocatedBytes }) => ({ name, path, allocatedBytes }));
  });
  const [first] = left;
  if (first === undefined) {
    const unlisted = hosts.filter(({ instance }) => instance.close?.bases === undefined);
    if (unlisted.length === 0)
      return { verdict: 'pass', message: 'No copy that broke off has left anything on either host.' };
    return {
      verdict: 'note',
      message: `The bases on ${unlisted.map(({ name }) => name).join(' and ')} were not listed, so whether something is left there is not known.`,
    };
  }
  const bytes = left.reduce((sum, file) => sum + file.allocatedBytes, 0);
  return {
    verdict: 'note',
    message: `Copies that broke off have left ${formatBytes(bytes)}: ${left.map(({ name, path }) => `${path} on ${name}`).join(', ')}. They are not carried along.`,
    fix: `If nothing is being copied or fetched there now, on ${first.name}: fuser -v ${quoted(first.path)}, then rm ${quoted(first.path)}`,
  };
}

function ofOldDirectory({ source, destination }: MoveEvidence): Judgement {
  const found = [source, destination].flatMap((host) => {
    const path = host.instance.close?.oldDirectory;
    return path === undefined ? [] : [{ host: host.name, path }];
  });
  const [first] = found;
  if (first !== undefined) {
    return {
      verdict: 'warn',
      message: `${found.map(({ host, path }) => `${path} lies on ${host}`).join(', ')}: a directory by the name that libvirt gives this instance, as Nova before Grizzly made it. Coldhaul moves what lies under its id; make sure that the disks in use are those.`,
      fix: `After a look at both, on ${first.host}: mv ${quoted(first.path)} ${quoted(first.path)}.kept`,
    };
  }
  const unread = [source, destination].filter(({ instance }) => instance.close === undefined);
  if (unread.length > 0)
    return {
      verdict: 'note',
      message: `This was not read on ${unread.map(({ name }) => name).join(' and ')}.`,
    };
  return { verdict: 'pass', message: 'Neither host has a directory by libvirt’s name for it.' };
}

/** QEMU runs as its own user and must pass through the directory; a failed copy by Nova's rsync leaves it at 0700. */
function ofDestinationMode({ name, facts, root }: MoveHostEvidence): Judgement {
  const path = facts.nova.instancesPath;
  if (root === undefined) {
    return {
      verdict: 'block',
      message: `${name} has no ${path}.`,
      fix: 'Check instances_path in its nova.conf.',
    };
  }
  if ((root.mode & 0o001) !== 0)
    return { verdict: 'pass', message: `QEMU can pass through ${path} on ${name}.` };
  return {
    verdict: 'block',
    message: `${path} on ${name} has mode ${root.mode.toString(8)}: QEMU could not open any disk in it, so no instance would start there.`,
    fix: `On ${name}: chmod 0755 ${quoted(path)}`,
  };
}
