import type { ChainLink, DiskFile, InstanceDirectory } from '../../host.ts';
import { fileName, showCommand } from '../../naming.ts';
import { isWhole, rootOf, type CaseFile, type Seen } from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodAt } from '../good-copy.ts';
import { originOf } from '../proof.ts';
import type { Finding, Rule } from '../rule.ts';
import { state } from '../words.ts';

/** What the disks are written on. */
export const DISK_RULES: readonly Rule[] = [
  {
    id: 'wrong-base',
    title: 'The disk was written on another base than its image’s',
    failures: ['F22'],
    urgency: 'danger',
    looksLike:
      'The backing file of <uuid>/disk in _base is not sha1 of its image’s id, and the destination has not the same one under it.',
    why: 'The instance was unshelved by an old Nova, or its disk was put there by hand.',
    whatToDo: [
      'While it waits in VERIFY_RESIZE: revert, and let the old base be where it is.',
      'Before the next move: flatten it. Coldhaul does that by itself.',
    ],
    never: [
      NEVER.confirm,
      {
        what: 'qemu-img rebase -u',
        why: 'It changes the name of the base, not the data that are missing.',
        kinds: [],
      },
    ],
    mendedWhen: 'What the guest reads is the same as before.',
    reads: ['backing chains', 'the image’s id'],
    sources: ['F22', 'lp#1732428'],
    testedIn: ['test/unit/domain/recovery/disks.test.ts', 'test/integration/recovery-bases.test.ts'],
    find: wrongBase,
  },
  {
    id: 'other-ephemeral-base',
    title: 'An ephemeral disk lies on a base that another host made',
    failures: ['F23'],
    urgency: 'danger',
    looksLike: 'Both hosts have an ephemeral base of one name under the disk, and they differ.',
    why: 'Each host makes it by its own mkfs; a disk written on the one is a broken file system on the other.',
    whatToDo: ['While it waits in VERIFY_RESIZE: revert.', 'Before the next move: let Coldhaul flatten it.'],
    never: [
      NEVER.confirm,
      { what: 'fsck at the destination', why: 'It mends the wrong base’s errors into the data.', kinds: [] },
    ],
    mendedWhen: 'The file system is clean, on the host that the disk came from.',
    reads: ['the first MiB of each ephemeral base'],
    sources: ['F23', 'docs/handbook/nova.md'],
    testedIn: ['test/unit/domain/recovery/disks.test.ts', 'test/integration/recovery-verify.test.ts'],
    find: otherEphemeralBase,
  },
  {
    id: 'no-backing-format',
    title: 'A disk does not say what format its base has',
    failures: ['F24'],
    urgency: 'stuck',
    looksLike: 'libvirt refuses to start it: the format of the backing image was not specified.',
    why: 'The disk was made before Ussuri; libvirt 6.0 and QEMU 6.1 no longer guess.',
    whatToDo: [
      'With the instance off, write the format of the base into the disk, after it was looked at with a tool that does not guess.',
    ],
    never: [{ what: 'guessing raw', why: 'A qcow2 base read as raw is garbage, and written on.', kinds: [] }],
    mendedWhen: 'qemu-img info names a backing file format, and it boots.',
    reads: ['backing chains'],
    sources: ['F24', 'lp#1864020'],
    testedIn: ['test/unit/domain/recovery/disks.test.ts', 'test/integration/recovery-bases.test.ts'],
    find: noFormat,
  },
];

/** Disks of a host under whichever name, one file with its links above the end of its chain. */
function disksOf({ instance }: Seen): readonly DiskFile[] {
  const directories: readonly (InstanceDirectory | undefined)[] = [
    instance.directory,
    instance.resizeDirectory,
  ];
  return directories.flatMap((directory) => directory?.disks ?? []);
}

function isUndecided({ server }: CaseFile): boolean {
  return server.status === 'VERIFY_RESIZE' || server.status === 'ERROR';
}

