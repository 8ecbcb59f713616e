import { bringBack } from '../bases.ts';
import { isOld } from '../at-work.ts';
import { lastMove, missingBases, recordAgeMs, rootOf, type CaseFile } from '../case-file.ts';
import { healAllocations, restartCompute } from '../by-hand.ts';
import { writeStatus } from '../commands.ts';
import { NEVER } from '../forbidden.ts';
import { goodNowhere } from '../good-copy.ts';
import type { Finding, Rule } from '../rule.ts';
import { recordWords, state } from '../words.ts';

const UNIT_TEST = 'test/unit/domain/recovery/revert.test.ts';
const TESTED_IN = [UNIT_TEST, 'test/integration/recovery-verdict.test.ts'];
/** A confirm removes files of any size, but needs seconds; after this nobody is at it. */
const CONFIRM_MS = 15 * 60_000;

/** On the way back, or half-way there; and verdicts that cannot be given. */
export const REVERT_RULES: readonly Rule[] = [
  {
    id: 'revert-base-gone',
    title: 'A revert failed for want of the base',
    failures: ['F07'],
    urgency: 'stuck',
    looksLike:
      'After a revert Nova says ERROR or REVERT_RESIZE on the source; its disk names a base that is not there.',
    why: 'The image cache removed the base while the instance waited in VERIFY_RESIZE; a revert does not fetch it again.',
    whatToDo: [
      'Bring the base back under its own name.',
      'Then a hard reboot on the source; while Nova says REVERT_RESIZE, its state is reset first.',
    ],
    never: [
      {
        what: 'making <uuid> on the source by hand while _resize exists',
        why: 'A revert removes what it finds by that name.',
        kinds: [],
      },
      NEVER.migrateAgain,
    ],
    mendedWhen: 'qemu-img info --backing-chain is whole on the source, and it boots.',
    reads: ['server status', 'instance actions', 'backing chains of the source', 'image caches'],
    sources: ['F07', 'nova/virt/libvirt/driver.py:13053-13110', 'nova/virt/libvirt/driver.py:4308-4315'],
    testedIn: TESTED_IN,
    find: baseGone,
  },
  {
    id: 'revert-hangs',
    title: 'REVERT_RESIZE, and nothing moves',
    failures: ['F07'],
    urgency: 'stuck',
    looksLike: 'Nova says REVERT_RESIZE for minutes.',
    why: 'A revert begins at the destination and ends at the source; one of the two nova-compute is down, or was started again meanwhile.',
    whatToDo: [
      'Bring both nova-compute up, and look again.',
      'Where the disks are in their place on the source: reset the state.',
    ],
    never: [NEVER.databaseHost, NEVER.migrateAgain],
    mendedWhen: 'Nova says ACTIVE or SHUTOFF on the source.',
    reads: ['server status', 'services', 'directories of the source'],
    sources: ['F07', 'nova/compute/api.py:4085'],
    testedIn: TESTED_IN,
    find: hangs,
  },
  {
    id: 'verify-host-down',
    title: 'VERIFY_RESIZE, and a host is down',
    failures: ['F05', 'F07'],
    urgency: 'stuck',
    looksLike:
      'Nova says VERIFY_RESIZE; nova-compute of one of the two hosts is down, or its record says anything but “finished”, such as “confirming”, for ever.',
    why: 'A confirm needs the source’s nova-compute, a revert that of both.',
    whatToDo: [
      'Bring the host’s nova-compute back; then give the verdict.',
      'Where the record does not say “finished”: the API no longer finds it; it has to say so again first.',
    ],
    never: [
      {
        what: 'deleting the compute service of the host',
        why: 'Its allocations stay, and no host of that name comes back cleanly.',
        kinds: [],
      },
      NEVER.resetState,
    ],
    mendedWhen: 'Both services are up, and the verdict is taken.',
    reads: ['server status', 'services', 'the newest migration'],
    sources: ['F05', 'nova/compute/api.py:4130', 'lp#1855927', 'lp#1852610'],
    testedIn: [UNIT_TEST, 'test/integration/recovery-verify.test.ts'],
    find: hostDown,
  },
];

