import type { Action } from '../action.ts';
import { bringBack } from '../bases.ts';
import { isWhole, missingBases, rootOf, type CaseFile } from '../case-file.ts';
import { healAllocations } from '../by-hand.ts';
import { NEVER } from '../forbidden.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, state } from '../words.ts';
import { leaveSource } from './resize.ts';

const TESTED_IN = ['test/unit/domain/recovery/error.test.ts', 'test/integration/recovery-error.test.ts'];

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

/** ERROR, and Nova says that it is on the destination. */
export const ERROR_AT_DESTINATION_RULES: readonly Rule[] = [
  {
    id: 'error-base-gone',
    title: 'ERROR on the destination, and a base is missing there',
    failures: ['F21', 'F02'],
    urgency: 'stuck',
    looksLike:
      'Nova says ERROR on the destination; the disk there names a base that is not there, or Glance no longer has the image.',
    why: 'At its end Nova fetches the image’s base from Glance. The image was deleted, or the login was over.',
    whatToDo: [
      'Bring the base from the source, under its own name: never another image by that name.',
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
    mendedWhen: 'qemu-img info --backing-chain is whole at the destination, and it boots.',
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
    testedIn: TESTED_IN,
    find: confirmHalf,
  },
  {
    id: 'error-destination-empty',
    title: 'ERROR on the destination, and its disk is not there',
    failures: ['F02', 'F03'],
    urgency: 'danger',
    looksLike:
      'Nova says ERROR on the destination; there is no root disk there, and the source has <uuid>_resize.',
    why: 'Nothing was copied, and Nova failed when it was to start the instance.',
    whatToDo: [
      'Copy the source’s _resize to the destination by hand, with owner and mode, and compare.',
      'Then a hard reboot.',
    ],
    never: [...OF_BOTH, NEVER.hardReboot],
    mendedWhen: 'Both files are equal, and it boots at the destination.',
    reads: READS,
    sources: ['F02', 'F03', 'nova/virt/libvirt/driver.py:4265-4273'],
    testedIn: TESTED_IN,
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

function isError({ server, at }: CaseFile): boolean {
  return server.status === 'ERROR' && at === 'destination';
}

function because(file: CaseFile): readonly string[] {
  const { server, destination } = file;
  return [
    state(file),
    ...(server.fault === undefined ? [] : [`Its fault: ${server.fault.message}`]),
    ...recordWords(file),
    `The domain on ${destination?.name ?? 'the destination'}: ${destination?.instance.domain ?? 'not told'}`,
  ];
}

/** True if the newest thing that somebody asked of Nova is this. */
function newestActionIs({ evidence: { actions } }: CaseFile, action: string): boolean {
  return actions.known && actions.value[0]?.action === action;
}

function baseMissing(file: CaseFile): Finding | undefined {
  const { destination, source, evidence } = file;
  if (!isError(file) || destination === undefined) return undefined;
  const missing = missingBases(destination.instance.directory);
  if (missing.length === 0) return undefined;
  return {
    confidence: 'certain',
    verdict: `The disk on ${destination.name} is there, and its base is not${evidence.image === 'gone' ? '; Glance no longer has the image' : ''}.`,
    because: [...because(file), ...missing.map((path) => `${path} is not on ${destination.name}`)],
    steps: [
      ...bringBack(file, destination, missing),
      ...(source?.instance.resizeDirectory === undefined ? [] : [{ kind: 'compare' } satisfies Action]),
      { kind: 'hard-reboot' },
      ...leaveSource(source),
      healAllocations(file),
    ],
  };
}

function confirmHalf(file: CaseFile): Finding | undefined {
  const { destination, source } = file;
  if (!isError(file) || destination === undefined || !newestActionIs(file, 'confirmResize')) return undefined;
  if (!isWhole(destination.instance.directory)) return undefined;
  const runs = destination.instance.domain === 'running';
  return {
    confidence: 'certain',
    verdict: `The confirm stopped on ${source?.name ?? 'the source'}; the instance is whole on ${destination.name}${runs ? ' and runs' : ''}.`,
    because: [...because(file), 'The newest action is confirmResize'],
    steps: [
      ...(runs
        ? [{ kind: 'reset-state', to: 'active' } satisfies Action]
        : [{ kind: 'hard-reboot' } satisfies Action]),
      ...leaveSource(source),
      healAllocations(file),
    ],
  };
}

function empty(file: CaseFile): Finding | undefined {
  const { destination, source, server } = file;
  if (!isError(file) || !file.hasRoot || destination === undefined || source === undefined) return undefined;
  const from = source.instance.resizeDirectory;
  if (
    rootOf(destination.instance.directory) !== undefined ||
    rootOf(from) === undefined ||
    from === undefined
  )
    return undefined;
  const to = `${destination.instancesPath}/${server.id}`;
  return {
    confidence: 'certain',
    verdict: `${destination.name} has no root disk of it; the only copy is on ${source.name}, in ${from.path}.`,
    because: [...because(file), `There is no root disk in ${to} on ${destination.name}`],
    steps: [
      {
        kind: 'by-hand',
        title: `Copy the disks to ${destination.name}`,
        where: source.name,
        commands: [`sudo -u nova rsync -aS --inplace ${from.path}/ ${destination.name}:${to}/`],
        changes: `Makes ${to} on ${destination.name}; reads only on ${source.name}.`,
        undo: `On ${destination.name}: mv ${to} ${to}.kept`,
        check: 'Look again, and have both sides compared.',
      },
    ],
  };
}

function whole(file: CaseFile): Finding | undefined {
  const { destination, source } = file;
  if (!isError(file) || destination === undefined || newestActionIs(file, 'confirmResize')) return undefined;
  const to = destination.instance.directory;
  if (!isWhole(to) || (file.hasRoot && rootOf(to) === undefined)) return undefined;
  const hasSource = source?.instance.resizeDirectory !== undefined;
  const is401 = destination.trouble.logLines?.some((line) => /\b401\b|Unauthorized/.test(line)) === true;
  return {
    confidence: hasSource ? 'certain' : 'likely',
    verdict: `The disks on ${destination.name} are whole; Nova failed after the copy${is401 ? ', for its login was over' : ''}.`,
    because: [
      ...because(file),
      `Whole disks in ${to?.path ?? ''} on ${destination.name}`,
      ...(is401 ? [`nova-compute.log of ${destination.name} tells of a login that was over (401)`] : []),
    ],
    steps: [
      ...(hasSource ? [{ kind: 'compare' } satisfies Action] : []),
      { kind: 'hard-reboot' },
      ...leaveSource(source),
      healAllocations(file),
    ],
  };
}
