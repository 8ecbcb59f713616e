import { fileName } from '../../naming.ts';
import { becomesOneFile, type DiskPlan } from '../../plan.ts';
import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

/** Bases that Nova makes by itself, on each host anew. */
export const BASE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'bases.ephemeral',
    title: 'Ephemeral bases',
    scope: 'move',
    protectsFrom:
      'Each host makes its ephemeral base by its own mkfs; a disk on another one is a broken file system.',
    sources: ['row 17', 'F23', 'docs/handbook/nova.md', 'nova/virt/libvirt/driver.py:5421-5455'],
    reads: 'Size, first bytes and digest of the ephemeral bases on both hosts',
    testedIn: ['test/unit/domain/preflight/disk-bases.test.ts', 'test/integration/preflight-bases.test.ts'],
    judge: (evidence) => ({ evidence: baseWords(evidence), ...ofEphemeral(evidence) }),
  },
];

function baseWords({ source, destination, disks }: MoveEvidence): readonly string[] {
  const paths = [...new Set(disks.filter((disk) => disk.role === 'ephemeral').flatMap((disk) => disk.chain))];
  return [
    ...disks
      .filter((disk) => disk.role === 'ephemeral')
      .map(({ name, strategy, reason }) => `${name}: ${strategy}, because ${reason}`),
    look(`${source.name} and ${destination.name}`, [
      'ls',
      '-la',
      ...(paths.length > 0 ? paths : [`${source.facts.nova.instancesPath}/_base`]),
    ]),
  ];
}

/** What is done with each is in the plan of the disks; it is told here, because the reason is worth knowing. */
function ofEphemeral({ disks, bases, destination }: MoveEvidence): Judgement {
  const onBase = disks.filter((disk) => disk.role === 'ephemeral' && disk.chain.length > 0);
  if (onBase.length === 0)
    return { verdict: 'pass', message: 'It has no ephemeral disk that lies on a base.' };
  const flattened = onBase.filter(becomesOneFile);
  if (flattened.length > 0) {
    const bytes = flattened.reduce((sum, disk) => sum + disk.bytesToMove, 0);
    return {
      verdict: 'note',
      message: `${names(flattened)}: ${destination.name} holds another file under the name of the base, as every host makes its own. So ${flattened.length === 1 ? 'it is' : 'they are'} made into one file without a base, at most ${formatBytes(bytes)}, and that one is copied.`,
    };
  }
  const staged = bases.filter(
    (base) => base.action === 'stage' && onBase.some((disk) => disk.chain.includes(base.path)),
  );
  if (staged.length > 0) {
    return {
      verdict: 'pass',
      message: `${destination.name} has no ${staged.map((base) => fileName(base.path)).join(', ')} yet: it is copied before the instance is stopped, so that Nova makes none of its own.`,
    };
  }
  return {
    verdict: 'pass',
    message: `${names(onBase)}: both hosts have the same base, byte for byte.`,
  };
}

function names(disks: readonly DiskPlan[]): string {
  return disks.map((disk) => disk.name).join(', ');
}
