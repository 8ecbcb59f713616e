import { bringBack } from '../bases.ts';
import { confirmByHand, findDisks, nameForRevert } from '../by-hand.ts';
import { isRunning, isWhole, missingBases, rootOf, type CaseFile } from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodByRecord, goodUnknown } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, state } from '../words.ts';

const TESTED_IN = [
  'test/unit/domain/recovery/verify-resize.test.ts',
  'test/integration/recovery-verdict.test.ts',
];

/** VERIFY_RESIZE, where one of the two sets of disks is not what it should be. */
export const VERIFY_BROKEN_RULES: readonly Rule[] = [
  {
    id: 'verify-source-gone',
    title: 'VERIFY_RESIZE, and the source’s disks are gone',
    failures: ['F07'],
    urgency: 'danger',
    looksLike: 'Nova says VERIFY_RESIZE; the source has no <uuid>_resize with a root disk.',
    why: 'Somebody removed or renamed it by hand.',
    whatToDo: [
      'Where the source has the disks as <uuid>, give them the name _resize again: that is where a revert looks.',
      'Otherwise look into the guest at the destination: if it is in order, confirm; nothing is left to go back to.',
    ],
    never: [
      {
        what: 'revert',
        why: 'Nova removes the disks at the destination first, and then finds none at the source.',
        kinds: ['revert'],
      },
      NEVER.resetState,
      NEVER.deleteServer,
    ],
    mendedWhen: 'The source has _resize with its root disk, or the record is confirmed.',
    reads: ['server status', 'the newest migration', 'directories of both hosts'],
    sources: ['F07', 'nova/compute/manager.py:6017-6020'],
    testedIn: TESTED_IN,
    find: sourceGone,
  },
  {
    id: 'verify-destination-broken',
    title: 'VERIFY_RESIZE, and the disks at the destination cannot be read',
    failures: ['F21', 'F03'],
    urgency: 'danger',
    looksLike:
      'Nova says VERIFY_RESIZE; at the destination a disk names a base that is not there, or qemu-img cannot read it.',
    why: 'The base did not come with it and was not fetched, or the copy is torn. A guest that is off does not notice before its next start.',
    whatToDo: [
      'Bring the base to the destination, under its own name; then have both sides compared.',
      'Where it is the disk itself that is broken: revert.',
    ],
    never: [NEVER.confirm, NEVER.deleteServer, NEVER.resetState],
    mendedWhen: 'qemu-img info --backing-chain of the disk at the destination shows the whole chain.',
    reads: ['server status', 'backing chains of the destination', 'image caches of both hosts'],
    sources: ['F21', 'F03'],
    testedIn: TESTED_IN,
    find: destinationBroken,
  },
];

function sourceGone(file: CaseFile): Finding | undefined {
  const { server, source, destination, hasRoot } = file;
  if (server.status !== 'VERIFY_RESIZE' || !hasRoot || source === undefined) return undefined;
  const { directory, resizeDirectory } = source.instance;
  if (rootOf(resizeDirectory) !== undefined) return undefined;
  const isRenamed = rootOf(directory) !== undefined;
  const to = destination?.instance.directory;
  const isThere = rootOf(to) !== undefined;
  const because = [
    state(file),
    ...recordWords(file),
    `${source.name} has no root disk in ${source.instancesPath}/${server.id}_resize`,
    ...(isRenamed ? [`It has one in ${directory?.path ?? ''}`] : []),
    ...source.instance.leftovers.map((left) => `${source.name} has ${left}`),
    ...(destination === undefined ? [] : [`${destination.name} has ${isThere ? 'a' : 'no'} root disk of it`]),
  ];
  if (isRenamed) {
    return {
      confidence: 'certain',
      goodCopy: isThere ? goodUnknown(file) : goodByRecord(file, source, directory),
      verdict: `On ${source.name} the disks have the name ${server.id} already, and a revert would not find them.`,
      because,
      steps: [nameForRevert(file, source), { kind: 'revert' }],
    };
  }
  return {
    confidence: 'certain',
    goodCopy: goodUnknown(file),
    verdict: isThere
      ? `${source.name} has nothing to go back to; the only disks are on ${destination?.name ?? 'the destination'}.`
      : `${source.name} has no root disk of it${destination === undefined ? '' : `, and neither has ${destination.name}`}.`,
    because,
    steps: [findDisks(file, source.instancesPath), ...(isThere ? [confirmByHand(file)] : [])],
  };
}

function destinationBroken(file: CaseFile): Finding | undefined {
  const { server, source, destination } = file;
  if (server.status !== 'VERIFY_RESIZE' || destination === undefined) return undefined;
  const to = destination.instance.directory;
  if (to === undefined || (file.hasRoot && rootOf(to) === undefined) || isWhole(to)) return undefined;
  const missing = missingBases(to);
  return {
    confidence: 'certain',
    // Its own overlay may be the newer one, as soon as the base is back.
    goodCopy:
      missing.length > 0 || isRunning(destination)
        ? goodUnknown(file)
        : goodByRecord(file, source, source?.instance.resizeDirectory),
    verdict:
      missing.length > 0
        ? `On ${destination.name} the base ${missing.join(', ')} is missing, without which its disk is worth nothing.`
        : `On ${destination.name} qemu-img cannot read its disks.`,
    because: [
      state(file),
      ...recordWords(file),
      ...missing.map((path) => `${path} is not on ${destination.name}`),
      ...to.disks.flatMap(({ path, problem }) => (problem === undefined ? [] : [`${path}: ${problem}`])),
    ],
    steps: [...bringBack(file, destination, missing), { kind: 'revert' }],
  };
}
