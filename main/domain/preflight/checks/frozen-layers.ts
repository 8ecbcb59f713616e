import type { DiskFile } from '../../host.ts';
import { fileName } from '../../naming.ts';
import { layered } from '../../plan.ts';
import type { MoveCheck } from '../check.ts';
import type { HostEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { quoted } from '../words.ts';
import { files, readable } from './close.ts';

const TESTED_IN = [
  'test/unit/domain/preflight/disk-frozen.test.ts',
  'test/integration/route-thin-refused.test.ts',
] as const;

/** The frozen layers of route thin (docs/adr/0013-route-thin.md). */
export const FROZEN_LAYER_CHECKS: readonly MoveCheck[] = [
  {
    id: 'disks.unmerged',
    title: 'Layers of an earlier move',
    scope: 'move',
    protectsFrom:
      'A disk on a frozen layer of an earlier move would arrive without it: nothing but that layer has its data.',
    sources: ['docs/adr/0013-route-thin.md', 'docs/handbook/nova.md'],
    reads: 'The backing chain of every disk file on the source',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: readable(evidence.source).map(({ chain }) => chain.map(({ path }) => path).join(' on ')),
      ...ofUnmerged(evidence),
    }),
  },
  {
    id: 'disks.freezable',
    title: 'Disks to be frozen',
    scope: 'move',
    protectsFrom:
      'A frozen layer under a disk that Nova has recorded as raw, or that is more than its clusters, would not be what Nova starts.',
    sources: ['docs/adr/0013-route-thin.md', 'nova/virt/libvirt/driver.py:12825', 'qemu-img(1)'],
    reads: 'qemu-img info of every disk that holds the guest’s data; versions of qemu-img on both hosts',
    testedIn: TESTED_IN,
    judge: (evidence) => ({
      evidence: [evidence.source, evidence.destination].map(qemuWords),
      ...ofFreezable(evidence),
    }),
  },
];

function qemuWords({ name, facts }: HostEvidence): string {
  return `${name}: qemu-img ${facts.tools['qemu-img'] ?? 'not found'}`;
}

/** By any route: what stands on a layer must be merged where the layer is. */
function ofUnmerged({ source, server }: MoveEvidence): Judgement {
  const stage = `${source.facts.nova.instancesPath}/_coldhaul/`;
  const disks = readable(source);
  const disk = disks.find(({ chain }) => chain.slice(1).some(({ path }) => path.startsWith(stage)));
  if (disk === undefined)
    return { verdict: 'pass', message: `None of ${files(disks.length)} stands on a frozen layer.` };
  const [, layer] = disk.chain;
  const base = disk.chain.slice(1).find((link) => !link.path.startsWith(stage));
  const [path, below] = [quoted(disk.path), quoted(layer?.path ?? '')];
  const onto = base === undefined ? '' : ` --base ${quoted(base.path)}`;
  return {
    verdict: 'block',
    message: `${disk.name} stands on ${layer?.path ?? ''}, the frozen layer of an earlier move that was not merged yet; Nova would copy the disk without it.`,
    fix: `coldhaul resume of that move merges it. By hand, on ${source.name}: while it runs, virsh blockpull ${server.id} TARGET${onto} --wait; while it is off, qemu-img commit -d -f qcow2 -b ${below} ${path} && qemu-img compare ${below} ${path} && mv ${below} ${path}. Never qemu-img rebase, and remove nothing.`,
  };
}

function ofFreezable(evidence: MoveEvidence): Judgement {
  const { route, source, destination } = evidence;
  if (route !== 'thin') return { verdict: 'pass', message: 'Nothing is frozen on this route.' };
  const planned = layered(evidence);
  const reasons = readable(source)
    .filter(({ name }) => planned.some((disk) => disk.name === name))
    .flatMap((disk) => againstFreezing(disk));
  if (reasons.length > 0) {
    return {
      verdict: 'block',
      message: `${reasons.join('; ')}: such a disk cannot be frozen as a layer.`,
      fix: 'Use --route nova, or --route seed where Nova on the source copies by rsync.',
    };
  }
  const old = [source, destination].find(({ facts }) => isTooOld(facts.tools['qemu-img']));
  if (old !== undefined) {
    return {
      verdict: 'block',
      message: `qemu-img on ${old.name} is ${old.facts.tools['qemu-img'] ?? 'not installed'}; a layer needs 2.0 or newer on both hosts.`,
      fix: `Install it on ${old.name}, or use --route nova.`,
    };
  }
  if (planned.length === 0)
    return { verdict: 'pass', message: 'It has no local disk that would have to be frozen.' };
  return {
    verdict: 'pass',
    message: `${planned.map(({ name }) => name).join(', ')} can be frozen as ${planned.length === 1 ? 'a layer' : 'layers'}.`,
  };
}

/** A raw file under a qcow2 overlay would differ from what disk.info says of the disk, and Nova believes disk.info. */
function againstFreezing({ name, chain }: DiskFile): readonly string[] {
  const [top] = chain;
  if (top === undefined) return [];
  return [
    ...(top.format === 'qcow2' ? [] : [`${name} is ${top.format}, and its overlay would be qcow2`]),
    ...(top.snapshots === undefined ? [] : [`${name} has ${String(top.snapshots.length)} snapshots inside`]),
    ...(top.encrypted === true ? [`${name} is encrypted`] : []),
    ...(top.dataFile === undefined ? [] : [`${name} keeps its data in ${fileName(top.dataFile)}`]),
  ];
}

function isTooOld(version: string | undefined): boolean {
  const major = Number(/(?<major>\d+)\.\d/.exec(version ?? '')?.groups?.['major'] ?? 0);
  return major < 2;
}
