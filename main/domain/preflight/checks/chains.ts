import { becomesOneFile } from '../../plan.ts';
import type { DiskFile } from '../../host.ts';
import { fileName } from '../../naming.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { files, readable } from './close.ts';

const TESTED_IN = [
  'test/unit/domain/preflight/disk-chains.test.ts',
  'test/integration/preflight-disks.test.ts',
] as const;

/** What lies below the disks of the instance, and beside them. */
export const CHAIN_CHECKS: readonly MoveCheck[] = [
  {
    id: 'disks.layers',
    title: 'Snapshots beside Nova',
    scope: 'move',
    protectsFrom:
      'Nova starts the instance from `disk`, without the layer that was written to since a snapshot.',
    sources: ['row 19', 'docs/handbook/nova.md'],
    reads: 'The backing chain of every disk file on the source',
    testedIn: [...TESTED_IN, 'test/openstack/scenarios/preflight/of-disks.ts'],
    judge: (evidence) => ({ evidence: chainWords(evidence), ...ofLayers(evidence) }),
  },
  {
    id: 'disks.elsewhere',
    title: 'Files of the domain',
    scope: 'move',
    protectsFrom: 'A disk outside the instance’s directory stays behind, and the instance starts without it.',
    sources: ['docs/handbook/nova.md', 'nova/virt/libvirt/driver.py:12805-12823'],
    reads: 'The domain’s XML on the source: <disk>; qemu-img info: data-file',
    testedIn: [...TESTED_IN, 'test/openstack/scenarios/preflight/of-domain.ts'],
    judge: (evidence) => ({
      evidence: [
        `Domain: ${(evidence.source.instance.domainFiles ?? []).join(', ') || 'no files'}`,
        look(evidence.source.name, ['virsh', 'domblklist', evidence.server.id]),
      ],
      ...ofElsewhere(evidence),
    }),
  },
  {
    id: 'disks.backing-format',
    title: 'Format of the bases',
    scope: 'move',
    protectsFrom: 'A disk that does not say what format its base has is not started by libvirt since 6.0.',
    sources: ['row 16', 'F24', 'lp#1864020'],
    reads: 'qemu-img info of every chain: backing-filename-format',
    testedIn: TESTED_IN,
    judge: (evidence) => ({ evidence: chainWords(evidence), ...ofBackingFormat(evidence) }),
  },
  {
    id: 'disks.chain',
    title: 'Base of the image',
    scope: 'move',
    protectsFrom:
      'Nova puts the image’s base under the disk, whatever it was written on, and the guest sees garbage.',
    sources: ['row 15', 'F22', 'lp#1732428', 'nova/virt/libvirt/imagecache.py:44-52'],
    reads: 'qemu-img info of the root disk; sha1 of the image’s id',
    testedIn: TESTED_IN,
    judge: (evidence) => ({ evidence: chainWords(evidence), ...ofChain(evidence) }),
  },
];

function chainWords({ source, imageBaseName }: MoveEvidence): readonly string[] {
  const disks = readable(source);
  const [first] = disks;
  return [
    ...disks.map(({ chain }) => chain.map(({ path, format }) => `${path} (${format})`).join(' on ')),
    `Base of the image: ${imageBaseName ?? 'none'}`,
    ...(first === undefined
      ? []
      : [look(source.name, ['qemu-img', 'info', '-U', '--backing-chain', first.path])]),
  ];
}

function ofLayers({ source, server }: MoveEvidence): Judgement {
  const disks = readable(source);
  const paths = disks.map((disk) => disk.path);
  const layer = disks.find((disk) => disk.chain.slice(1).some((link) => paths.includes(link.path)));
  if (layer === undefined)
    return { verdict: 'pass', message: `None of ${files(disks.length)} is a layer on another one.` };
  return {
    verdict: 'block',
    message: `${layer.name} is a layer on another disk of the instance: a snapshot was taken beside Nova, which would start the instance without it at the destination.`,
    fix: `On ${source.name}: virsh domblklist ${server.id}, then merge it into the disk alone, never into the base that others share: virsh blockcommit ${server.id} TARGET --shallow --active --pivot`,
  };
}

