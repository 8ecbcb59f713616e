import { showCommand } from '../../naming.ts';
import type { InstanceDirectory } from '../../host.ts';
import type { Action } from '../action.ts';
import { tellNova } from '../by-hand.ts';
import { isAtRest, isSettled, rootOf, runsOn, type CaseFile, type Seen } from '../case-file.ts';
import { rename } from '../commands.ts';
import { NEVER } from '../forbidden.ts';
import { goodByRecord, goodUnknown } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { holds, recordWords, state } from '../words.ts';
import { nothingCopied } from './verify-resize.ts';

const TESTED_IN = [
  'test/unit/domain/recovery/two-of-it.test.ts',
  'test/integration/recovery-running.test.ts',
];

/** A guest that runs twice, or where Nova does not know of it. */
export const TWO_GUESTS_RULES: readonly Rule[] = [
  {
    id: 'split-brain',
    title: 'The guest runs on two hosts',
    failures: ['F37', 'F15'],
    urgency: 'danger',
    looksLike: 'libvirt on two hosts says that it runs one and the same instance.',
    why: 'It was started where it had been before, by hand, by resume_guests_state_on_host_boot, or after a reset-state.',
    whatToDo: [
      'Suspend both: what they write from now on is lost on one side.',
      'Keep both disks.',
      'Find out which one the users worked with; a person decides.',
    ],
    never: [
      NEVER.startTwice,
      {
        what: 'stopping one by Nova',
        why: 'Nova stops the one that it knows of, which may be the right one.',
        kinds: ['stop', 'reset-state'],
      },
    ],
    mendedWhen: 'One host runs it, the other has its disks set aside and no domain.',
    reads: ['domains of all hosts'],
    sources: ['F37', 'G5'],
    testedIn: TESTED_IN,
    find: splitBrain,
  },
  {
    id: 'runs-elsewhere',
    title: 'The guest runs where Nova does not know of it',
    failures: ['F14', 'F37'],
    urgency: 'danger',
    looksLike: 'libvirt of one host runs the guest; Nova says that it is on another.',
    why: 'A live migration whose end Nova did not write down, after which somebody reset the state; or a start by hand.',
    whatToDo: [
      'Lock it, so that nobody starts it where Nova believes it to be.',
      'See that it is the right one: who works with it, what does it say? Then tell Nova where it is.',
      'Otherwise stop it by hand where it runs, and keep its disks.',
    ],
    never: [NEVER.startTwice, NEVER.resetState],
    mendedWhen: 'Nova names the host that runs it.',
    reads: ['server record', 'domains of all hosts'],
    sources: ['F14', 'G5'],
    testedIn: TESTED_IN,
    find: runsElsewhere,
  },
];

/** Two directories on one host. */
export const TWO_DIRECTORIES_RULES: readonly Rule[] = [
  {
    id: 'both-directories',
    title: 'One host has both <uuid> and <uuid>_resize',
    failures: ['F27', 'F08'],
    urgency: 'danger',
    looksLike: 'On one host lie <uuid> and <uuid>_resize side by side.',
    why: 'An older migration failed and left its disks; or somebody rebooted hard, and Nova made an empty directory.',
    whatToDo: [
      'Find out which of the two holds the data: sizes, times, qemu-img check.',
      'Where <uuid> has no root disk, it is an empty one: set it aside, then put _resize back.',
      'Otherwise set the loser aside; nothing is deleted.',
    ],
    never: [
      NEVER.migrateAgain,
      { what: 'revert, if it is the source', why: 'It removes <uuid> where it finds _resize.', kinds: [] },
      NEVER.hardReboot,
    ],
    mendedWhen: 'One of the two names is left.',
    reads: ['directories of all hosts'],
    sources: ['F27', 'G2', 'lp#1960230', 'nova/virt/libvirt/driver.py:12789-12792'],
    testedIn: [
      'test/unit/domain/recovery/two-of-it.test.ts',
      'test/integration/recovery-error.test.ts',
      'test/integration/recovery-there.test.ts',
    ],
    find: bothDirectories,
  },
];

/** At the end of a live migration one of two is paused for a moment: then libvirt is moving it. */
function splitBrain(file: CaseFile): Finding | undefined {
  const hosts = runsOn(file);
  const running = hosts.filter(({ instance }) => instance.domain === 'running');
  if (hosts.length < 2 || (file.server.status === 'MIGRATING' && running.length < 2)) return undefined;
  const { id } = file.server;
  return {
    confidence: 'certain',
    goodCopy: goodUnknown(file),
    verdict: `It runs on ${hosts.map(({ name }) => name).join(' and ')} at once${running.length === 0 ? ', paused on each' : ''}.`,
    because: [
      state(file),
      ...recordWords(file),
      ...hosts.map(({ name, instance }) => `The domain on ${name}: ${instance.domain}`),
    ],
    steps: [
      ...running.map(({ name }): Action => ({
        kind: 'by-hand',
        title: `Suspend it on ${name}`,
        where: name,
        commands: [`virsh suspend ${id}`],
        changes: 'The guest stands still, with its memory; its disks are written to no more.',
        undo: `virsh resume ${id}, on one host only.`,
        check: `virsh domstate ${id} says paused.`,
      })),
      ...hosts.map((host) => endOne(file, host)),
    ],
  };
}

