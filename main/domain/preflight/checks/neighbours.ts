import type { OtherMigration, ServerGroup } from '../../surroundings.ts';
import { cutMiddle, printable } from '../../naming.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { unread } from '../unread.ts';
import { look, quoted } from '../words.ts';

const NAMED = 4;
const NAME_CHARACTERS = 60;
const DAY_MS = 24 * 3_600_000;

/** What else there is on the hosts that Nova, or another, minds. */
export const NEIGHBOUR_CHECKS: readonly MoveCheck[] = [
  {
    id: 'hosts.migrations',
    title: 'Other migrations',
    momentary: true,
    scope: 'move',
    protectsFrom:
      'What comes to the destination meanwhile takes the room and the link that were measured for this one.',
    sources: ['row 40', 'F17', 'F38'],
    reads: 'os-migrations of both hosts: those that have not ended',
    testedIn: [
      'test/unit/domain/preflight/cloud-neighbours.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/busy.ts',
    ],
    judge: (evidence) => ({ evidence: trafficWords(evidence), ...ofTraffic(evidence) }),
  },
  {
    id: 'server.group',
    title: 'Server group',
    scope: 'move',
    protectsFrom:
      'Nova finds no valid host when the instance is stopped already, or puts it beside what it must be apart from.',
    sources: [
      'row 31',
      'F38',
      'lp#1821755',
      'nova/scheduler/filters/affinity_filter.py',
      'nova/scheduler/utils.py setup_instance_group',
    ],
    reads: 'os-server-groups of the instance; instances on the destination',
    testedIn: [
      'test/unit/domain/preflight/cloud-neighbours.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/placed.ts',
    ],
    judge: (evidence) => ({
      evidence: groupWords(evidence),
      ...ofGroups(evidence),
    }),
  },
  {
    id: 'cloud.masakari',
    title: 'Masakari',
    scope: 'move',
    protectsFrom:
      'It takes a moved instance for a failed one and rebuilds it elsewhere, on local disks from its image alone.',
    sources: ['lp#1693728', 'masakari/engine/drivers/taskflow/host_failure.py:261-286'],
    reads: 'The catalog; segments of Masakari and their hosts',
    testedIn: [
      'test/unit/domain/preflight/cloud-neighbours.test.ts',
      'test/integration/preflight-cloud.test.ts',
    ],
    judge: (evidence) => ({
      evidence: [look('the workstation', ['openstack', 'segment', 'list'])],
      ...ofFailover(evidence),
    }),
  },
];

function trafficWords({ surroundings: { traffic }, source, destination }: MoveEvidence): readonly string[] {
  return [
    ...(traffic.known ? traffic.value.slice(0, NAMED).map((one) => said(one)) : []),
    ...[source, destination].map(({ name }) =>
      look('the workstation', ['openstack', 'server', 'migration', 'list', '--host', name]),
    ),
  ];
}

function said({ serverId, status, type, sourceCompute, destCompute, updatedAt }: OtherMigration): string {
  return `${serverId}: ${type ?? 'migration'} ${status}, ${sourceCompute ?? 'no host yet'} to ${destCompute ?? 'no host yet'}, changed ${updatedAt}`;
}

function ofTraffic({ surroundings: { traffic }, destination, cloud }: MoveEvidence): Judgement {
  if (!traffic.known)
    return unread(traffic, 'Whether Nova moves others to or from these hosts could not be read');
  const isAlive = ({ updatedAt }: OtherMigration): boolean =>
    !(Date.parse(`${updatedAt.replace(/Z$/, '')}Z`) < cloud.nowMs - DAY_MS);
  const alive = traffic.value.filter((one) => isAlive(one));
  const arriving = alive.filter(({ destCompute }) => destCompute === destination.name);
  // No warning: who empties a host moves several at once, and each would have to be acknowledged.
  if (arriving.length > 0) {
    return {
      verdict: 'note',
      message: `${String(arriving.length)} other instance(s) are on their way to ${destination.name} (${names(arriving)}): the room and the speed that were measured are not this one’s alone.`,
      fix: 'Where room is short, wait until they have arrived, then plan again.',
    };
  }
  if (alive.length > 0) {
    return {
      verdict: 'note',
      message: `Nova moves ${String(alive.length)} other instance(s) to or from these hosts (${names(alive)}); both will be slower than measured alone.`,
    };
  }
  if (traffic.value.length > 0) {
    return {
      verdict: 'note',
      message: `${String(traffic.value.length)} migration(s) of others have not ended for more than a day (${names(traffic.value)}): they are dead rather than slow.`,
    };
  }
  return { verdict: 'pass', message: 'Nova moves nothing else to or from these hosts.' };
}

