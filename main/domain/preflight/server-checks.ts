import type { PlanEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** States from which Nova migrates cold (nova/compute/api.py:4289-4290, vm_state active or stopped, no task). */
const MOVABLE = new Set(['active', 'stopped']);

/** The instance as the API tells it: state, task, lock, volumes. */
export function checkServer({ server, identity }: PlanEvidence): readonly Finding[] {
  return [
    server.vmState !== undefined && MOVABLE.has(server.vmState)
      ? { id: 'server.state', verdict: 'pass', message: `The instance is ${server.status}.` }
      : {
          id: 'server.state',
          verdict: 'block',
          message: `The instance is ${server.status} (vm_state ${server.vmState ?? 'unknown'}); only ACTIVE and SHUTOFF ones can be moved.`,
          fix: 'Bring it to ACTIVE or SHUTOFF first. A VERIFY_RESIZE needs a confirm or a revert, after a look at the disks on both hosts.',
        },
    server.taskState === undefined
      ? { id: 'server.task', verdict: 'pass', message: 'Nova is doing nothing with it.' }
      : {
          id: 'server.task',
          verdict: 'block',
          message: `Nova is busy with it: task_state is ${server.taskState}.`,
          fix: `Wait until the task is over: openstack server show ${server.id} -c OS-EXT-STS:task_state`,
        },
    checkLock(server),
    identity.canChooseHost
      ? {
          id: 'cloud.host-choice',
          verdict: 'pass',
          message: `Compute API ${identity.compute.used} lets us choose the destination.`,
        }
      : {
          id: 'cloud.host-choice',
          verdict: 'block',
          message: `Compute API ${identity.compute.used} ignores the destination of a migrate; 2.56 (Queens) is needed.`,
        },
    server.volumeIds.length === 0
      ? { id: 'server.volumes', verdict: 'pass', message: 'No volumes are attached.' }
      : {
          id: 'server.volumes',
          verdict: 'note',
          message: `${String(server.volumeIds.length)} volume(s) are attached; they are not copied, Nova attaches them again. A revert does not take back what was written to them.`,
        },
  ];
}

function checkLock(server: PlanEvidence['server']): Finding {
  if (server.locked !== true)
    return { id: 'server.lock', verdict: 'pass', message: 'The instance is not locked.' };
  const reason = server.lockedReason === undefined ? '' : ` (“${server.lockedReason}”)`;
  return {
    id: 'server.lock',
    verdict: 'block',
    message: `The instance is locked${reason}: somebody wants it left alone, or another Coldhaul works on it.`,
    fix: `After asking who locked it: openstack server unlock ${server.id}`,
  };
}
