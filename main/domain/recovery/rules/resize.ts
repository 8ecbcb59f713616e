import { formatBytes, formatRate, formatSeconds } from '../../units.ts';
import type { Action } from '../action.ts';
import { copiesOf, isWhole, rootOf, type CaseFile, type Seen } from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { closeRecord, restartCompute } from '../by-hand.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, state } from '../words.ts';

const TESTED_IN = ['test/unit/domain/recovery/resize.test.ts', 'test/integration/recovery-resize.test.ts'];

/** Nova's own steps beside the copy end sooner, also on a slow cloud (rpc_response_timeout is 60 s). */
const PATIENCE_MS = 5 * 60_000;

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
    whatToDo: ['Wait. What it writes, and how fast, is shown; nothing is wrong.'],
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
    ],
    never: [
      { what: 'sending the migrate again', why: 'The first message may still arrive.', kinds: [] },
      NEVER.databaseHost,
    ],
    mendedWhen: 'Nova says ACTIVE or SHUTOFF without a task; one host has the allocation.',
    reads: ['server status and task', 'directories of both hosts', 'copy processes', 'services'],
    sources: ['F09', 'nova/compute/manager.py:1085'],
    testedIn: TESTED_IN,
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
const isOld = ({ ageMs }: CaseFile): boolean => (ageMs ?? PATIENCE_MS) >= PATIENCE_MS;

/** True if its nova-compute was started after the migration: then what it did before is forgotten. */
function wasRestarted(file: CaseFile, host: Seen): boolean {
  const beganMs = Date.parse(file.record?.createdAt ?? '');
  return host.trouble.computeStartedAtMs !== undefined && host.trouble.computeStartedAtMs > beganMs;
}

function copying(file: CaseFile): Finding | undefined {
  const copies = copiesOf(file);
  if (!isResize(file) || copies.length === 0) return undefined;
  const moving = copies.filter(({ recentBytes }) => (recentBytes ?? 0) > 0);
  const because = copies.map(
    ({ host, pid, command, ageSeconds, writtenBytes, recentBytes, recentSeconds }) =>
      `On ${host}, process ${String(pid)} (${command.slice(0, 80)}) runs for ${formatSeconds(ageSeconds)}${writtenBytes === undefined ? '' : `, has written ${formatBytes(writtenBytes)}`}${recentBytes === undefined || recentSeconds === 0 ? '' : `, ${formatRate(recentBytes / recentSeconds)} now`}`,
  );
  if (moving.length > 0) {
    return {
      confidence: 'certain',
      verdict: 'Nova copies, and is getting on.',
      because: [state(file), ...because],
      steps: [],
    };
  }
  return {
    confidence: 'open',
    verdict: 'A copy is there, and was not seen to write.',
    because: [state(file), ...because],
    steps: [],
    wouldTell: 'Looking again in a minute: a copy that still has not written anything hangs.',
  };
}

function copyDead(file: CaseFile): Finding | undefined {
  const { source, destination, at } = file;
  if (!isResize(file) || source === undefined || at !== 'source' || copiesOf(file).length > 0)
    return undefined;
  const { resizeDirectory, directory } = source.instance;
  if (resizeDirectory === undefined || directory !== undefined) return undefined;
  const restarted = wasRestarted(file, source);
  if (!restarted && source.isUp && !isOld(file)) return undefined;
  const left = destination?.instance.directory;
  return {
    confidence: restarted || !source.isUp ? 'certain' : 'likely',
    verdict: `The copy has ended without Nova noticing; the disks are whole on ${source.name}, under the name ${resizeDirectory.path}.`,
    because: [
      state(file),
      ...recordWords(file),
      `${source.name} has ${resizeDirectory.path} and no ${file.server.id}`,
      'Nothing copies on any host of it',
      source.isUp
        ? restarted
          ? `nova-compute of ${source.name} was started after the migration`
          : `nova-compute of ${source.name} runs`
        : `nova-compute of ${source.name} is down`,
    ],
    steps: [
      restartCompute(source.name),
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
  const { source, at, server } = file;
  if (!isResize(file) || at === 'destination' || !isOld(file)) return undefined;
  const home = source ?? file.seen.find(({ name }) => name === server.host);
  if (home === undefined || copiesOf(file).length > 0) return undefined;
  const { directory, resizeDirectory } = home.instance;
  if (resizeDirectory !== undefined || (file.hasRoot && rootOf(directory) === undefined)) return undefined;
  return {
    confidence: server.taskState === 'resize_prep' ? 'certain' : 'likely',
    verdict: `Nova has begun nothing; the disks are in their place on ${home.name}.`,
    because: [
      state(file),
      ...recordWords(file),
      `The disks are in ${directory?.path ?? 'no directory'} on ${home.name}, and there is no _resize`,
      'Nothing copies on any host of it',
    ],
    steps: [restartCompute(home.name), { kind: 'reset-state', to: 'active' }, ...closeRecord(file, 'error')],
  };
}

function finishDead(file: CaseFile): Finding | undefined {
  const { source, destination, at } = file;
  if (!isResize(file) || at !== 'destination' || destination === undefined || copiesOf(file).length > 0)
    return undefined;
  if (destination.isUp && !wasRestarted(file, destination) && !isOld(file)) return undefined;
  const to = destination.instance.directory;
  const because = [
    state(file),
    ...recordWords(file),
    `nova-compute of ${destination.name} is ${destination.isUp ? 'up' : 'down'}`,
    `The domain on ${destination.name}: ${destination.instance.domain}`,
  ];
  if (!isWhole(to) || (file.hasRoot && rootOf(to) === undefined)) return undefined;
  return {
    confidence: 'likely',
    verdict: `The copy on ${destination.name} is whole, and its nova-compute has stopped finishing.`,
    because: [...because, `Whole disks in ${to?.path ?? ''}`],
    steps: [
      ...(destination.isUp ? [] : [restartCompute(destination.name)]),
      { kind: 'compare' },
      { kind: 'reset-state', to: 'error' },
      { kind: 'hard-reboot' },
      ...leaveSource(source),
      ...closeRecord(file, 'error'),
    ],
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