/** Name of the image's base under a disk: what lies in the image cache, not a layer of ours above it. */
function baseOf(disk: DiskFile | undefined): string | undefined {
  const path = disk?.chain
    .flatMap(({ backingPath }) => backingPath ?? [])
    .find((each) => /\/_base\//.test(each));
  return path === undefined ? undefined : fileName(path);
}

function wrongBase(file: CaseFile): Finding | undefined {
  const { server, source, destination, evidence } = file;
  const wanted = evidence.imageBaseName;
  if (!isUndecided(file) || wanted === undefined || source === undefined) return undefined;
  const root = disksOf(source).find(({ role }) => role === 'root');
  const base = baseOf(root);
  // Grizzly and older put the size behind it (nova/virt/libvirt/imagebackend.py:707-731).
  if (root === undefined || base === undefined || base === wanted || base.startsWith(`${wanted}_`))
    return undefined;
  const there = destination?.instance.directory;
  // It lies on the very base, or on none: then it was flattened before it travelled.
  const lies = rootOf(there);
  if (isWhole(there) && lies !== undefined && [base, undefined].includes(baseOf(lies))) return undefined;
  return {
    confidence: 'certain',
    goodCopy: goodAt(file, source, originOf(file), 'by its base'),
    verdict: `Its disk was written on ${base}; the base that Nova brings to the destination is ${wanted}, and on that the guest reads garbage.`,
    because: [
      state(file),
      `${root.path} on ${source.name} names ${base}`,
      `sha1 of its image’s id is ${wanted}`,
      ...(there === undefined || destination === undefined
        ? []
        : [`The disk on ${destination.name} names ${baseOf(rootOf(there)) ?? 'no base'}`]),
    ],
    steps: server.status === 'VERIFY_RESIZE' ? [{ kind: 'revert' }] : [],
  };
}

function otherEphemeralBase(file: CaseFile): Finding | undefined {
  const { source, destination, server } = file;
  if (!isUndecided(file) || source === undefined || destination === undefined) return undefined;
  const used = (host: Seen): ReadonlySet<string> =>
    new Set(
      disksOf(host).flatMap(({ role, chain }) =>
        role === 'ephemeral' ? chain.slice(1).map((link: ChainLink) => fileName(link.path)) : [],
      ),
    );
  const heads = (host: Seen): ReadonlyMap<string, string> =>
    new Map([...(host.instance.close?.baseHeads ?? [])].map(([path, head]) => [fileName(path), head]));
  const [ours, theirs] = [heads(source), heads(destination)];
  // A disk that was flattened on the way lies on no base there, and is right.
  const there = used(destination);
  const differs = [...used(source)].filter(
    (name) => there.has(name) && ours.has(name) && theirs.has(name) && ours.get(name) !== theirs.get(name),
  );
  if (differs.length === 0) return undefined;
  return {
    confidence: 'certain',
    verdict: `${differs.join(', ')} on ${source.name} and on ${destination.name} are two file systems; its ephemeral disk belongs to the first.`,
    because: [state(file), ...differs.map((name) => `${name} differs in its first MiB`)],
    steps: server.status === 'VERIFY_RESIZE' ? [{ kind: 'revert' }] : [],
  };
}

function noFormat(file: CaseFile): Finding | undefined {
  const { server } = file;
  if (server.status !== 'ERROR' && server.status !== 'SHUTOFF') return undefined;
  const found = file.seen.flatMap((host) =>
    disksOf(host).flatMap(({ chain }) =>
      chain.flatMap((link, index) => {
        const base = chain[index + 1];
        return link.backingPath !== undefined && link.backingFormat === undefined && base !== undefined
          ? [{ host: host.name, path: link.path, base }]
          : [];
      }),
    ),
  );
  const [first] = found;
  if (first === undefined) return undefined;
  return {
    confidence: server.fault?.message.includes('format of backing image') === true ? 'certain' : 'likely',
    verdict: `${first.path} on ${first.host} does not say what format ${fileName(first.base.path)} has; libvirt since 6.0 does not start it.`,
    because: [state(file), ...found.map(({ host, path, base }) => `${path} on ${host}, on ${base.path}`)],
    steps: found.map(({ host, path, base }) => ({
      kind: 'by-hand',
      title: 'Write the format of its base into it',
      where: host,
      commands: [
        showCommand(['qemu-img', 'info', base.path]),
        showCommand(['qemu-img', 'rebase', '-u', '-F', base.format, '-b', base.path, path]),
      ],
      changes: 'One word in the head of the disk; no data.',
      undo: 'The same without -F, with an old qemu-img.',
      check: `qemu-img info ${path} names the backing file format ${base.format}.`,
    })),
  };
}
