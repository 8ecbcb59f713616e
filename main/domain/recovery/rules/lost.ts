import { isOld } from '../at-work.ts';
import { findDisks } from '../by-hand.ts';
import { isAtRest, isWhole, rootOf, type CaseFile, type Seen } from '../case-file.ts';
import { showRemoteCommand } from '../../naming.ts';
import type { Action } from '../action.ts';
import { bindPorts, rename, writeHost } from '../commands.ts';
import { NEVER } from '../forbidden.ts';
import { goodAt, goodUnknown } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, silence, state } from '../words.ts';

const TESTED_IN = ['test/unit/domain/recovery/lost.test.ts', 'test/integration/recovery-lost.test.ts'];

/** A host that tells nothing: what it holds is not known, so nothing is changed. */
export const LOST_RULES: readonly Rule[] = [
  {
    id: 'destination-lost',
    title: 'The destination is dead, and the source has the disks',
    failures: ['F12', 'F07', 'F46'],
    urgency: 'danger',
    looksLike:
      'Nova says RESIZE, VERIFY_RESIZE or ERROR on the destination, which is down and does not answer; the source has <uuid>_resize, whole.',
    why: 'The destination died in the middle, or after it. Nova cannot go back without it.',
    whatToDo: [
      'Bring the destination back, if that can be: then everything is as in the other states.',
      'If it is gone for good, see that it is off, tell Nova in its database that the instance is on the source, and give the disks their name back.',
    ],
    never: [
      { what: 'evacuate', why: 'It makes new disks from the image on a third host.', kinds: [] },
      NEVER.confirm,
      NEVER.deleteServer,
      {
        what: 'starting it at the source while the destination may run it',
        why: 'Two guests that write with one identity destroy each other’s data.',
        kinds: ['start', 'hard-reboot'],
      },
    ],
    mendedWhen: 'Nova names the host that has the disks under <uuid>, and it boots there.',
    reads: ['server status', 'services', 'directories of the source'],
    sources: ['F12', 'F07', 'nova/compute/api.py:4085'],
    testedIn: TESTED_IN,
    find: destinationLost,
  },
  {
    id: 'host-silent',
    title: 'A host of it does not answer',
    failures: ['F12', 'F46'],
    urgency: 'stuck',
    looksLike: 'Nova says something that is no rest, and one of the hosts of the move cannot be read.',
    why: 'The host is down, or Coldhaul’s way to it is: what it holds, and whether it runs the guest, is not known.',
    whatToDo: ['Get the host to answer, then look again. Until then nothing is changed.'],
    never: [NEVER.databaseHost, NEVER.deleteServer],
    mendedWhen: 'Every host of the move tells what it has.',
    reads: ['whatever each host tells'],
    sources: ['F46', 'G5'],
    testedIn: TESTED_IN,
    find: hostSilent,
  },
];

function destinationLost(file: CaseFile): Finding | undefined {
  const { server, source, record, evidence, at } = file;
  if (!['RESIZE', 'VERIFY_RESIZE', 'ERROR'].includes(server.status) || at !== 'destination') return undefined;
  const side = evidence.sides.find(({ name }) => name === record?.destCompute);
  if (side === undefined || side.told.known || source === undefined) return undefined;
  if (side.service?.state === 'up' && !side.service.forcedDown) return undefined;
  const kept = source.instance.resizeDirectory;
  if (kept === undefined || !isWhole(kept) || (file.hasRoot && rootOf(kept) === undefined)) return undefined;
  return {
    confidence: 'likely',
    // Before it was finished there, nothing can have run from the copy.
    goodCopy:
      server.status === 'RESIZE' ? goodAt(file, source, kept, 'by what Nova records') : goodUnknown(file),
    verdict: `${side.name} is down and does not answer; ${source.name} has the disks of before in ${kept.path}.`,
    because: [
      state(file),
      ...recordWords(file),
      silence(side, side.told.why),
      `nova-compute of ${side.name} is down`,
      `Whole disks in ${kept.path} on ${source.name}`,
    ],
    steps: [bringUp(side.name), backToSource(file, source, kept.path)],
  };
}

function bringUp(host: string): Action {
  return {
    kind: 'by-hand',
    title: `Bring ${host} back`,
    where: host,
    commands: [showRemoteCommand(host, ['systemctl', 'is-active', 'nova-compute', 'libvirtd'])],
    changes: 'Nothing; the command only says whether it is there again.',
    undo: 'Nothing was changed.',
    check:
      'openstack compute service list --service nova-compute shows it up; then look at the instance again.',
  };
}