function endOne({ server }: CaseFile, { name, instancesPath }: Seen): Action {
  const home = `${instancesPath}/${server.id}`;
  return {
    kind: 'by-hand',
    title: `End it on ${name}, if that is the wrong one`,
    where: name,
    commands: [`virsh destroy ${server.id}`, rename(home, `${home}.kept`)],
    changes:
      'The plug is pulled there, and its disks are kept under another name. Then virsh resume on the other host.',
    undo: `${rename(`${home}.kept`, home)}; what was in its memory is lost.`,
    check: `virsh list on ${name} does not show it.`,
  };
}

/** In VERIFY_RESIZE and on the way there, it runs at the destination, and Nova says so. */
function runsElsewhere(file: CaseFile): Finding | undefined {
  const { server } = file;
  const hosts = runsOn(file);
  const [one] = hosts;
  if (hosts.length !== 1 || one === undefined || one.name === server.host) return undefined;
  if (server.status === 'MIGRATING' || server.taskState !== undefined) return undefined;
  return {
    confidence: 'certain',
    goodCopy: goodUnknown(file),
    verdict: `It runs on ${one.name}; Nova believes it to be on ${server.host ?? 'no host'}.`,
    because: [
      state(file),
      ...file.seen.map(({ name, instance }) => `The domain on ${name}: ${instance.domain}`),
    ],
    steps: [
      {
        kind: 'by-hand',
        title: 'Keep everybody’s hands off',
        where: 'the workstation',
        commands: [
          showCommand(['openstack', 'server', 'lock', '--reason', `runs on ${one.name}`, server.id]),
        ],
        changes: 'Its owner can neither start nor reboot it.',
        undo: `openstack server unlock ${server.id}`,
        check: `openstack server show ${server.id} -c locked`,
      },
      tellNova(file, one.name),
    ],
  };
}

function bothDirectories(file: CaseFile): Finding | undefined {
  const isTold = nothingCopied(file) !== undefined;
  const hosts = file.seen.filter(
    (each) =>
      each.instance.directory !== undefined &&
      each.instance.resizeDirectory !== undefined &&
      // What lies on the source beside its disks is told by verify-nothing-copied then.
      !(isTold && each === file.source),
  );
  const host = hosts.find((each) => each === file.home) ?? hosts[0];
  // What another host has left is told by left-behind.
  if (isAtRest(file) && host !== file.home && rootOf(file.home?.instance.directory) !== undefined)
    return undefined;
  const { directory, resizeDirectory } = host?.instance ?? {};
  if (host === undefined || directory === undefined || resizeDirectory === undefined) return undefined;
  const [here, kept] = [rootOf(directory), rootOf(resizeDirectory)];
  const because = [
    state(file),
    `${host.name} has both ${directory.path} and ${resizeDirectory.path}`,
    here === undefined ? `${directory.path} has no root disk` : holds(host.name, directory, here),
    kept === undefined ? `${resizeDirectory.path} has no root disk` : holds(host.name, resizeDirectory, kept),
  ];
  const aside = (path: string): Action => ({ kind: 'set-aside', host: host.name, path });
  // The other host may hold what was moved, unless Nova says that this is its place.
  const known = (its: InstanceDirectory): Finding['goodCopy'] =>
    host === file.home && file.at !== 'destination' ? goodByRecord(file, host, its) : goodUnknown(file);
  if (here === undefined && kept !== undefined && file.hasRoot) {
    return {
      confidence: 'certain',
      goodCopy: known(resizeDirectory),
      verdict: `On ${host.name} its directory has no root disk; the disks are in ${resizeDirectory.path}.`,
      because,
      steps:
        file.home === host
          ? [aside(directory.path), { kind: 'put-back', host: host.name }]
          : [aside(directory.path)],
    };
  }
  if (kept === undefined && here !== undefined && file.hasRoot) {
    return {
      confidence: 'certain',
      goodCopy: known(directory),
      verdict: `On ${host.name} the disks are in ${directory.path}; ${resizeDirectory.path} has no root disk.`,
      because,
      steps: [aside(resizeDirectory.path)],
    };
  }
  if (isPlain(file, host)) {
    const stray = host === file.source ? directory.path : resizeDirectory.path;
    return {
      confidence: 'certain',
      goodCopy: goodUnknown(file),
      verdict: `On ${host.name} lies ${stray}, which Nova does not know of, beside the disks that it does.`,
      because,
      steps: [aside(stray)],
    };
  }
  return {
    confidence: 'open',
    goodCopy: goodUnknown(file),
    verdict: `On ${host.name} lie two sets of its disks, and which one is good is not known.`,
    because,
    steps: [],
    wouldTell:
      'Which of the two has the newest data: qemu-img check of both, their times, and a look inside by guestfish --ro.',
  };
}

/** Nova knows which of the two it has renamed, or will use for its verdict; the other one only stands in the way. */
function isPlain(file: CaseFile, host: Seen): boolean {
  const { server, source, destination, at } = file;
  if (server.status === 'VERIFY_RESIZE') return host === source || host === destination;
  return server.status === 'ERROR' && at === 'destination' && !isSettled(file) && host === source;
}