function baseGone(file: CaseFile): Finding | undefined {
  const { server, source, at } = file;
  const isRevert =
    server.status === 'REVERT_RESIZE' ||
    (server.status === 'ERROR' && at === 'source' && lastMove(file) === 'revertResize');
  if (!isRevert || source === undefined) return undefined;
  const missing = missingBases(source.instance.directory ?? source.instance.resizeDirectory);
  if (missing.length === 0) return undefined;
  return {
    confidence: 'certain',
    goodCopy: goodNowhere(file),
    verdict: `It goes back to ${source.name}, and the base that its disk names is gone there.`,
    because: [
      state(file),
      ...recordWords(file),
      ...missing.map((path) => `${path} is not on ${source.name}`),
    ],
    steps: [...bringBack(file, source, missing), { kind: 'hard-reboot' }, healAllocations(file)],
  };
}

function hangs(file: CaseFile): Finding | undefined {
  const { server, source, destination, record } = file;
  if (server.status !== 'REVERT_RESIZE' || !isOld(file)) return undefined;
  if (missingBases(source?.instance.directory ?? source?.instance.resizeDirectory).length > 0)
    return undefined;
  const down = file.evidence.sides.filter(
    ({ name, service }) =>
      (name === record?.sourceCompute || name === record?.destCompute) &&
      (service?.state !== 'up' || service.forcedDown),
  );
  const isRenamed =
    source?.instance.directory === undefined && rootOf(source?.instance.resizeDirectory) !== undefined;
  const isHome =
    rootOf(source?.instance.directory) !== undefined && source?.instance.resizeDirectory === undefined;
  return {
    confidence: down.length > 0 || isHome ? 'likely' : 'open',
    verdict:
      down.length > 0
        ? `The revert waits for nova-compute of ${down.map(({ name }) => name).join(' and ')}.`
        : `The revert hangs${isHome ? `; the disks are in their place on ${source?.name ?? 'the source'}` : ''}.`,
    because: [
      state(file),
      ...recordWords(file),
      ...[source, destination].flatMap((host) =>
        host === undefined
          ? []
          : [
              `${host.name}: ${host.instance.directory === undefined ? 'no' : 'a'} directory, ${host.instance.resizeDirectory === undefined ? 'no' : 'a'} _resize, domain ${host.instance.domain}`,
            ],
      ),
    ],
    steps: [
      ...down.map(({ name }) => restartCompute(name)),
      ...(isRenamed && source !== undefined ? [{ kind: 'put-back', host: source.name } as const] : []),
      ...(isHome || isRenamed ? [{ kind: 'reset-state', to: 'active' } as const] : []),
    ],
    ...(down.length === 0 &&
      !isHome && { wouldTell: 'The logs of nova-compute on both hosts, with the instance’s id.' }),
  };
}

function hostDown(file: CaseFile): Finding | undefined {
  const { server, record, evidence } = file;
  if (server.status !== 'VERIFY_RESIZE') return undefined;
  const down = evidence.sides.filter(
    ({ name, service }) =>
      (name === record?.sourceCompute || name === record?.destCompute) &&
      (service?.state !== 'up' || service.forcedDown),
  );
  const isLost =
    record !== undefined && record.status !== 'finished' && (recordAgeMs(file) ?? 0) >= CONFIRM_MS;
  if (down.length === 0 && !isLost) return undefined;
  const names = down.map(({ name }) => name).join(' and ');
  const id = String(record?.id ?? '');
  return {
    confidence: 'certain',
    verdict:
      down.length === 0
        ? `Its record says “${record?.status ?? ''}”, so that neither confirm nor revert finds the migration any more.`
        : `nova-compute of ${names} is down: no verdict can be given until it is back.`,
    because: [
      state(file),
      ...recordWords(file),
      ...down.map(({ name }) => `nova-compute of ${name} is down`),
    ],
    steps: [
      ...down.map(({ name }) => restartCompute(name)),
      ...(isLost
        ? [
            {
              kind: 'by-hand',
              title: `Let Nova find record ${id} again`,
              where: 'the database of the cell',
              commands: [writeStatus(record.id, server.id, 'finished')],
              changes: 'The migration is found by confirm and revert again.',
              undo: writeStatus(record.id, server.id, record.status),
              check: `openstack server migration list --server ${server.id} says finished.`,
            } as const,
          ]
        : []),
    ],
  };
}