/** Without the destination Nova has no call for it; what was written there since the move is given up. */
function backToSource({ server, record }: CaseFile, { name }: Seen, path: string): Action {
  const lost = record?.destCompute ?? 'the destination';
  return {
    kind: 'by-hand',
    title: `Only if ${lost} is gone for good: back to ${name}`,
    where: `the database of the cell, then ${name}, then the workstation`,
    commands: [
      ...writeHost(server.id, name),
      rename(path, path.replace(/_resize$/, '')),
      `openstack server set --state active ${server.id}`,
      `openstack server stop ${server.id}`,
      bindPorts(server.id, name),
      `nova-manage placement heal_allocations --instance ${server.id} --force`,
    ],
    changes: `First see that ${lost} is off and stays off. Then Nova takes the disks on ${name}; what the guest wrote on ${lost} is given up.`,
    undo: 'The same UPDATE with what the SELECT showed before, and the mv the other way round.',
    check: `openstack server show ${server.id} names ${name} and says SHUTOFF; then it can be started.`,
  };
}

function hostSilent(file: CaseFile): Finding | undefined {
  const { silent, server } = file;
  if (isAtRest(file) || silent.length === 0) return undefined;
  if (server.status !== 'ERROR' && server.status !== 'VERIFY_RESIZE' && !isOld(file)) return undefined;
  const names = silent.map(({ name }) => name).join(' and ');
  return {
    confidence: 'open',
    goodCopy: goodUnknown(file),
    verdict: `${names} ${silent.length === 1 ? 'does' : 'do'} not answer, so nothing is changed.`,
    because: [state(file), ...recordWords(file), ...silent.map((side) => silence(side, side.why))],
    steps: silent.map(({ name }) => bringUp(name)),
    wouldTell: `What ${names} ${silent.length === 1 ? 'has' : 'have'}: its directories, its domains and what copies there.`,
  };
}

/** What no rule knows: an instance that is not at rest, and no reason found. */
export function lastResort(known: readonly Rule[]): Rule {
  return {
    id: 'not-known',
    title: 'A state that no rule knows',
    failures: ['F19'],
    urgency: 'stuck',
    looksLike:
      'Nova says ERROR, or has been at something for minutes, and what the hosts have fits nothing in this book.',
    why: 'Not known. A time-out between services (MessagingTimeout) can stop Nova anywhere; its message says when, not where.',
    whatToDo: [
      'Look for the disks first, on every host, under every name with its id.',
      'Read nova-compute.log of the hosts and nova-conductor.log for the id of the last request.',
      'Change nothing until it is clear where the good disks are.',
    ],
    never: [NEVER.migrateAgain, NEVER.deleteServer, NEVER.databaseHost],
    mendedWhen: 'Nova says ACTIVE or SHUTOFF, and the disks are on the host that it names.',
    reads: ['everything'],
    sources: ['F19'],
    testedIn: TESTED_IN,
    find: (file) => (known.some(({ find }) => find(file) !== undefined) ? undefined : notKnown(file)),
  };
}

const WORKING: ReadonlySet<string> = new Set(['RESIZE', 'REVERT_RESIZE', 'MIGRATING', 'REBUILD']);

function notKnown(file: CaseFile): Finding | undefined {
  const { server, seen } = file;
  const isWaiting = server.status === 'ERROR' || server.status === 'VERIFY_RESIZE';
  if (!isWaiting && !(isOld(file) && (WORKING.has(server.status) || server.taskState !== undefined)))
    return undefined;
  return {
    confidence: 'open',
    goodCopy: goodUnknown(file),
    verdict: `Nova says ${server.status}, and what its hosts have fits no state that is known.`,
    because: [
      state(file),
      ...(server.fault === undefined ? [] : [`Its fault: ${server.fault.message}`]),
      ...recordWords(file),
      ...seen.map(
        ({ name, instance }) =>
          `${name}: ${rootOf(instance.directory) === undefined ? 'no' : 'a'} root disk in <uuid>, ${rootOf(instance.resizeDirectory) === undefined ? 'none' : 'one'} in <uuid>_resize, domain ${instance.domain}`,
      ),
    ],
    steps: [findDisks(file, seen[0]?.instancesPath ?? '/var/lib/nova/instances')],
    wouldTell: 'The log lines of nova-compute and nova-conductor about its last request.',
  };
}
