import type { MigrationRecord } from '../../cloud.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { unread } from '../unread.ts';
import { look } from '../words.ts';

const SHOWN = 5;

/** After one of these, nothing of an older migration is open any more. */
const ENDS: ReadonlySet<string> = new Set(['confirmed', 'reverted', 'completed']);
/** The instance waits for a verdict, or one is being carried out. */
const WAITS: ReadonlySet<string> = new Set(['finished', 'confirming', 'reverting']);
const UNDER_WAY: ReadonlySet<string> = new Set([
  ...['accepted', 'queued', 'preparing', 'running', 'pre-migrating', 'migrating', 'post-migrating'],
]);
/** With these, nova-compute of the host that was evacuated destroys what it has of the instance when it starts. */
const EVACUATED: ReadonlySet<string> = new Set(['accepted', 'pre-migrating', 'done']);

/** What Nova still has open of earlier moves. */
export const HISTORY_CHECKS: readonly MoveCheck[] = [
  {
    id: 'server.migrations',
    title: 'Earlier migrations of it',
    scope: 'move',
    protectsFrom:
      'Of a migration that never ended, the better disk may lie on another host, and Nova may still act on its record.',
    sources: ['F08', 'F10', 'F12', 'nova/compute/manager.py:816-905'],
    reads: 'os-migrations of the instance',
    testedIn: [
      'test/unit/domain/preflight/cloud-neighbours.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/busy.ts',
    ],
    judge: (evidence) => ({ evidence: recordWords(evidence), ...ofRecords(evidence) }),
  },
];

function recordWords({ server, surroundings: { records } }: MoveEvidence): readonly string[] {
  return [
    ...(records.known ? records.value.slice(0, SHOWN).map((record) => said(record)) : []),
    look('the workstation', ['openstack', 'server', 'migration', 'list', '--server', server.id]),
  ];
}

function said({
  id,
  type,
  status,
  sourceCompute,
  destCompute,
  updatedAt,
  createdAt,
}: MigrationRecord): string {
  return `Record ${String(id)}: ${type ?? 'migration'} ${status}, ${sourceCompute ?? 'no host'} to ${destCompute ?? 'no host'}, changed ${updatedAt ?? createdAt}`;
}

function ofRecords({ server, destination, surroundings: { records } }: MoveEvidence): Judgement {
  if (!records.known)
    return unread(records, 'What Nova has recorded of earlier moves could not be read', 'warn');
  const trap = records.value.find(
    ({ type, status, sourceCompute }) =>
      type === 'evacuation' && EVACUATED.has(status) && sourceCompute === destination.name,
  );
  if (trap !== undefined) {
    return {
      verdict: 'block',
      message: `The instance was evacuated from ${destination.name}, and record ${String(trap.id)} of that is still “${trap.status}”: when nova-compute starts there the next time, it destroys what it finds of the instance, disks included.`,
      fix: `On ${destination.name}: systemctl restart nova-compute, and wait until the record is “completed”; then plan again.`,
    };
  }
  const end = records.value.findIndex(({ status }) => ENDS.has(status));
  const open = (end === -1 ? records.value : records.value.slice(0, end)).filter(
    ({ type }) => type !== 'evacuation',
  );
  const [newest] = open;
  if (newest !== undefined && (server.vmState === 'resized' || server.taskState !== undefined)) {
    return {
      verdict: 'block',
      message: `Record ${String(newest.id)} of the instance is “${newest.status}”: Nova is in the middle of a move, which comes to its end first.`,
      fix: 'Wait for it; a VERIFY_RESIZE needs a confirm or a revert, after a look at the disks on both hosts.',
    };
  }
  const waiting = open.find(({ status }) => WAITS.has(status));
  if (waiting !== undefined) {
    const { id, status, sourceCompute = 'its source' } = waiting;
    return {
      verdict: 'block',
      message: `Record ${String(id)} of an earlier migration is “${status}” while the instance is ${server.status}: somebody reset its state, or Nova broke off, and the disks on ${sourceCompute} may be the better ones.`,
      fix: `Look for ${server.id} and ${server.id}_resize on ${sourceCompute}, and find out which disk is good, before anything moves.`,
    };
  }
  const stale = open.find(({ status }) => UNDER_WAY.has(status));
  if (stale !== undefined) {
    return {
      verdict: 'warn',
      message: `Record ${String(stale.id)} of an earlier migration is still “${stale.status}” although Nova does nothing with the instance: that migration died, and may have left files and claims on ${stale.destCompute ?? 'its destination'}.`,
      fix: 'Look for files of the instance on that host, and for allocations: nova-manage placement audit --verbose',
    };
  }
  const failed = open.filter(({ status }) => status === 'error' || status === 'failed').length;
  return {
    verdict: 'pass',
    message: `Nova has no migration of it open${failed > 0 ? `; ${String(failed)} since the last good one failed` : ''}.`,
  };
}