function ofElsewhere({ source, server }: MoveEvidence): Judgement {
  const disks = source.instance.directory?.disks ?? [];
  const paths = new Set(disks.map((disk) => disk.path));
  const { domainFiles, domain } = source.instance;
  const outside = (domainFiles ?? []).filter((path) => !paths.has(path));
  const data = disks.flatMap(({ name, chain }) =>
    chain.flatMap(({ dataFile }) => (dataFile === undefined ? [] : [`${dataFile} (data of ${name})`])),
  );
  const odd = [...outside, ...data];
  if (odd.length > 0) {
    return {
      verdict: 'block',
      message: `Its domain uses files that Nova does not carry along: ${odd.join(', ')}.`,
      fix: `On ${source.name}: virsh domblklist ${server.id}; take them out of the domain, or bring them into the disk, first.`,
    };
  }
  if (domainFiles === undefined || domain === 'unknown')
    return {
      verdict: 'warn',
      message: `libvirt on ${source.name} did not show which files its domain uses, so that one may lie elsewhere.`,
      fix: `On ${source.name}, as root: virsh domblklist ${server.id}`,
    };
  return {
    verdict: 'pass',
    message:
      domain === 'absent'
        ? `${source.name} has no domain of it, so none that uses files elsewhere.`
        : `Its domain uses ${String(domainFiles.length)} file(s), all in the instance’s directory.`,
  };
}

function ofBackingFormat({ source }: MoveEvidence): Judgement {
  const disks = readable(source);
  const silent = disks.find((disk) =>
    disk.chain.some((link) => link.backingPath !== undefined && link.backingFormat === undefined),
  );
  if (silent === undefined)
    return { verdict: 'pass', message: 'Every disk on a base says what format that has.' };
  return {
    verdict: 'block',
    message: `${silent.name} does not record the format of its backing file; to guess it could turn its content into garbage (F24).`,
    fix: `With the instance off, on ${source.name}: qemu-img rebase -u -F FORMAT -b ${quoted(silent.chain[1]?.path ?? 'BASE')} ${quoted(silent.path)}, with the format that qemu-img info tells of a base you trust.`,
  };
}

/** Old releases keep one resized base a flavor: `<sha1>_<GiB>` (nova/virt/libvirt/imagebackend.py:707-731). */
function isOfImage(path: string, imageBaseName: string): boolean {
  const name = fileName(path);
  return name === imageBaseName || name.startsWith(`${imageBaseName}_`);
}

function ofChain(evidence: MoveEvidence): Judgement {
  const { source, imageBaseName, disks } = evidence;
  const root: DiskFile | undefined = readable(source).find((disk) => disk.role === 'root');
  const base = root?.chain.at(-1);
  if (root === undefined || base === undefined || root.chain.length < 2)
    return { verdict: 'pass', message: 'Its root disk stands by itself, on no base.' };
  if (imageBaseName !== undefined && isOfImage(base.path, imageBaseName) && root.chain.length === 2)
    return {
      verdict: 'pass',
      message: `Its root disk lies on the base of its image, ${fileName(base.path)}.`,
    };
  const what =
    imageBaseName !== undefined && isOfImage(base.path, imageBaseName)
      ? `has ${String(root.chain.length - 1)} files below it, where Nova expects one`
      : `lies on ${base.path}, which is not the base of its image (${imageBaseName ?? 'it has none'}), as after an unshelve by old releases`;
  if (disks.some((disk) => disk.name === root.name && becomesOneFile(disk))) {
    return {
      verdict: 'note',
      message: `The root disk ${what}. It is made into one file without a base before it is copied or on its way, so that Nova cannot put another base under it.`,
    };
  }
  return {
    verdict: 'block',
    message: `The root disk ${what}; Nova would put the image’s base under it at the destination, and the guest would see garbage (F22).`,
    fix: `With the instance off, on ${source.name}: make it one file by qemu-img convert, or qemu-img rebase (not -u) it onto the image’s base.`,
  };
}
