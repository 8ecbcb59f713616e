import type { Action } from '../action.ts';
import { isOld } from '../at-work.ts';
import { closeRecord, findDisks, healAllocations } from '../by-hand.ts';
import { isAtRest, isWhole, lastAction, recordAgeMs, rootOf, runsOn, type CaseFile } from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodByProof, goodByRecord, goodNowhere, goodUnknown } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { isFarSmaller } from '../proof.ts';
import { recordWords, state } from '../words.ts';
import { leaveSource } from './resize.ts';

const UNIT_TEST = 'test/unit/domain/recovery/at-rest.test.ts';
const TESTED_IN = [UNIT_TEST, 'test/integration/recovery-at-rest.test.ts'];

/** A record that changed a moment ago may be changed again. */
const PATIENCE_MS = 10 * 60_000;
/** Records that nothing more becomes of. */
const ENDED = new Set(['confirmed', 'reverted', 'error', 'failed', 'cancelled', 'completed', 'done']);

/** Nova is content, and should not be. */
export const AT_REST_RULES: readonly Rule[] = [
  {
    id: 'reset-without-disk',
    title: 'Nova is content, and the disks have another name',
    failures: ['F08', 'F10', 'F01'],
    urgency: 'danger',
    looksLike: 'Nova says ACTIVE or SHUTOFF; on that host there is <uuid>_resize and no <uuid>.',
    why: 'Somebody reset the state of a migration that had failed, before the disks had their name back.',
    whatToDo: [
      'Put the name of the disks back.',
      'Stop it for Nova if Nova calls it running; then start it.',
    ],
    never: [NEVER.hardReboot, NEVER.migrateAgain],
    mendedWhen: '<uuid>/disk is the file that was in _resize, and it boots.',
    reads: ['server status', 'directories of its host', 'domains'],
    sources: ['F08', 'F10', 'nova/virt/libvirt/driver.py:4265-4273'],
    testedIn: TESTED_IN,
    find: withoutDisk,
  },
  {
    id: 'reset-on-verify',
    title: 'It lives at the destination, and the source still has its disks',
    failures: ['F08', 'F02', 'F06'],
    urgency: 'stuck',
    looksLike:
      'Nova says ACTIVE or SHUTOFF on the destination, and the source has <uuid>_resize. Confirm and revert give 409.',
    why: 'Somebody used reset-state to get rid of VERIFY_RESIZE; the record is “finished” still then. Or it was recovered at the destination after an error, and this is what is left to do.',
    whatToDo: [
      'See that the disks at the destination are whole, and that the guest is well.',
      'Have libvirt on the source forget the old domain; set its _resize aside.',
      'Close the record, put Placement right.',
    ],
    never: [
      NEVER.migrateAgain,
      {
        what: 'deleting _resize',
        why: 'Whether the copy is good shows only in the guest; set aside, it costs nothing but room.',
        kinds: [],
      },
    ],
    mendedWhen: 'No record is open, no _resize is left, one provider has the allocation.',
    reads: ['server status', 'the newest migration', 'directories and domains of both hosts'],
    sources: ['F08', 'nova/compute/api.py:4130'],
    testedIn: TESTED_IN,
    find: resetOnVerify,
  },
  {
    id: 'no-disk',
    title: 'Its disks are not where Nova says it is',
    failures: ['F36', 'F14'],
    urgency: 'danger',
    looksLike:
      'Nova says ACTIVE, SHUTOFF or ERROR on a host that has no root disk in <uuid> or <uuid>_resize.',
    why: 'The disks are on another host, were set aside, or are gone.',
    whatToDo: [
      'Find the disks, on every host, under every name with its id.',
      'Touch nothing until they are found.',
    ],
    never: [NEVER.hardReboot, NEVER.migrateAgain, NEVER.deleteServer],
    mendedWhen: 'The disks are in <instances>/<uuid> of the host that Nova names.',
    reads: ['server record', 'every name with its id on all hosts of the case'],
    sources: ['F36', 'F14'],
    testedIn: TESTED_IN,
    find: noDisk,
  },
  {
    id: 'called-running',
    title: 'Nova calls it running, and it is off',
    failures: ['F08', 'F01'],
    urgency: 'stuck',
    looksLike:
      'Nova says ACTIVE; libvirt on its host says shut off, or knows no domain; the disks are in their place.',
    why: 'Its state was reset, or the host was started anew.',
    whatToDo: ['Stop it: Nova writes down what is true. Then it can be started.'],
    never: [],
    mendedWhen: 'Nova says SHUTOFF; after a start both say that it runs.',
    reads: ['server status', 'domains of all hosts', 'its directory'],
    sources: ['F08', 'docs/handbook/nova.md'],
    testedIn: TESTED_IN,
    find: calledRunning,
  },
  {
    id: 'half-finished',
    title: 'A migration of Coldhaul is not finished',
    failures: ['F45'],
    urgency: 'waits',
    looksLike: 'Coldhaul’s own journal has a migration of it that has not ended.',
    why: 'Coldhaul, the workstation or the link died, or it waits for a verdict.',
    whatToDo: ['Let Coldhaul go on: it knows what it did, and takes up where it was.'],
    never: [{ what: 'a second migration beside it', why: 'Two writers on one file.', kinds: [] }],
    mendedWhen: 'coldhaul status says confirmed, reverted or cancelled.',
    reads: ['Coldhaul’s journals'],
    sources: ['F45'],
    testedIn: TESTED_IN,
    find: halfFinished,
  },
  {
    id: 'record-open',
    title: 'A record of a migration never ended',
    failures: ['F10', 'F12', 'F36'],
    urgency: 'untidy',
    looksLike:
      'Nova says ACTIVE or SHUTOFF without a task; its newest migration says migrating, post-migrating, finished or the like.',
    why: 'nova-compute was restarted in the middle, and rolled back without closing the record; or the state was reset.',
    whatToDo: [
      'Nothing has to be done. Where limits or lists are disturbed by it, the record is closed in the database.',
    ],
    never: [],
    mendedWhen: 'openstack server migration list shows no open record.',
    reads: ['server status', 'the newest migration', 'directories'],
    sources: ['F10', 'docs/handbook/nova.md'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-begun.test.ts'],
    find: recordOpen,
  },
  {
    id: 'nothing-happened',
    title: 'A migrate failed, and nothing was changed',
    failures: ['F16', 'F19', 'F20', 'F25', 'F28', 'F34', 'F38'],
    urgency: 'fine',
    looksLike:
      'Nova says ACTIVE or SHUTOFF as before; the newest action is a migrate whose events tell of an error.',
    why: 'The scheduler found no host, the hosts do not reach each other, or a check of Nova refused.',
    whatToDo: ['Read the event; mend the cause; coldhaul preflight tells most of them beforehand.'],
    never: [],
    mendedWhen: 'The next migrate passes.',
    reads: ['instance actions and their events', 'directories'],
    sources: ['F28', 'F25', 'F16'],
    testedIn: TESTED_IN,
    find: nothingHappened,
  },
];

function withoutDisk(file: CaseFile): Finding | undefined {
  const { server, home, at } = file;
  if (!isAtRest(file) || home === undefined) return undefined;
  const { directory, resizeDirectory } = home.instance;
  if (resizeDirectory === undefined || directory !== undefined || rootOf(resizeDirectory) === undefined)
    return undefined;
  return {
    confidence: 'certain',
    goodCopy: at === 'source' ? goodByRecord(file, home, resizeDirectory) : goodUnknown(file),
    verdict: `Nova believes that it is well on ${home.name}, where its disks are called ${resizeDirectory.path}: the next start would make empty ones.`,
    because: [
      state(file),
      ...recordWords(file),
      `${home.name} has ${resizeDirectory.path} and no ${server.id}`,
    ],
    steps: [
      { kind: 'put-back', host: home.name },
      ...(server.status === 'SHUTOFF' ? [] : [{ kind: 'stop' } satisfies Action]),
      { kind: 'start' },
      ...closeRecord(file, 'error'),
      healAllocations(file),
    ],
  };
}

function resetOnVerify(file: CaseFile): Finding | undefined {
  const { source, destination, record, at, evidence } = file;
  if (!isAtRest(file) || at !== 'destination' || source === undefined || destination === undefined)
    return undefined;
  const left = source.instance.resizeDirectory;
  if (left === undefined || !isWhole(destination.instance.directory)) return undefined;
  const [here, old] = [rootOf(destination.instance.directory), rootOf(left)];
  if (file.hasRoot && here === undefined) return undefined;
  if (here !== undefined && old !== undefined && isFarSmaller(here, old)) return undefined;
  const wasReset =
    evidence.actions.known && evidence.actions.value.some(({ action }) => /reset.?state/i.test(action));
  return {
    confidence: record?.status === 'finished' ? 'certain' : 'likely',
    goodCopy: goodByProof(file),
    verdict: `It lives on ${destination.name}, and ${source.name} still has its old disks in ${left.path}, of which Nova knows nothing more.`,
    because: [
      state(file),
      ...recordWords(file),
      `${source.name} has ${left.path}`,
      ...(wasReset ? ['Its state was reset'] : []),
    ],
    steps: [...leaveSource(source), ...closeRecord(file, 'confirmed'), healAllocations(file)],
  };
}

function calledRunning(file: CaseFile): Finding | undefined {
  const { server, home, silent } = file;
  if (!isAtRest(file) || server.status !== 'ACTIVE' || home === undefined || silent.length > 0)
    return undefined;
  const isOff = home.instance.domain === 'shut off' || home.instance.domain === 'absent';
  if (!isOff || runsOn(file).length > 0 || (file.hasRoot && rootOf(home.instance.directory) === undefined))
    return undefined;
  return {
    confidence: 'certain',
    verdict: `Nova calls it running on ${home.name}; libvirt there says ${home.instance.domain}. Its disks are in their place.`,
    because: [state(file), `The domain on ${home.name}: ${home.instance.domain}`],
    steps: [{ kind: 'stop' }],
  };
}

function noDisk(file: CaseFile): Finding | undefined {
  const { server, seen, home, source, at } = file;
  if (!file.hasRoot || home === undefined || !(isAtRest(file) || server.status === 'ERROR')) return undefined;
  const { directory, resizeDirectory, close } = home.instance;
  if (rootOf(directory) !== undefined || rootOf(resizeDirectory) !== undefined) return undefined;
  // Before Grizzly the directory had libvirt’s name.
  if (close?.oldDirectory !== undefined) return undefined;
  // Then the source has the only copy, and error-destination-empty or reset-on-nothing-copied say so.
  if (at === 'destination' && rootOf(source?.instance.resizeDirectory) !== undefined) return undefined;
  const others = seen.flatMap(({ name, instance }) =>
    [instance.directory, instance.resizeDirectory].flatMap((each) =>
      rootOf(each) === undefined ? [] : [`${name} has ${each?.path ?? ''}`],
    ),
  );
  const names = seen.flatMap(({ name, instance }) => [
    ...instance.leftovers.map((left) => `${name} has ${left}`),
    ...(rootOf(instance.stage) === undefined ? [] : [`${name} has ${instance.stage?.path ?? ''}`]),
  ]);
  return {
    confidence: 'certain',
    goodCopy: goodNowhere(file),
    verdict: `${home.name} has no disks of it${others.length + names.length > 0 ? '; some are elsewhere' : ''}.`,
    because: [
      state(file),
      `There is no root disk in ${server.id} or ${server.id}_resize on ${home.name}`,
      ...others,
      ...names,
    ],
    steps: [findDisks(file, home.instancesPath)],
  };
}

function halfFinished(file: CaseFile): Finding | undefined {
  const own = file.evidence.own.find(({ isOpen }) => isOpen);
  if (own === undefined) return undefined;
  return {
    confidence: 'certain',
    verdict: `Coldhaul’s own migration ${own.id} from ${own.source} to ${own.destination} is ${own.phase}.`,
    because: [state(file), `Its journal says ${own.phase}`],
    steps: [
      {
        kind: 'by-hand',
        title: 'Let Coldhaul go on',
        where: 'the workstation',
        commands: [`coldhaul status ${own.id}`, `coldhaul resume ${own.id}`],
        changes: 'It takes up where it was; each step is looked at anew before.',
        undo: `coldhaul cancel ${own.id}, before the hand-over; coldhaul revert ${own.id}, after it.`,
        check: `coldhaul status ${own.id}`,
      },
    ],
  };
}

function recordOpen(file: CaseFile): Finding | undefined {
  const { record, server, home } = file;
  if (!isAtRest(file) || record === undefined || ENDED.has(record.status) || home === undefined)
    return undefined;
  if ((recordAgeMs(file) ?? PATIENCE_MS) < PATIENCE_MS || !isOld(file)) return undefined;
  if (file.seen.some(({ instance }) => instance.resizeDirectory !== undefined)) return undefined;
  if (file.hasRoot && rootOf(home.instance.directory) === undefined) return undefined;
  const isThere = file.at === 'destination' && record.status === 'finished';
  return {
    confidence: 'certain',
    verdict: `It is at rest on ${home.name}; record ${String(record.id)} says “${record.status}”, and never will say anything else.`,
    because: [
      state(file),
      ...recordWords(file),
      `Nova says ${server.status}, and no host has a _resize of it`,
    ],
    steps: closeRecord(file, isThere ? 'confirmed' : 'error'),
  };
}

function nothingHappened(file: CaseFile): Finding | undefined {
  const { home } = file;
  const newest = lastAction(file);
  if (!isAtRest(file) || newest === undefined || !/^(?:migrate|live-migration|resize)$/.test(newest.action))
    return undefined;
  const failed = newest.events.filter(({ result }) => result === 'Error');
  if (failed.length === 0 || file.seen.some(({ instance }) => instance.resizeDirectory !== undefined))
    return undefined;
  if (home === undefined || (file.hasRoot && rootOf(home.instance.directory) === undefined)) return undefined;
  const details = failed.flatMap(({ details: words }) =>
    words === undefined ? [] : [words.split('\n')[0] ?? ''],
  );
  return {
    confidence: 'certain',
    verdict: `The last ${newest.action} failed${details[0] === undefined ? '' : `: ${details[0].replace(/\.$/, '')}`}. Nothing was changed; it is where it was, on ${home.name}.`,
    because: [
      state(file),
      ...failed.map(
        ({ event, host }) => `${event} on ${host ?? 'no host'} ended in an error (${newest.requestId})`,
      ),
    ],
    steps: [],
  };
}
