import type { Action } from '../action.ts';
import { bringBack } from '../bases.ts';
import {
  isRunning,
  isSettled,
  isWhole,
  lastMove,
  missingBases,
  rootOf,
  type CaseFile,
  type Seen,
} from '../case-file.ts';
import { closeRecord, healAllocations } from '../by-hand.ts';
import { NEVER } from '../forbidden.ts';
import { goodByRecord, goodUnknown } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, state } from '../words.ts';

const TESTED_IN = ['test/unit/domain/recovery/error.test.ts', 'test/integration/recovery-error.test.ts'];

/** ERROR, and Nova says that it is on the source. */
export const ERROR_AT_SOURCE_RULES: readonly Rule[] = [
  {
    id: 'error-source-renamed',
    title: 'ERROR on the source, and the disks have another name',
    failures: ['F01', 'F17'],
    urgency: 'stuck',
    looksLike:
      'Nova says ERROR on the source; there is <uuid>_resize and no <uuid>; the copy at the destination is often complete.',
    why: 'After the copy Nova called Cinder or Neutron with a login that was over (401), or the copy failed and so did its roll-back. Nova puts nothing back then.',
    whatToDo: [
      'Put the name of the disks back on the source.',
      'Set aside the copy at the destination, reset the state, then stop it for Nova: its power is off already.',
      'Mend the cause ([service_user] in nova.conf, a longer life of tokens); then move it again.',
    ],
    never: [NEVER.hardReboot, NEVER.migrateAgain, NEVER.databaseHost],
    mendedWhen: 'Nova says SHUTOFF on the source, <uuid>/disk is there, and it boots.',
    reads: ['server status and fault', 'directories of both hosts', 'copy processes', 'nova-compute.log'],
    sources: ['F01', 'seed 4', 'nova/compute/manager.py:6752-6756', 'docs/handbook/nova.md'],
    testedIn: TESTED_IN,
    find: renamed,
  },
  {
    id: 'error-rolled-back',
    title: 'ERROR, and the disks are in their place',
    failures: ['F10', 'F16', 'F17', 'F18', 'F25', 'F33'],
    urgency: 'stuck',
    looksLike: 'Nova says ERROR on the host that has the disks, whole; there is no _resize.',
    why: 'Something failed before anything was moved, or Nova has rolled back.',
    whatToDo: [
      'Read the fault: it says why it failed.',
      'Set aside what is left at the destination.',
      'Reset the state, then start it or stop it as it was. After a revert that could not start it: a hard reboot.',
    ],
    never: [
      NEVER.databaseHost,
      { what: 'rebuild, or evacuate', why: 'Both make new disks from the image.', kinds: [] },
    ],
    mendedWhen: 'Nova says ACTIVE or SHUTOFF, and libvirt the same.',
    reads: ['server status and fault', 'directories of all hosts', 'domains'],
    sources: ['F10', 'F17', 'nova/virt/libvirt/driver.py:12840'],
    testedIn: TESTED_IN,
    find: rolledBack,
  },
];

function because(file: CaseFile): readonly string[] {
  const { server } = file;
  return [
    state(file),
    ...(server.fault === undefined ? [] : [`Its fault: ${server.fault.message}`]),
    ...recordWords(file),
  ];
}

function renamed(file: CaseFile): Finding | undefined {
  const { server, home, destination } = file;
  if (server.status !== 'ERROR' || home === undefined) return undefined;
  const { resizeDirectory, directory } = home.instance;
  if (resizeDirectory === undefined || directory !== undefined) return undefined;
  if (file.hasRoot && rootOf(resizeDirectory) === undefined) return undefined;
  const other = destination === home ? undefined : destination;
  const copy = other?.instance.directory;
  const missing = missingBases(resizeDirectory);
  const is401 = home.trouble.logLines?.some((line) => /\b401\b|Unauthorized/.test(line)) === true;
  const steps: readonly Action[] = [
    ...bringBack(file, home, missing),
    { kind: 'put-back', host: home.name },
    ...(copy === undefined || other === undefined
      ? []
      : [{ kind: 'set-aside', host: other.name, path: copy.path } satisfies Action]),
    { kind: 'reset-state', to: 'active' },
    { kind: 'stop' },
    healAllocations(file),
  ];
  return {
    confidence: 'certain',
    goodCopy: file.at === 'destination' ? goodUnknown(file) : goodByRecord(file, home, resizeDirectory),
    verdict: `The disks are ${isWhole(resizeDirectory) ? 'whole ' : ''}on ${home.name}, under the name ${resizeDirectory.path}; Nova stopped ${copy === undefined ? 'before' : 'after'} the copy and put nothing back.`,
    because: [
      ...because(file),
      `${home.name} has ${resizeDirectory.path} and no ${server.id}`,
      ...missing.map((path) => `${path} is not on ${home.name}`),
      ...(copy === undefined ? [] : [`${other?.name ?? ''} has ${copy.path}`]),
      ...(is401 ? [`nova-compute.log of ${home.name} tells of a login that was over (401)`] : []),
    ],
    steps,
  };
}

function rolledBack(file: CaseFile): Finding | undefined {
  const { server, seen, home } = file;
  if (server.status !== 'ERROR' || home === undefined) return undefined;
  const { directory, resizeDirectory } = home.instance;
  if (directory === undefined || !isWhole(directory) || resizeDirectory !== undefined) return undefined;
  if (file.at === 'destination' && !isSettled(file)) return undefined;
  if (file.hasRoot && rootOf(directory) === undefined) return undefined;
  const others = seen.filter(({ name, instance }) => name !== home.name && instance.directory !== undefined);
  return {
    confidence: 'certain',
    goodCopy: goodByRecord(file, home, directory),
    verdict: `The disks are whole and in their place on ${home.name}; nothing is lost.`,
    because: [
      ...because(file),
      `Whole disks in ${directory.path} on ${home.name}, and no _resize`,
      `The domain on ${home.name}: ${home.instance.domain}`,
      ...others.map(({ name, instance }) => `${name} has left ${instance.directory?.path ?? ''}`),
    ],
    steps: [
      ...others.map(({ name, instance }): Action => ({
        kind: 'set-aside',
        host: name,
        path: instance.directory?.path ?? '',
      })),
      ...toRest(file, home),
      ...closeRecord(file, 'error'),
    ],
  };
}

/** A revert fails at the start of a guest that ran before; one that was off is not started. */
function toRest(file: CaseFile, home: Seen): readonly Action[] {
  if (isRunning(home)) return [{ kind: 'reset-state', to: 'active' }];
  return file.at === 'source' && lastMove(file) === 'revertResize'
    ? [{ kind: 'hard-reboot' }]
    : [{ kind: 'reset-state', to: 'active' }, { kind: 'stop' }];
}