function names(migrations: readonly OtherMigration[]): string {
  const some = migrations
    .slice(0, NAMED)
    .map(({ serverName, serverId }) => cutMiddle(printable(serverName ?? serverId), NAME_CHARACTERS));
  return [...some, ...(migrations.length > NAMED ? [`${String(migrations.length - NAMED)} more`] : [])].join(
    ', ',
  );
}

function groupWords({ server, surroundings: { groups }, destination }: MoveEvidence): readonly string[] {
  const read = groups.known ? groups.value : [];
  return [
    ...read.map(
      ({ id, policy, maxPerHost, atDestination }) =>
        `Group ${id}: ${policy}${policy === 'anti-affinity' ? `, at most ${String(maxPerHost)} a host` : ''}; on ${destination.name}: ${shown(atDestination)}`,
    ),
    look('the workstation', ['openstack', 'server', 'show', server.id, '-c', 'server_groups']),
  ];
}

function shown(members: readonly string[]): string {
  const some = members.slice(0, NAMED).map((name) => cutMiddle(printable(name), NAME_CHARACTERS));
  if (members.length > NAMED) some.push(`${String(members.length - NAMED)} more`);
  return some.join(', ') || 'none';
}

function ofGroups({ surroundings: { groups }, destination }: MoveEvidence): Judgement {
  if (!groups.known)
    return unread(groups, 'Whether a server group keeps it from the destination could not be read', 'warn');
  if (groups.value.length === 0) return { verdict: 'pass', message: 'The instance is in no server group.' };
  const judged = groups.value.map((group) => ofGroup(group, destination.name));
  return (
    judged.find(({ verdict }) => verdict === 'block') ??
    judged.find(({ verdict }) => verdict !== 'pass') ?? {
      verdict: 'pass',
      message: `The policy of its server group (${groups.value.map(({ policy }) => policy).join(', ')}) allows ${destination.name}.`,
    }
  );
}

/**
 * As the scheduler's filters do. The hosts of a group include the one that the instance itself is on, so that an
 * instance of an affinity group, also a lonely one, never leaves its host (nova/scheduler/utils.py, get_hosts without
 * exclude).
 */
function ofGroup({ name, policy, maxPerHost, atDestination }: ServerGroup, host: string): Judgement {
  const group = `server group ${cutMiddle(printable(name), NAME_CHARACTERS)} (${policy})`;
  const there = shown(atDestination);
  switch (policy) {
    case 'anti-affinity':
      if (atDestination.length < maxPerHost) break;
      return {
        verdict: 'block',
        message: `Its ${group} allows ${String(maxPerHost)} of its members on a host, and ${host} has ${String(atDestination.length)}: ${there}. Nova would find no valid host.`,
        fix: 'Choose another destination, or move those away from it first.',
      };
    case 'affinity':
      if (atDestination.length > 0) break;
      return {
        verdict: 'block',
        message: `Its ${group} keeps its members on one host, and ${host} has none of them. Nova would find no valid host.`,
        fix: 'Such an instance cannot be moved by Nova: the group is fixed when it is made.',
      };
    case 'soft-anti-affinity':
      if (atDestination.length === 0) break;
      return {
        verdict: 'note',
        message: `Its ${group} would rather have it apart from ${there} on ${host}; Nova moves it nevertheless.`,
      };
    case 'soft-affinity':
      if (atDestination.length > 0) break;
      return {
        verdict: 'note',
        message: `Its ${group} would rather have it beside the others, and ${host} has none of them; Nova moves it nevertheless.`,
      };
    default:
      return { verdict: 'note', message: `What its ${group} demands is not known to us.` };
  }
  return { verdict: 'pass', message: `Its ${group} allows ${host}.` };
}

function ofFailover({ surroundings: { failover }, source, destination }: MoveEvidence): Judgement {
  if (!failover.known)
    return unread(failover, 'The cloud has Masakari, and what it watches could not be read', 'warn');
  if (failover.value === undefined) return { verdict: 'pass', message: 'The cloud has no Masakari.' };
  const hosts = [source.name, destination.name];
  const watching = failover.value.filter(({ inMaintenance, enabled }) => enabled && !inMaintenance);
  const [first] = watching;
  if (first === undefined)
    return { verdict: 'pass', message: `Masakari watches neither ${hosts.join(' nor ')} at this time.` };
  const watched = [...new Set(watching.map(({ host }) => host))].join(' and ');
  return {
    verdict: 'warn',
    message: `Masakari watches ${watched} (segment ${printable(first.segment)}): an instance that is stopped, or waits for its confirm, may be started or evacuated by it, and an evacuation on local disks starts from the image.`,
    fix: watching
      .map(
        ({ host, segment }) =>
          `openstack segment host update --on_maintenance True ${quoted(segment)} ${quoted(host)}`,
      )
      .join(' && '),
  };
}
