import type { Action } from '../action.ts';
import { bringBack } from '../bases.ts';
import { copyAgain } from '../by-hand.ts';
import {
  isAtRest,
  isRunning,
  isWhole,
  missingBases,
  rootOf,
  type CaseFile,
  type Seen,
} from '../case-file.ts';
import { NEVER } from '../forbidden.ts';
import { goodAt, goodByRecord, goodNowhere } from '../good-copy.ts';
import { comparedOf, isFarSmaller } from '../proof.ts';
import type { Finding, Rule } from '../rule.ts';
import { holds, recordWords, state } from '../words.ts';

const UNIT_TEST = 'test/unit/domain/recovery/at-rest.test.ts';

/** Nova is content, and the disks are not as they should be; or are left where nobody wants them. */
export const AT_REST_DISK_RULES: readonly Rule[] = [
  {
    id: 'reset-on-nothing-copied',
    title: 'Nova is content at the destination, and the data are at the source',
    failures: ['F08', 'F03'],
    urgency: 'danger',
    looksLike:
      'Nova says ACTIVE or SHUTOFF on the destination; its root disk there is missing or far smaller than that in <uuid>_resize on the source.',
    why: 'Nothing was copied, and somebody reset the state, or confirmed nothing and started it: it runs from an empty disk.',
    whatToDo: [
      'Stop it: what is written now is written beside the data.',
      'Copy the source’s _resize to the destination by hand; what lies there is set aside, not removed.',
      'Have both compared, then start it.',
    ],
    never: [
      {
        what: 'a start or a hard reboot',
        why: 'The guest would boot from a disk without its data, and be taken for well.',
        kinds: ['start', 'hard-reboot'],
      },
      NEVER.migrateAgain,
    ],
    mendedWhen: 'Both root disks are equal, and it boots at the destination.',
    reads: ['server status', 'disks of both hosts', 'a comparison, if one was made'],
    sources: ['F08', 'F03', 'docs/handbook/nova.md'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-there.test.ts'],
    find: dataAtSource,
  },
  {
    id: 'base-gone-at-rest',
    title: 'Nova is content, and a base of its disk is gone',
    failures: ['F21', 'F07'],
    urgency: 'danger',
    looksLike: 'Nova says ACTIVE or SHUTOFF; its disk names a backing file that is not there.',
    why: 'The base was removed under it: by hand, or by the image cache while the instance was at another host. A guest that runs keeps the removed file open, and loses it when it stops.',
    whatToDo: [
      'Do not stop it, if it runs.',
      'Bring the base back under its own name, from any host that has it.',
    ],
    never: [
      {
        what: 'a stop, a start or a hard reboot before the base is there',
        why: 'Once it is off it cannot start, and the removed file that the guest still has open is gone.',
        kinds: ['stop', 'start', 'hard-reboot'],
      },
      NEVER.migrateAgain,
    ],
    mendedWhen: 'qemu-img info --backing-chain of its disk shows the whole chain.',
    reads: ['server status', 'backing chains of its host', 'image caches'],
    sources: ['F21', 'F07', 'nova/conf/imagecache.py:70'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-bases.test.ts'],
    find: baseGone,
  },
  {
    id: 'left-behind',
    title: 'Another host has something of it left',
    failures: ['F36', 'F10', 'F27'],
    urgency: 'untidy',
    looksLike:
      'The instance is well on its host; another host of its migrations has <uuid> or <uuid>_resize, or a domain of it that is off.',
    why: 'A migration ended half-way, and Nova put its own side in order only.',
    whatToDo: ['Have libvirt there forget the domain.', 'Set aside what is left there; free the room later.'],
    never: [
      {
        what: 'deleting it at once',
        why: 'Whether anything is missing shows only in the guest; set aside, it costs nothing but room.',
        kinds: [],
      },
    ],
    mendedWhen: 'No other host has anything of it but what is called .kept.',
    reads: ['directories and domains of all hosts of the case'],
    sources: ['F36', 'F10', 'F27', 'docs/handbook/nova.md'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-begun.test.ts'],
    find: leftBehind,
  },
];

function dataAtSource(file: CaseFile): Finding | undefined {
  const { source, destination, at } = file;
  if (!isAtRest(file) || at !== 'destination' || source === undefined || destination === undefined)
    return undefined;
  const [from, to] = [source.instance.resizeDirectory, destination.instance.directory];
  const [theirs, ours] = [rootOf(from), rootOf(to)];
  if (!file.hasRoot || from === undefined || theirs === undefined) return undefined;
  const isDifferent = comparedOf(file) === 'differs' && !isRunning(destination);
  const isSmall = ours !== undefined && isFarSmaller(ours, theirs);
  if (ours !== undefined && !isSmall) return undefined;
  return {
    confidence: ours === undefined || isDifferent ? 'certain' : 'likely',
    goodCopy:
      ours === undefined
        ? goodByRecord(file, source, from)
        : goodAt(file, source, from, isDifferent ? 'by comparison' : 'by its size'),
    verdict:
      ours === undefined
        ? `${destination.name} has no root disk of it; the only copy is on ${source.name}, in ${from.path}.`
        : `Its disk on ${destination.name} ${isDifferent ? `is far smaller than that of ${source.name}, and another one` : 'looks like a new one from the image'}; the data are on ${source.name}, in ${from.path}.`,
    because: [
      state(file),
      ...recordWords(file),
      holds(source.name, from, theirs),
      ours === undefined || to === undefined
        ? `On ${destination.name} there is no root disk in ${destination.instancesPath}/${file.server.id}`
        : holds(destination.name, to, ours),
      ...(isDifferent ? ['Both were read and compared: they differ'] : []),
    ],
    steps: [copyAgain(file, source, destination, from.path)],
  };
}

function baseGone(file: CaseFile): Finding | undefined {
  const { home } = file;
  if (!isAtRest(file) || home === undefined) return undefined;
  const missing = missingBases(home.instance.directory);
  if (missing.length === 0) return undefined;
  return {
    confidence: 'certain',
    goodCopy: goodNowhere(file),
    verdict: `On ${home.name} the base ${missing.join(', ')} is gone${isRunning(home) ? '; it runs until it is stopped, and not again after' : ', and it cannot start'}.`,
    because: [
      state(file),
      `The domain on ${home.name}: ${home.instance.domain}`,
      ...missing.map((path) => `${path} is not on ${home.name}`),
    ],
    steps: bringBack(file, home, missing),
  };
}

/** Nothing while Coldhaul itself is at it; and what a source has left after a move is told by reset-on-verify. */
function leftBehind(file: CaseFile): Finding | undefined {
  const { home, source, at } = file;
  if (!isAtRest(file) || home === undefined || file.evidence.own.some(({ isOpen }) => isOpen))
    return undefined;
  const directory = home.instance.directory;
  if (!isWhole(directory) || (file.hasRoot && rootOf(directory) === undefined)) return undefined;
  const hosts = file.seen.filter(
    (host) =>
      host !== home &&
      !isRunning(host) &&
      !(at === 'destination' && host === source && host.instance.resizeDirectory !== undefined) &&
      ((host.instance.directory ?? host.instance.resizeDirectory) !== undefined ||
        host.instance.domain === 'shut off'),
  );
  if (hosts.length === 0) return undefined;
  return {
    confidence: 'certain',
    goodCopy: goodByRecord(file, home, directory),
    verdict: `${hosts.map(({ name }) => name).join(' and ')} still ${hosts.length === 1 ? 'has' : 'have'} something of it; it lives on ${home.name}.`,
    because: [state(file), ...recordWords(file), ...hosts.flatMap(leavings)],
    steps: hosts.flatMap(putAway),
  };
}

function leavings({ name, instance }: Seen): readonly string[] {
  return [
    ...[instance.directory, instance.resizeDirectory].flatMap((each) =>
      each === undefined ? [] : [`${name} has ${each.path}`],
    ),
    ...(instance.domain === 'shut off' ? [`libvirt on ${name} knows a domain of it, which is off`] : []),
  ];
}

function putAway({ name, instance }: Seen): readonly Action[] {
  return [
    ...(instance.domain === 'shut off' ? [{ kind: 'undefine', host: name } satisfies Action] : []),
    ...[instance.directory, instance.resizeDirectory].flatMap((each): readonly Action[] =>
      each === undefined ? [] : [{ kind: 'set-aside', host: name, path: each.path }],
    ),
  ];
}
