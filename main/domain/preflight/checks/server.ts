import type { Server } from '../../cloud.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

/** States from which Nova migrates cold (nova/compute/api.py:4289-4290, vm_state active or stopped, no task). */
const MOVABLE = new Set(['active', 'stopped']);

/** The instance as the API tells it. */
export const SERVER_CHECKS: readonly MoveCheck[] = [
  {
    id: 'server.state',
    title: 'State of the instance',
    scope: 'move',
    protectsFrom: 'In any other state the disks may be half moved, and Nova refuses or destroys one of them.',
    sources: ['row 9', 'nova/compute/api.py:4289-4290'],
    reads: 'The server record: status and vm_state',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-cloud.ts',
    ],
    judge: ({ server }) => ({ evidence: record(server), ...ofState(server) }),
  },
  {
    id: 'server.task',
    title: 'What Nova does with it',
    scope: 'move',
    protectsFrom: 'A stop or migrate in the middle of a snapshot or backup breaks that off, or is refused.',
    sources: ['row 9', 'nova/compute/api.py:4289-4290'],
    reads: 'The server record: task_state',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/busy.ts',
    ],
    judge: ({ server }) => ({ evidence: record(server), ...ofTask(server) }),
  },
  {
    id: 'server.lock',
    title: 'Lock',
    scope: 'move',
    protectsFrom: 'Somebody wants the instance left alone, or another Coldhaul works on it.',
    sources: ['row 9', 'G6'],
    reads: 'The server record: locked and locked_reason',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/refusals-instance.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-cloud.ts',
    ],
    judge: (evidence) => ({ evidence: record(evidence.server), ...ofLock(evidence) }),
  },
];

function record({ id, status, vmState, taskState, host, locked, updatedAt }: Server): readonly string[] {
  return [
    `Nova: ${status}, vm_state ${vmState ?? 'not told'}, task_state ${taskState ?? 'none'}, on ${host ?? 'no host'}, locked: ${locked === undefined ? 'not told' : String(locked)}, changed ${updatedAt}`,
    look('the workstation', ['openstack', 'server', 'show', id]),
  ];
}

function ofState({ status, vmState }: Server): Judgement {
  if (vmState !== undefined && MOVABLE.has(vmState))
    return { verdict: 'pass', message: `The instance is ${status}.` };
  return {
    verdict: 'block',
    message: `The instance is ${status} (vm_state ${vmState ?? 'unknown'}); only ACTIVE and SHUTOFF ones can be moved.`,
    fix: 'Bring it to ACTIVE or SHUTOFF first. A VERIFY_RESIZE needs a confirm or a revert, after a look at the disks on both hosts.',
  };
}

function ofTask({ id, taskState }: Server): Judgement {
  if (taskState === undefined) return { verdict: 'pass', message: 'Nova is doing nothing with it.' };
  return {
    verdict: 'block',
    message: `Nova is busy with it: task_state is ${taskState}.`,
    fix: `Wait until the task is over: openstack server show ${id} -c OS-EXT-STS:task_state`,
  };
}

function ofLock({ server: { id, locked, lockedReason }, own }: MoveEvidence): Judgement {
  if (locked !== true) return { verdict: 'pass', message: 'The instance is not locked.' };
  if (own !== undefined && lockedReason === own.lockReason)
    return { verdict: 'pass', message: 'The instance is locked by this migration.' };
  const reason = lockedReason === undefined ? '' : ` (“${lockedReason}”)`;
  return {
    verdict: 'block',
    message: `The instance is locked${reason}: somebody wants it left alone, or another Coldhaul works on it.`,
    fix: `After asking who locked it: openstack server unlock ${id}`,
  };
}
