import type { Action } from '../action.ts';
import { bringBack, makeSwap } from '../bases.ts';
import { copyAgain, healAllocations } from '../by-hand.ts';
import {
  isRunning,
  isSettled,
  isWhole,
  lacking,
  lastMove,
  missingBases,
  rootOf,
  type CaseFile,
} from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodByProof, goodByRecord, goodNowhere, goodUnknown } from '../good-copy.ts';
import { comparedOf, compareOnce } from '../proof.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, state } from '../words.ts';
import { leaveSource } from './resize.ts';

const UNIT_TEST = 'test/unit/domain/recovery/error.test.ts';
const TESTED_IN = [UNIT_TEST, 'test/integration/recovery-error.test.ts'];

const READS = [
  'server status and fault',
  'disks, chains and domains of both hosts',
  'instance actions',
  'image caches',
];
const OF_BOTH = [
  NEVER.confirm,
  NEVER.migrateAgain,
  {
    what: 'reset-state to active, and nothing more',
    why: 'Nova would call it running; it is defined nowhere.',
    kinds: [],
  },
] as const;

/** ERROR on the host that the disks went to; and, wherever it is, without a base. */
export const ERROR_AT_DESTINATION_RULES: readonly Rule[] = [
  {
    id: 'error-base-gone',
    title: 'ERROR, and a base is missing on its host',
    failures: ['F21', 'F02'],
    urgency: 'stuck',
    looksLike: 'Nova says ERROR, mostly on the destination; the disk there names a base that is not there.',
    why: 'At its end Nova fetches the image’s base from Glance. The image was deleted, or the login was over.',
    whatToDo: [
      'Bring the base from the source, under its own name: never another image by that name.',
      'Make the swap disk, if it had one and it is not there: Nova does not make it at a reboot.',
      'Then a hard reboot: Nova defines and starts the instance from the disks that are there.',
      'When it is well, set the source’s _resize aside.',
    ],
    never: [
      ...OF_BOTH,
      {
        what: 'a hard reboot before the base is there',
        why: 'Nova asks Glance again, and fails again.',
        kinds: [],
      },
    ],
    mendedWhen: 'qemu-img info --backing-chain is whole on its host, and it boots.',
    reads: READS,
    sources: ['F21', 'F02', 'seed 4', 'lp#1329313'],
    testedIn: TESTED_IN,
    find: baseMissing,
  },
  {
    id: 'error-confirm-half',
    title: 'ERROR, and the confirm stopped half-way',
    failures: ['F06'],
    urgency: 'stuck',
    looksLike:
      'Nova says ERROR on the destination after a confirm; the instance is there, the source has some or none of its _resize left.',
    why: 'nova-compute of the source failed while it removed its disks.',
    whatToDo: [
      'See that the disks at the destination are whole.',
      'Reset the state if it runs; otherwise a hard reboot.',
      'Set aside what the source has left.',
    ],
    never: [
      { what: 'revert', why: 'The source’s disks may be gone already.', kinds: ['revert'] },
      { what: 'evacuate', why: 'It makes new disks from the image.', kinds: [] },
    ],
    mendedWhen: 'One domain, at the destination; no _resize; one provider has the allocation.',
    reads: READS,
    sources: ['F06', 'nova/compute/manager.py:5391-5398', 'lp#1821594'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-there.test.ts'],
    find: confirmHalf,
  },
  {
    id: 'error-destination-empty',
    title: 'ERROR on the destination, and not all of its disks are there',
    failures: ['F02', 'F03'],
    urgency: 'danger',
    looksLike:
      'Nova says ERROR on the destination; a disk that the source has in <uuid>_resize is not there.',
    why: 'Nothing was copied, or not all, and Nova failed when it was to start the instance.',
    whatToDo: [
      'Copy the source’s _resize to the destination by hand, with owner and mode, and compare.',
      'Then a hard reboot.',
    ],
    never: [...OF_BOTH, NEVER.hardReboot],
    mendedWhen: 'Both files are equal, and it boots at the destination.',
    reads: READS,
    sources: ['F02', 'F03', 'nova/virt/libvirt/driver.py:4265-4273'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-there.test.ts'],
    find: empty,
  },
  {
    id: 'error-destination-whole',
    title: 'ERROR on the destination, and its disks are whole',
    failures: ['F02', 'F12'],
    urgency: 'stuck',
    looksLike:
      'Nova says ERROR on the destination; whole disks there, <uuid>_resize on the source, no guest anywhere.',
    why: 'After the copy Nova failed at the destination: a login that was over (401), a port, a volume, or no room.',
    whatToDo: [
      'Have both sides compared: nothing has run at the destination yet.',
      'Make the swap disk, if it had one and it is not there: Nova does not make it at a reboot.',
      'A hard reboot, with a login of now: Nova defines it anew from the disks.',
      'Look at ports and volumes; when it is well, set the source’s _resize aside.',
    ],
    never: [...OF_BOTH],
    mendedWhen: 'Nova says ACTIVE on the destination, one domain, it boots; no _resize.',
    reads: READS,
    sources: ['F02', 'nova/compute/manager.py:7009-7014', 'docs/handbook/nova.md'],
    testedIn: TESTED_IN,
    find: whole,
  },
];

/** A move that did not come to its end; an error after a good one has another reason. */
function isError(file: CaseFile): boolean {
  return file.server.status === 'ERROR' && file.at === 'destination' && !isSettled(file);
}

function because(file: CaseFile): readonly string[] {
  const { server, home } = file;
  return [
    state(file),
    ...(server.fault === undefined ? [] : [`Its fault: ${server.fault.message}`]),
    ...recordWords(file),
    `The domain on ${home?.name ?? server.host ?? 'its host'}: ${home?.instance.domain ?? 'not told'}`,
  ];
}

function baseMissing(file: CaseFile): Finding | undefined {
  const { server, home, source, evidence } = file;
  if (server.status !== 'ERROR' || home === undefined) return undefined;
  // After a revert it is the revert's.
  if (file.at === 'source' && lastMove(file) === 'revertResize') return undefined;
  const missing = missingBases(home.instance.directory);
  if (missing.length === 0) return undefined;
  const isMoved = isError(file);
  return {
    confidence: 'certain',
    goodCopy: baseGoodCopy(file, isMoved),
    verdict: `The disk on ${home.name} is there, and its base is not${evidence.image === 'gone' ? '; Glance no longer has the image' : ''}.`,
    because: [...because(file), ...missing.map((path) => `${path} is not on ${home.name}`)],
    steps: [
      ...bringBack(file, home, missing),
      ...(isMoved ? [...compareOnce(file), ...makeSwap(file, home)] : []),
      { kind: 'hard-reboot' },
      ...(isMoved ? leaveSource(source) : []),
      healAllocations(file),
    ],
  };
}

/** Before it ran at the destination the source’s are whole still; after a confirm they are being removed. */
function baseGoodCopy(file: CaseFile, isMoved: boolean): Finding['goodCopy'] {
  const { source } = file;
  return isMoved && lastMove(file) !== 'confirmResize'
    ? goodByRecord(file, source, source?.instance.resizeDirectory)
    : goodNowhere(file);
}

function confirmHalf(file: CaseFile): Finding | undefined {
  const { destination, source } = file;
  if (!isError(file) || destination === undefined || lastMove(file) !== 'confirmResize') return undefined;
  const to = destination.instance.directory;
  if (!isWhole(to) || (file.hasRoot && rootOf(to) === undefined)) return undefined;
  const runs = isRunning(destination);
  return {
    confidence: 'certain',
    goodCopy: goodByRecord(file, destination, to),
    verdict: `The confirm stopped on ${source?.name ?? 'the source'}; the instance is whole on ${destination.name}${runs ? ' and runs' : ''}.`,
    because: [...because(file), 'What moved it last is a confirm'],
    steps: [
      ...(runs
        ? [{ kind: 'reset-state', to: 'active' } satisfies Action]
        : [...makeSwap(file, destination), { kind: 'hard-reboot' } satisfies Action]),
      ...leaveSource(source),
      healAllocations(file),
    ],
  };
}

function empty(file: CaseFile): Finding | undefined {
  const { destination, source, server } = file;
  if (!isError(file) || !file.hasRoot || destination === undefined || source === undefined) return undefined;
  const from = source.instance.resizeDirectory;
  if (from === undefined || rootOf(from) === undefined || lastMove(file) === 'confirmResize')
    return undefined;
  const to = destination.instance.directory;
  const torn =
    missingBases(to).length > 0 ? [] : (to?.disks.filter(({ problem }) => problem !== undefined) ?? []);
  const lost = [...lacking(from, to).filter(({ role }) => role !== 'swap'), ...torn];
  if (lost.length === 0) return undefined;
  const names = lost.map(({ name }) => name).join(', ');
  return {
    confidence: 'certain',
    goodCopy: goodByRecord(file, source, from),
    verdict: `${destination.name} has no ${names} of it that can be read; the only copy is on ${source.name}, in ${from.path}.`,
    because: [
      ...because(file),
      `There is no ${names} that can be read in ${destination.instancesPath}/${server.id} on ${destination.name}`,
    ],
    steps: [copyAgain(file, source, destination, from.path)],
  };
}

function whole(file: CaseFile): Finding | undefined {
  const { destination, source } = file;
  if (!isError(file) || destination === undefined || lastMove(file) === 'confirmResize') return undefined;
  const to = destination.instance.directory;
  const from = source?.instance.resizeDirectory;
  if (!isWhole(to) || (file.hasRoot && rootOf(to) === undefined)) return undefined;
  if (lacking(from, to).some(({ role }) => role !== 'swap')) return undefined;
  const is401 = destination.trouble.logLines?.some((line) => /\b401\b|Unauthorized/.test(line)) === true;
  const evidence = [
    ...because(file),
    `Whole disks in ${to?.path ?? ''} on ${destination.name}`,
    ...(is401 ? [`nova-compute.log of ${destination.name} tells of a login that was over (401)`] : []),
  ];
  if (source !== undefined && from !== undefined && comparedOf(file) === 'differs') {
    return {
      confidence: 'open',
      goodCopy: goodUnknown(file),
      verdict: `The disks on ${destination.name} are not those of ${source.name}: the copy is bad, or it has run there since.`,
      because: [...evidence, 'Both were read and compared: they differ'],
      steps: [copyAgain(file, source, destination, from.path)],
      wouldTell: 'A look into both, by guestfish --ro: which one has the newest data.',
    };
  }
  return {
    confidence: from === undefined ? 'likely' : 'certain',
    goodCopy: goodByProof(file),
    verdict: `The disks on ${destination.name} can be read; Nova failed after the copy${is401 ? ', for its login was over' : ''}.`,
    because: evidence,
    steps: [
      ...(from === undefined || isRunning(destination) ? [] : compareOnce(file)),
      ...makeSwap(file, destination),
      isRunning(destination) ? { kind: 'reset-state', to: 'active' } : { kind: 'hard-reboot' },
      ...leaveSource(source),
      healAllocations(file),
    ],
  };
}
