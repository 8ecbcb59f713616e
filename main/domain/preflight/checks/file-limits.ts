import type { StorageTraits } from '../../host-traits.ts';
import { formatBytes } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';
import { withTraits } from './traits.ts';

/** What the move itself makes beside disks and bases: directories, notes, pins, Nova’s own files. */
const OWN_FILES = 32;
const LOW_SHARE = 0.01;
/** Mount options that turn on quotas of users (mount(8), xfs(5)). */
const QUOTAS = /^(?:quota|usrquota|uquota|usrjquota)\b/;

/** What may run out at the destination before the bytes do. */
export const FILE_LIMIT_CHECKS: readonly MoveCheck[] = [
  {
    id: 'destination.inodes',
    title: 'Inodes at the destination',
    scope: 'move',
    protectsFrom: 'A file system without inodes takes no file more, however many bytes are free.',
    sources: ['row 12'],
    reads: 'Free and all inodes of the destination’s instances directory; files that travel',
    testedIn: [
      'test/unit/domain/preflight/host-file-system.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [
        look(evidence.destination.name, ['df', '-i', evidence.destination.facts.nova.instancesPath]),
      ],
      ...withTraits(evidence.destination, ({ storage }) => ofInodes(evidence, storage)),
    }),
  },
  {
    id: 'destination.quota',
    title: 'Disk quota',
    scope: 'move',
    protectsFrom: 'The copy stops where Nova’s user may write no more, though the disk has room.',
    sources: ['row 12', 'quota(1)'],
    reads: 'quota of Nova’s user on the destination; bytes that travel',
    testedIn: [
      'test/unit/domain/preflight/host-file-system.test.ts',
      'test/integration/preflight-hosts.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [look(evidence.destination.name, ['quota', '-u', evidence.destination.facts.novaUser.name])],
      ...withTraits(evidence.destination, ({ storage }) => ofQuota(evidence, storage)),
    }),
  },
];

function ofInodes({ destination, disks, bases }: MoveEvidence, { totalInodes }: StorageTraits): Judgement {
  const free = destination.facts.instancesFileSystem.freeInodes;
  if (totalInodes === 0)
    return { verdict: 'pass', message: `The file system of ${destination.name} does not count inodes.` };
  const needed = disks.length + bases.length + OWN_FILES;
  const numbers = `${String(free)} of ${String(totalInodes)} inodes are free on ${destination.name}, ${String(needed)} are needed`;
  if (free < needed) {
    return {
      verdict: 'block',
      message: `${numbers}.`,
      fix: `On ${destination.name}: find ${quoted(destination.facts.nova.instancesPath)} -xdev -printf '%h\\n' | sort | uniq -c | sort -n | tail`,
    };
  }
  if (free - needed < totalInodes * LOW_SHARE)
    return {
      verdict: 'warn',
      message: `${numbers}: under one in a hundred is left for everything else there.`,
    };
  return { verdict: 'pass', message: `${numbers}.` };
}

function ofQuota({ destination, disks, bases }: MoveEvidence, storage: StorageTraits): Judgement {
  const { quotaFreeBytes, isQuotaTold, options } = storage;
  const user = destination.facts.novaUser.name;
  if (quotaFreeBytes === undefined) {
    if (isQuotaTold || !options.some((option) => QUOTAS.test(option)))
      return { verdict: 'pass', message: `${user} has no disk quota on ${destination.name}.` };
    return {
      verdict: 'note',
      message: `${destination.name} has disk quotas on ${storage.mountPoint}, and no quota to ask what ${user} may still write.`,
      fix: `On ${destination.name}: apt-get install quota, or repquota ${quoted(storage.mountPoint)}`,
    };
  }
  const staged = bases.filter(({ action }) => action === 'stage');
  const needed = [
    ...disks.map(({ bytesToMove }) => bytesToMove),
    ...staged.map(({ allocatedBytes }) => allocatedBytes),
  ].reduce((left, right) => left + right, 0);
  const numbers = `${formatBytes(needed)} arrive, and the disk quota of ${user} on ${destination.name} leaves ${formatBytes(quotaFreeBytes)}`;
  if (needed <= quotaFreeBytes) return { verdict: 'pass', message: `${numbers}.` };
  return {
    verdict: 'block',
    message: `${numbers}.`,
    fix: `On ${destination.name}: edquota -u ${quoted(user)}`,
  };
}
