import { isOld as isOlderThan } from '../at-work.ts';
import { healAllocations, restartCompute, tellNova } from '../by-hand.ts';
import { recordAgeMs, rootOf, runsOn, type CaseFile } from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodAt, goodUnknown } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, silence, state } from '../words.ts';

const UNIT_TEST = 'test/unit/domain/recovery/migrating.test.ts';
const TESTED_IN = [UNIT_TEST, 'test/integration/recovery-running.test.ts'];
const PATIENCE_MS = 10 * 60_000;
const READS = ['server status and task', 'the newest migration', 'domains of both hosts', 'jobs of libvirt'];

/** MIGRATING is a live migration; where the guest runs decides. */
export const MIGRATING_RULES: readonly Rule[] = [
  {
    id: 'migrating-moving',
    title: 'MIGRATING, and the guest is on its way',
    failures: ['F15'],
    urgency: 'fine',
    looksLike:
      'Nova says MIGRATING; libvirt on the source has a job for the guest, the destination holds it paused, or it has just arrived.',
    why: 'A live migration takes as long as the guest’s memory and disks need; at its end both hosts know the guest for a moment.',
    whatToDo: ['Wait.'],
    never: [NEVER.resetState, NEVER.startTwice, NEVER.databaseHost],
    mendedWhen: 'Nova says ACTIVE on the destination.',
    reads: READS,
    sources: ['F15', 'F13'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-live.test.ts'],
    find: moving,
  },
  {
    id: 'migrating-not-started',
    title: 'MIGRATING, and the guest runs where it was',
    failures: ['F13', 'F15', 'F19', 'F20'],
    urgency: 'stuck',
    looksLike:
      'Nova says MIGRATING; libvirt on the source runs the guest and has no job for it, the destination does not know it.',
    why: 'A message was lost, or the destination refused; Nova did not notice.',
    whatToDo: [
      'Abort the live migration, if Nova still takes it.',
      'Otherwise restart nova-compute on the source, which gives the task up; or reset the state: nothing has moved.',
    ],
    never: [NEVER.databaseHost],
    mendedWhen: 'Nova says ACTIVE on the source, without a task.',
    reads: READS,
    sources: ['F13', 'F15', 'seed 4', 'nova/compute/manager.py:1255-1258'],
    testedIn: TESTED_IN,
    find: notStarted,
  },
  {
    id: 'migrating-finished',
    title: 'MIGRATING, and the guest runs at the destination already',
    failures: ['F14', 'F15'],
    urgency: 'danger',
    looksLike:
      'Nova says MIGRATING on the source; libvirt runs the guest at the destination, and not on the source.',
    why: 'The guest moved, and Nova failed when it was to write that down: its login was over (401).',
    whatToDo: [
      'Lock the instance, so that nobody starts it on the source: the disks there are old.',
      'Write the destination into the database, with ports, volumes and Placement; each command is given.',
      'Set aside the source’s directory once the guest was restarted from the right disks.',
    ],
    never: [
      {
        what: 'reset-state alone, or stop and start',
        why: 'Nova would start the old disks on the source: two guests, two sets of data.',
        kinds: ['reset-state', 'stop', 'start', 'hard-reboot'],
      },
      {
        what: 'restarting nova-compute of the source',
        why: 'It resets the task, and the next start boots the old disks.',
        kinds: [],
      },
    ],
    mendedWhen:
      'Nova says ACTIVE on the destination; there is one QEMU of it; a mark in the guest survives a reboot.',
    reads: READS,
    sources: ['F14', 'F15', 'seed 4'],
    testedIn: TESTED_IN,
    find: finished,
  },
  {
    id: 'migrating-unclear',
    title: 'MIGRATING, and no host runs the guest',
    failures: ['F15'],
    urgency: 'danger',
    looksLike:
      'Nova says MIGRATING for a long time; no host of it says that it runs the guest, or one does not answer.',
    why: 'Where the guest runs, and who wrote last, decides, and that is not known.',
    whatToDo: ['Get the word of libvirt on both hosts, then look again.'],
    never: [NEVER.startTwice, NEVER.resetState, NEVER.databaseHost],
    mendedWhen: 'libvirt on both hosts has answered.',
    reads: READS,
    sources: ['F15'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-live.test.ts'],
    find: unclear,
  },
];

const isOld = (file: CaseFile): boolean => isOlderThan(file, PATIENCE_MS);
/** Nova writes the record all the time while memory is copied, so this is the time since the end of that. */
const isArrivedLong = (file: CaseFile): boolean =>
  (recordAgeMs(file) ?? file.ageMs ?? PATIENCE_MS) >= PATIENCE_MS;

function isMigrating(file: CaseFile): boolean {
  return file.server.status === 'MIGRATING' && runsOn(file).length < 2;
}

function moving(file: CaseFile): Finding | undefined {
  const { server, source, destination, at } = file;
  if (server.status !== 'MIGRATING') return undefined;
  const domainOf = (host: typeof source): string | undefined => host?.instance.domain;
  const isBetween =
    (domainOf(source) === 'running' && domainOf(destination) === 'paused') ||
    (domainOf(source) === 'paused' && domainOf(destination) === 'running');
  const jobs = source?.instance.close?.jobs ?? [];
  const hasArrived =
    domainOf(destination) === 'running' &&
    runsOn(file).length < 2 &&
    at !== 'destination' &&
    !isArrivedLong(file);
  const hasJob = jobs.length > 0 && runsOn(file).length < 2 && domainOf(source) !== 'absent';
  const isHeld = domainOf(source) === 'paused' && domainOf(destination) === 'paused';
  if (!isBetween && !hasArrived && !hasJob && !isHeld) return undefined;
  return {
    confidence: isHeld ? 'open' : 'certain',
    verdict: hasArrived
      ? `It runs on ${destination?.name ?? 'the destination'}, and Nova is writing that down.`
      : 'libvirt is moving it.',
    because: [
      state(file),
      ...recordWords(file),
      ...domains(file),
      ...jobs.map(
        ({ kind, target }) => `A job of libvirt: ${kind}${target === undefined ? '' : ` of ${target}`}`,
      ),
    ],
    steps: [],
    ...(isHeld && {
      wouldTell: 'Looking again in a minute: at the end of a move both hosts hold it for seconds only.',
    }),
  };
}

function domains(file: CaseFile): readonly string[] {
  return [
    ...file.seen.map(({ name, instance }) => `The domain on ${name}: ${instance.domain}`),
    ...file.silent.map((side) => silence(side, side.why)),
  ];
}

function notStarted(file: CaseFile): Finding | undefined {
  const { source, destination, server } = file;
  if (!isMigrating(file) || source?.instance.domain !== 'running' || !isOld(file)) return undefined;
  const there = destination?.instance.domain;
  if (there !== undefined && there !== 'absent' && there !== 'shut off') return undefined;
  const jobs = source.instance.close?.jobs ?? [];
  const isKnown = destination !== undefined && source.instance.close?.jobsKnown === true;
  if (jobs.length > 0) return undefined;
  const id = file.record === undefined ? 'ID' : String(file.record.id);
  return {
    confidence: isKnown ? 'certain' : 'open',
    goodCopy: goodAt(file, source, source.instance.directory, 'the guest runs from it'),
    verdict: `The guest runs on ${source.name} as before; nothing has moved.`,
    because: [
      state(file),
      ...recordWords(file),
      ...domains(file),
      ...(isKnown ? [`libvirt on ${source.name} has no job for it`] : []),
    ],
    steps: [
      {
        kind: 'by-hand',
        title: 'Abort the live migration',
        where: 'the workstation',
        commands: [`openstack server migration abort ${server.id} ${id}`],
        changes: 'Nova gives the migration up; the guest goes on where it runs.',
        undo: 'Migrate it again.',
        check: `openstack server show ${server.id} says ACTIVE; a refusal (400, 409) changes nothing.`,
      },
      restartCompute(source.name),
      { kind: 'reset-state', to: 'active' },
    ],
    ...(!isKnown && {
      wouldTell:
        'What libvirt says on both hosts: virsh domjobinfo at the source, virsh list at the destination.',
    }),
  };
}

function finished(file: CaseFile): Finding | undefined {
  const { source, destination, server, at } = file;
  if (!isMigrating(file) || destination?.instance.domain !== 'running' || at === 'destination')
    return undefined;
  if (!isArrivedLong(file)) return undefined;
  const isGone = source?.instance.domain === 'absent' || source?.instance.domain === 'shut off';
  return {
    confidence: isGone ? 'certain' : 'likely',
    goodCopy: goodAt(file, destination, destination.instance.directory, 'the guest runs from it'),
    verdict: `The guest runs on ${destination.name}; Nova believes it to be on ${server.host ?? 'no host'}, where only old disks are.`,
    because: [state(file), ...recordWords(file), ...domains(file)],
    steps: [tellNova(file, destination.name), healAllocations(file)],
  };
}

function unclear(file: CaseFile): Finding | undefined {
  if (!isMigrating(file) || !isOld(file) || runsOn(file).length > 0) return undefined;
  const isTold =
    file.source !== undefined &&
    file.destination !== undefined &&
    file.seen.every(({ instance }) => instance.domain !== 'unknown');
  const disks = file.seen.flatMap(({ name, instance }) => {
    const root = rootOf(instance.directory);
    return root === undefined
      ? []
      : [`The root disk on ${name} was written last at ${new Date(root.mtimeSeconds * 1000).toISOString()}`];
  });
  return {
    confidence: 'open',
    goodCopy: goodUnknown(file),
    verdict: isTold
      ? 'It runs on neither host, and which disks are the newer ones is not known.'
      : 'Which host has the guest is not known.',
    because: [state(file), ...recordWords(file), ...domains(file), ...disks],
    steps: [],
    wouldTell: isTold
      ? 'The end of /var/log/libvirt/qemu/<instance name>.log on both hosts: where did it run last?'
      : 'virsh list --all --uuid on every host that the record names.',
  };
}
