import { formatBytes } from '../../units.ts';
import type { Action } from '../action.ts';
import { bringBack } from '../bases.ts';
import { confirmByHand, waitForPower } from '../by-hand.ts';
import { isRunning, isWhole, lacking, missingBases, rootOf, type CaseFile } from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodAt, goodByProof, goodByRecord, goodUnknown } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { holds, recordWords, state } from '../words.ts';
import { compareOnce, isCompared, isFarSmaller, isProvenBefore } from '../proof.ts';

const TESTED_IN = [
  'test/unit/domain/recovery/verify-resize.test.ts',
  'test/integration/recovery-verify.test.ts',
];

/** VERIFY_RESIZE, in which the instance waits for a verdict. */
export const VERIFY_RESIZE_RULES: readonly Rule[] = [
  {
    id: 'verify-nothing-copied',
    title: 'VERIFY_RESIZE, and nothing was copied',
    failures: ['F03'],
    urgency: 'danger',
    looksLike:
      'Nova says VERIFY_RESIZE; at the destination the root disk is missing, or so small that it can hold nothing but the image.',
    why: 'Nova does not look at what it has copied. It copied to another address than the destination’s, or was told to copy nothing; where it found no disk, it made a new one from the image.',
    whatToDo: [
      'See that the source’s _resize/disk is whole, with its base; bring the base back first if it is gone.',
      'Where the source has <uuid> beside it, set that aside: Nova copied to the wrong address, and a revert removes it.',
      'Revert.',
      'Find out where the copy went before the next try: coldhaul preflight tries the way.',
    ],
    never: [
      NEVER.confirm,
      {
        what: 'a revert while <uuid> lies beside _resize on the source',
        why: 'A revert removes <uuid>, for good; set it aside first.',
        kinds: [],
        when: hasStray,
      },
      NEVER.migrateAgain,
      NEVER.deleteServer,
      NEVER.resetState,
    ],
    mendedWhen:
      'Nova says it is on the source, <uuid>/disk there is the file that was in _resize, and it boots.',
    reads: ['server status', 'the newest migration', 'disks of both hosts', 'a comparison, if one was made'],
    sources: ['F03', 'seed 4', 'docs/handbook/nova.md'],
    testedIn: TESTED_IN,
    find: nothingCopied,
  },
  {
    id: 'verify-base-gone',
    title: 'VERIFY_RESIZE, and the source’s base is gone',
    failures: ['F07', 'F04'],
    urgency: 'danger',
    looksLike: 'Nova says VERIFY_RESIZE; the source’s _resize/disk names a backing file that is not there.',
    why: 'The image cache counts only instances that are on its host, and this one is not; after a day it removes the base.',
    whatToDo: [
      'Bring the base back under its own name, from the destination or from any host that has it.',
      'Then it waits for a verdict as any other: confirm what is proven, or revert.',
    ],
    never: [
      {
        what: 'revert before the base is back',
        why: 'The instance would not start on the source.',
        kinds: ['revert'],
      },
      {
        what: 'confirm before the base is back',
        why: 'It gives up the way back, when a look at the other disks was all that was missing.',
        kinds: ['confirm'],
      },
      NEVER.resetState,
    ],
    mendedWhen: 'qemu-img info --backing-chain of _resize/disk shows the whole chain.',
    reads: ['server status', 'backing chains of the source', 'image caches of both hosts'],
    sources: ['F07', 'nova/compute/manager.py:12022-12026', 'nova/conf/imagecache.py:70'],
    testedIn: TESTED_IN,
    find: baseGone,
  },
  {
    id: 'verify-waits',
    title: 'VERIFY_RESIZE, waiting for a verdict',
    failures: ['F04'],
    urgency: 'waits',
    looksLike: 'Nova says VERIFY_RESIZE; both hosts hold whole disks.',
    why: 'Nobody has confirmed or reverted. Meanwhile both hosts’ room is taken, the source cannot be emptied, and the clocks of Nova run.',
    whatToDo: [
      'If the guest has not run at the destination, have both sides compared.',
      'Confirm what is proven; otherwise look into the guest, and confirm or revert by what it says.',
    ],
    never: [
      { what: 'confirming all that waits at once', why: 'One of them may be a copy of nothing.', kinds: [] },
      NEVER.resetState,
      NEVER.deleteServer,
    ],
    mendedWhen: 'The record is confirmed or reverted, there is no _resize, and one host has the allocation.',
    reads: ['server status', 'disks of both hosts', 'Coldhaul’s own proof', 'a comparison, if one was made'],
    sources: ['F04', 'seed 4'],
    testedIn: TESTED_IN,
    find: waits,
  },
];

function isVerify({ server }: CaseFile): boolean {
  return server.status === 'VERIFY_RESIZE';
}

function hasStray({ source }: CaseFile): boolean {
  return source?.instance.directory !== undefined;
}

