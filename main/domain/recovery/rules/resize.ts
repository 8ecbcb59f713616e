import { formatBytes, formatRate, formatSeconds } from '../../units.ts';
import type { Action } from '../action.ts';
import {
  isAtWork,
  isForgotten,
  isJustStarted,
  isOld,
  isSurelyOld,
  LOST_MESSAGE_MS,
  PATIENCE_MS,
  quietMs,
} from '../at-work.ts';
import { bringBack } from '../bases.ts';
import { closeRecord, copyAgain, endCopy, restartCompute } from '../by-hand.ts';
import {
  copiesOf,
  isRunning,
  isWhole,
  lacking,
  missingBases,
  rootOf,
  type CaseFile,
  type Seen,
} from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodAt, goodByProof, goodByRecord, goodUnknown } from '../good-copy.ts';
import { comparedOf, compareOnce, originOf } from '../proof.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, state } from '../words.ts';

const UNIT_TEST = 'test/unit/domain/recovery/resize.test.ts';
const TESTED_IN = [UNIT_TEST, 'test/integration/recovery-resize.test.ts'];

/** RESIZE: Nova is, or was, at work. */
export const RESIZE_RULES: readonly Rule[] = [
  {
    id: 'resize-copying',
    title: 'RESIZE, and the copy is alive',
    failures: ['F11'],
    urgency: 'fine',
    looksLike:
      'Nova says RESIZE (resize_migrating) for a long time; a process copies, and what it has written grows.',
    why: 'Nova copies one disk after the other, by scp or rsync; a large disk takes hours.',
    whatToDo: [
      'Wait. What it writes, and how fast, is shown; nothing is wrong.',
      'One that writes nothing for many minutes hangs: end that process by its number. Nova then takes the disks back by itself.',
    ],
    never: [NEVER.killCopy, NEVER.resetState],
    mendedWhen: 'Nova says VERIFY_RESIZE.',
    reads: [
      'server status and task',
      'copy processes of both hosts, and what they have written in some seconds',
    ],
    sources: ['F11', 'nova/virt/libvirt/driver.py:12805'],
    testedIn: TESTED_IN,
    find: copying,
  },
  {
    id: 'resize-copy-orphaned',
    title: 'RESIZE, and nobody waits for the copy any more',
    failures: ['F10'],
    urgency: 'stuck',
    looksLike:
      'Nova says RESIZE (resize_migrating); a process copies still, but the nova-compute that began it is down or was started again.',
    why: 'rsync and scp outlive nova-compute. They end with the file that they are at; nobody begins the next.',
    whatToDo: [
      'Wait for the end of the process, or end it by its number.',
      'Then it is a copy that is dead: restart nova-compute on the source, if that was not done.',
    ],
    never: [
      {
        what: 'restarting nova-compute, or renaming anything, while the process runs',
        why: 'It goes on reading and writing under the names that Nova takes away from it.',
        kinds: [],
      },
      NEVER.resetState,
      NEVER.hardReboot,
    ],
    mendedWhen: 'No process copies, and <uuid>/disk is on the source again.',
    reads: ['server status and task', 'copy processes of both hosts', 'when nova-compute was started'],
    sources: ['F10', 'docs/handbook/nova.md'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-begun.test.ts'],
    find: orphaned,
  },
  {
    id: 'resize-copy-dead',
    title: 'RESIZE, and the copy is dead',
    failures: ['F10'],
    urgency: 'stuck',
    looksLike:
      'Nova says RESIZE (resize_migrating); the source has <uuid>_resize and no <uuid>; nothing copies, and nova-compute was started after the migration.',
    why: 'nova-compute ended while it copied, and whoever would roll back is gone.',
    whatToDo: [
      'Restart nova-compute on the source: at its start it takes the disks back by itself.',
      'Where that cannot be: put the name of the disks back, then reset the state.',
      'Set aside what lies at the destination, and close the record.',
    ],
    never: [
      {
        what: 'reset-state first',
        why: 'The disks have another name still; Nova would start the instance without them.',
        kinds: [],
      },
      NEVER.hardReboot,
      NEVER.migrateAgain,
    ],
    mendedWhen: '<uuid>/disk is on the source again, the same file; the instance starts from it.',
    reads: [
      'server status and task',
      'directories of both hosts',
      'copy processes',
      'when nova-compute was started',
    ],
    sources: ['F10', 'nova/compute/manager.py:1228-1253', 'docs/handbook/nova.md'],
    testedIn: TESTED_IN,
    find: copyDead,
  },
  {
    id: 'resize-not-started',
    title: 'RESIZE, and nothing was begun',
    failures: ['F09', 'F19'],
    urgency: 'stuck',
    looksLike:
      'Nova says RESIZE (resize_prep) for minutes; the disks are in their place, and nothing copies.',
    why: 'A message between the services was lost, or a nova-compute is down.',
    whatToDo: [
      'See that nova-compute runs on both hosts, and wait for the message to time out.',
      'Restart nova-compute on the source: it gives the task up at its start.',
      'Where that does not help, reset the state: nothing on the disks has changed.',
      'What was sent to a nova-compute that is down waits for it. When that is back, Nova turns the late message away and says ERROR, with the disks in their place: then that is the next state to mend.',
    ],
    never: [
      {
        what: 'sending the migrate again',
        why: 'The first message may still arrive, and would then be taken for the second.',
        kinds: [],
      },
      NEVER.databaseHost,
    ],
    mendedWhen: 'Nova says ACTIVE or SHUTOFF without a task; one host has the allocation.',
    reads: ['server status and task', 'directories of both hosts', 'copy processes', 'services'],
    sources: ['F09', 'nova/compute/manager.py:1085'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-begun.test.ts'],
    find: notStarted,
  },
  {
    id: 'resize-finish-dead',
    title: 'RESIZE, and the destination has stopped finishing it',
    failures: ['F12'],
    urgency: 'stuck',
    looksLike:
      'Nova says RESIZE (resize_migrated or resize_finish) on the destination for minutes; the copy is complete, and nothing moves.',
    why: 'nova-compute of the destination ended when it was to define and start the instance.',
    whatToDo: [
      'See that nova-compute runs at the destination.',
      'Where the copy is whole: reset the state to error, then a hard reboot, by which Nova defines it anew from the disks.',
      'Then set the source’s _resize aside.',
    ],
    never: [
      NEVER.confirm,
      {
        what: 'reset-state to active',
        why: 'The instance is defined on neither host; Nova would call it running.',
        kinds: [],
      },
      { what: 'evacuate', why: 'It makes new disks from the image on a third host.', kinds: [] },
    ],
    mendedWhen: 'One domain, at the destination; the instance boots; no _resize.',
    reads: ['server status and task', 'disks of both hosts', 'services', 'domains'],
    sources: ['F12', 'nova/compute/manager.py:7009-7014'],
    testedIn: TESTED_IN,
    find: finishDead,
  },
];

const isResize = ({ server }: CaseFile): boolean => server.status === 'RESIZE';

/** Copies of a move whose source has forgotten it. */
function isOrphaned(file: CaseFile): boolean {
  return file.at === 'source' && file.source !== undefined && !isAtWork(file, file.source);
}

function copyWords(file: CaseFile): readonly string[] {
  return copiesOf(file).map(
    ({ host, pid, command, ageSeconds, writtenBytes, recentBytes, recentSeconds }) =>
      `On ${host}, process ${String(pid)} (${command.slice(0, 80)}) runs for ${formatSeconds(ageSeconds)}${writtenBytes === undefined ? '' : `, has written ${formatBytes(writtenBytes)}`}${recentBytes === undefined || recentSeconds === 0 ? '' : `, ${formatRate(recentBytes / recentSeconds)} now`}`,
  );
}

/** As long as Nova says that it is on the source, nothing has run from the copy. */
function atSource(file: CaseFile): Finding['goodCopy'] {
  const { source, at } = file;
  return at === 'source' ? goodByRecord(file, source, originOf(file)) : goodUnknown(file);
}

function copying(file: CaseFile): Finding | undefined {
  const copies = copiesOf(file);
  if (!isResize(file) || copies.length === 0 || isOrphaned(file)) return undefined;
  const because = [state(file), ...copyWords(file)];
  const goodCopy = atSource(file);
  if (copies.some(({ recentBytes }) => (recentBytes ?? 0) > 0))
    return {
      confidence: 'certain',
      goodCopy,
      verdict: 'Nova copies, and is getting on.',
      because,
      steps: [],
    };
  return {
    confidence: 'open',
    goodCopy,
    verdict: 'A copy is there, and was not seen to write.',
    because,
    steps: [],
    wouldTell: 'Looking again in a minute: a copy that still has not written anything hangs.',
  };
}

function orphaned(file: CaseFile): Finding | undefined {
  const copies = copiesOf(file);
  if (!isResize(file) || copies.length === 0 || !isOrphaned(file)) return undefined;
  const hosts = [...new Set(copies.map(({ host }) => host))];
  return {
    confidence: 'certain',
    goodCopy: atSource(file),
    verdict: `A copy goes on, but nova-compute of ${file.source?.name ?? 'the source'} has forgotten it, and nothing will follow.`,
    because: [state(file), ...recordWords(file), ...copyWords(file)],
    steps: hosts.map((host) =>
      endCopy(
        file,
        host,
        copies.filter((copy) => copy.host === host).map(({ pid }) => pid),
      ),
    ),
  };
}

function copyDead(file: CaseFile): Finding | undefined {
  const { source, destination, at } = file;
  if (!isResize(file) || source === undefined || at !== 'source' || copiesOf(file).length > 0)
    return undefined;
  const { resizeDirectory, directory } = source.instance;
  if (resizeDirectory === undefined || directory !== undefined) return undefined;
  const isGone = !isAtWork(file, source);
  if (!isGone && !isOld(file)) return undefined;
  const left = destination?.instance.directory;
  const because = [
    state(file),
    ...recordWords(file),
    `${source.name} has ${resizeDirectory.path} and no ${file.server.id}`,
    'Nothing copies on any host of it',
    `nova-compute of ${source.name} ${!source.isUp ? 'is down' : isGone ? 'was started after the migration' : 'runs, and was not started again'}`,
  ];
  // Between two disks nothing copies for a moment, and a restart would throw hours away.
  const isQuiet = destination !== undefined && (quietMs(destination) ?? PATIENCE_MS) >= PATIENCE_MS;
  if (!isGone && !isQuiet) {
    return {
      confidence: 'open',
      goodCopy: atSource(file),
      verdict: 'Nothing copies just now, and whether Nova goes on with it is not known.',
      because,
      steps: [],
      wouldTell: 'Looking again in some minutes: what is dead has written nothing at the destination since.',
    };
  }
  return {
    confidence: isGone ? 'certain' : 'likely',
    goodCopy: atSource(file),
    verdict: `The copy has ended without Nova noticing; the disks are on ${source.name}, under the name ${resizeDirectory.path}.`,
    because,
    steps: [
      ...(isForgotten(file, source) && source.isUp ? [] : [restartCompute(source.name)]),
      { kind: 'put-back', host: source.name },
      { kind: 'reset-state', to: 'active' },
      { kind: 'stop' },
      ...(left === undefined || destination === undefined
        ? []
        : [{ kind: 'set-aside', host: destination.name, path: left.path } satisfies Action]),
      ...closeRecord(file, 'error'),
    ],
  };
}

function notStarted(file: CaseFile): Finding | undefined {
  const { home, server } = file;
  if (!isResize(file) || home === undefined || copiesOf(file).length > 0) return undefined;
  const isPrep = server.taskState === 'resize_prep';
  if (!isPrep && server.taskState !== 'resize_migrating') return undefined;
  const isGone = !isPrep && !isAtWork(file, home);
  if (!isGone && !isOld(file)) return undefined;
  const { directory, resizeDirectory } = home.instance;
  if (resizeDirectory !== undefined || (file.hasRoot && rootOf(directory) === undefined)) return undefined;
  const mayReset = isGone || isSurelyOld(file, LOST_MESSAGE_MS);
  return {
    confidence: isPrep || isGone ? 'certain' : 'likely',
    goodCopy: goodByRecord(file, home, directory),
    verdict: isPrep
      ? `Nova has begun nothing; the disks are in their place on ${home.name}.`
      : `The disks are in their place on ${home.name}, and Nova says that it moves them.`,
    because: [
      state(file),
      ...recordWords(file),
      `The disks are in ${directory?.path ?? 'no directory'} on ${home.name}, and there is no _resize`,
      'Nothing copies on any host of it',
      `nova-compute of ${home.name} is ${home.isUp ? 'up' : 'down'}`,
    ],
    steps: [
      ...(mayReset ? [] : [restartCompute(home.name)]),
      { kind: 'reset-state', to: 'active' },
      ...closeRecord(file, 'error'),
    ],
  };
}

function finishDead(file: CaseFile): Finding | undefined {
  const { source, destination, at, server } = file;
  if (!isResize(file) || at !== 'destination' || destination === undefined || copiesOf(file).length > 0)
    return undefined;
  if (!/^resize_(?:migrated|finish)$/.test(server.taskState ?? '')) return undefined;
  if (destination.isUp && !isOld(file)) return undefined;
  if (destination.isUp && isJustStarted(file, destination)) return mayFinish(file, destination);
  const to = destination.instance.directory;
  const from = source?.instance.resizeDirectory;
  const missing = missingBases(to);
  const lost = lacking(from, to).filter(({ role }) => role !== 'swap');
  const isBad = lost.length > 0 || comparedOf(file) === 'differs';
  return {
    confidence: 'likely',
    goodCopy:
      isBad && !isRunning(destination)
        ? goodAt(file, source, from, lost.length > 0 ? 'the other lacks disks' : 'by comparison')
        : goodByProof(file),
    verdict: `nova-compute of ${destination.name} has stopped finishing it; ${isBad ? 'the copy there is not whole' : missing.length > 0 ? 'a base is missing there' : isWhole(to) ? 'the copy there is whole' : 'the copy there cannot be read'}.`,
    because: [
      state(file),
      ...recordWords(file),
      `nova-compute of ${destination.name} is ${destination.isUp ? 'up' : 'down'}`,
      `The domain on ${destination.name}: ${destination.instance.domain}`,
      ...(isWhole(to) && !isBad ? [`Whole disks in ${to?.path ?? ''}`] : []),
      ...lost.map(({ name }) => `${destination.name} has no ${name}`),
      ...missing.map((path) => `${path} is not on ${destination.name}`),
    ],
    steps: [
      ...(destination.isUp ? [] : [restartCompute(destination.name)]),
      ...(isBad && source !== undefined && from !== undefined
        ? [copyAgain(file, source, destination, from.path)]
        : []),
      ...bringBack(file, destination, missing),
      ...compareOnce(file),
      { kind: 'reset-state', to: 'error' },
      { kind: 'hard-reboot' },
      ...leaveSource(source),
      ...closeRecord(file, 'error'),
    ],
  };
}

/** The message to finish waits in the queue of a nova-compute that is down (docs/handbook/nova.md). */
function mayFinish(file: CaseFile, { name }: Seen): Finding {
  return {
    confidence: 'open',
    verdict: `nova-compute of ${name} was started just now, and may finish it by itself.`,
    because: [state(file), ...recordWords(file)],
    steps: [],
    wouldTell: 'Looking again in five minutes.',
  };
}

/** What the source has left when the instance is home at the destination. */
export function leaveSource(source: Seen | undefined): readonly Action[] {
  const left = source?.instance.resizeDirectory;
  if (source === undefined) return [];
  return [
    ...(source.instance.domain === 'shut off'
      ? [{ kind: 'undefine', host: source.name } satisfies Action]
      : []),
    ...(left === undefined
      ? []
      : [{ kind: 'set-aside', host: source.name, path: left.path } satisfies Action]),
  ];
}
