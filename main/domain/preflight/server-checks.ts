import type { PlanEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** States from which Nova migrates cold (nova/compute/api.py:4289-4290, vm_state active or stopped, no task). */
const MOVABLE = new Set(['active', 'stopped']);

/** The instance as the API tells it: state, task, lock, volumes. */
export function checkServer(evidence: PlanEvidence): readonly Finding[] {
  const { server, identity } = evidence;
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
    ...checkVolumes(evidence),
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

/**
 * Cinder since CVE-2023-2088 gives an attachment in use up only for a Nova that vouches for itself. Nova asks for it
 * after the copy, and a no leaves the instance in ERROR between both hosts (docs/handbook/nova.md).
 */
function checkVolumes({ server, source, destination }: PlanEvidence): readonly Finding[] {
  const count = server.volumeIds.length;
  if (count === 0) return [{ id: 'server.volumes', verdict: 'pass', message: 'No volumes are attached.' }];
  const attached: Finding = {
    id: 'server.volumes',
    verdict: 'note',
    message: `${String(count)} volume(s) are attached; they are not copied, Nova attaches them again. A revert does not take back what was written to them.`,
  };
  const silent = [source, destination].filter(({ facts }) => !facts.nova.sendsServiceToken);
  if (silent.length === 0) return [attached];
  return [
    attached,
    {
      id: 'hosts.service-token',
      verdict: 'warn',
      message: `Nova on ${silent.map(({ name }) => name).join(' and ')} sends no service token. Cinder since 2023 then refuses to give the volume up, after the copy, and the instance ends in ERROR between both hosts.`,
      fix: 'Set send_service_user_token = True in [service_user] of nova.conf, with a login that has the role service, and restart nova-compute. Go on only if Cinder is older.',
    },
  ];
}