/** Where nothing, or not all, of it came to the destination; what else lies on the source is its affair, too. */
export function nothingCopied(file: CaseFile): Finding | undefined {
  const { source, destination, hasRoot, evidence } = file;
  if (!isVerify(file) || !hasRoot || source === undefined || destination === undefined) return undefined;
  const { resizeDirectory: from, directory: stray } = source.instance;
  const to = destination.instance.directory;
  const [theirs, ours] = [rootOf(from), rootOf(to)];
  if (from === undefined || theirs === undefined) return undefined;
  const steps: readonly Action[] = [
    ...bringBack(file, source, missingBases(from)),
    ...(stray === undefined
      ? []
      : [{ kind: 'set-aside', host: source.name, path: stray.path } satisfies Action]),
    { kind: 'revert' },
  ];
  const seen = [
    state(file),
    ...recordWords(file),
    holds(source.name, from, theirs),
    ...(stray === undefined ? [] : [`${source.name} also has ${stray.path}, which Nova does not know of`]),
  ];
  if (to === undefined || ours === undefined) {
    return {
      confidence: 'certain',
      goodCopy: goodByRecord(file, source, from),
      verdict: `${destination.name} has no root disk of it: nothing was copied, and the only copy is on ${source.name}.`,
      because: [
        ...seen,
        `On ${destination.name} there is no root disk in ${destination.instancesPath}/${file.server.id}`,
      ],
      steps,
    };
  }
  const because = [...seen, holds(destination.name, to, ours)];
  const lost = lacking(from, to).filter(({ role }) => role !== 'swap');
  if (lost.length > 0) {
    const names = lost.map(({ name }) => name).join(', ');
    return {
      confidence: 'certain',
      goodCopy: goodAt(file, source, from, 'the other lacks disks'),
      verdict: `${destination.name} has no ${names} of it: not all was copied, and the only copy is on ${source.name}.`,
      because: [...because, `There is no ${names} in ${to.path} on ${destination.name}`],
      steps,
    };
  }
  const compared = isCompared(evidence, theirs.path, ours.path);
  if (compared === 'differs' && !isRunning(destination)) {
    return {
      confidence: 'certain',
      goodCopy: goodAt(file, source, from, 'by comparison'),
      verdict: `The root disk on ${destination.name} is not that of ${source.name}: the copy is bad.`,
      because: [...because, 'Both were read and compared: they differ'],
      steps,
    };
  }
  if (!isFarSmaller(ours, theirs) || compared === 'equal') return undefined;
  // A root disk beside _resize is what Nova copied, onto its own host.
  const isStray = rootOf(stray) !== undefined;
  return {
    confidence: isStray ? 'certain' : 'likely',
    goodCopy: goodAt(file, source, from, 'by its size'),
    verdict: `The root disk on ${destination.name} takes up ${formatBytes(ours.allocatedBytes)}, that on ${source.name} ${formatBytes(theirs.allocatedBytes)}: ${
      isStray
        ? `Nova copied onto ${source.name} itself, and nothing was copied to ${destination.name}.`
        : 'it looks like a new one from the image, and nothing was copied.'
    }`,
    because,
    steps: isRunning(destination) ? steps : [...compareOnce(file), ...steps],
  };
}

function baseGone(file: CaseFile): Finding | undefined {
  const { source } = file;
  if (!isVerify(file) || source === undefined) return undefined;
  const missing = missingBases(source.instance.resizeDirectory);
  if (missing.length === 0) return undefined;
  return {
    confidence: 'certain',
    goodCopy: goodUnknown(file),
    verdict: `On ${source.name} the base ${missing.join(', ')} is gone, which the way back needs.`,
    because: [
      state(file),
      `${source.instance.resizeDirectory?.path ?? ''} names ${missing.join(', ')}, which is not there`,
    ],
    steps: bringBack(file, source, missing),
  };
}

function waits(file: CaseFile): Finding | undefined {
  const { source, destination, server } = file;
  if (!isVerify(file) || source === undefined || destination === undefined) return undefined;
  // No verdict is open there: it goes back.
  if (nothingCopied(file) !== undefined) return undefined;
  const [from, to] = [source.instance.resizeDirectory, destination.instance.directory];
  if (!isWhole(to) || !isWhole(from) || from === undefined || to === undefined) return undefined;
  if (file.hasRoot && (rootOf(from) === undefined || rootOf(to) === undefined)) return undefined;
  const isProven = isProvenBefore(file);
  const runs = isRunning(destination);
  const compare = runs ? [] : compareOnce(file);
  const isCalledOff = runs && server.powerState !== undefined && server.powerState !== 1;
  const because = [
    state(file),
    ...recordWords(file),
    `Whole disks in ${from.path} on ${source.name} and ${to.path} on ${destination.name}`,
    isProven
      ? 'The copy was proven equal'
      : runs
        ? 'The guest runs at the destination, so its disks differ by now'
        : compare.length > 0
          ? 'Nobody has compared them yet'
          : 'Comparing them would tell nothing',
    ...(isCalledOff
      ? ['Nova calls the guest off until its next power sync; a confirm before that would stop it']
      : []),
  ];
  if (isProven) {
    return {
      confidence: 'certain',
      goodCopy: goodByProof(file),
      verdict: `It waits for a verdict; the copy on ${destination.name} is proven.`,
      because,
      steps: [...(isCalledOff ? [waitForPower(file)] : []), { kind: 'confirm' }, { kind: 'revert' }],
    };
  }
  return {
    confidence: runs ? 'likely' : 'open',
    goodCopy: goodUnknown(file),
    verdict: runs
      ? `It runs on ${destination.name} and waits for a verdict; that all was copied can no longer be proven, only looked at in the guest.`
      : `It waits for a verdict, and whether all was copied to ${destination.name} is not known.`,
    because,
    steps: [...(compare.length > 0 ? compare : [confirmByHand(file)]), { kind: 'revert' }],
    ...(!runs && {
      wouldTell:
        compare.length > 0
          ? 'Reading both disks to the end and comparing them.'
          : 'A look into both, by guestfish --ro: which one has the newest data.',
    }),
  };
}
