import type { ComputeService } from '../cloud.ts';
import type { Tool } from '../host.ts';
import type { PlanEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';

const NEEDED: readonly Tool[] = ['rsync', 'ssh', 'qemu-img'];

/** Both hosts: their services, tools, Nova's settings and the way between them. */
export function checkHosts(evidence: PlanEvidence): readonly Finding[] {
  return [
    checkService('source', evidence.source.name, evidence.sourceService),
    checkService('destination', evidence.destination.name, evidence.destinationService),
    ...[evidence.source, evidence.destination].map(({ name, facts }): Finding => {
      const missing = NEEDED.filter((tool) => facts.tools[tool] === undefined);
      return missing.length === 0
        ? { id: `tools.${name}`, verdict: 'pass', message: `${name} has ${NEEDED.join(', ')}.` }
        : {
            id: `tools.${name}`,
            verdict: 'block',
            message: `${name} has no ${missing.join(', ')}.`,
            fix: `On ${name}: apt-get install rsync qemu-utils openssh-client, or the same from its own distribution.`,
          };
    }),
    checkTransport(evidence),
    checkReach(evidence),
    checkConfirmWindow(evidence),
    checkInstancesPath(evidence),
    checkCow(evidence),
  ];
}

function checkService(
  side: 'source' | 'destination',
  name: string,
  service: ComputeService | undefined,
): Finding {
  const id = `${side}.service`;
  if (service === undefined) {
    return {
      id,
      verdict: 'block',
      message: `Nova has no compute service on ${name}.`,
      fix: 'openstack compute service list --service nova-compute',
    };
  }
  if (service.state !== 'up' || service.forcedDown) {
    const forced = service.forcedDown ? ', forced down' : '';
    return {
      id,
      verdict: 'block',
      message: `nova-compute on ${name} is down${forced}.`,
      fix: `On ${name}: systemctl status nova-compute`,
    };
  }
  // Nova refuses a disabled destination only later, by NoValidHost (docs/handbook/nova.md, answers); a disabled source is being drained.
  if (side === 'destination' && service.status !== 'enabled') {
    const why = service.disabledReason === undefined ? '' : ` (“${service.disabledReason}”)`;
    return {
      id,
      verdict: 'block',
      message: `nova-compute on ${name} is disabled${why}; Nova would find no valid host.`,
      fix: `openstack compute service set --enable ${name} nova-compute`,
    };
  }
  return {
    id,
    verdict: 'pass',
    message: `nova-compute on ${name} is up${service.status === 'enabled' ? '' : ', disabled'}.`,
  };
}

function checkTransport({ route, source }: PlanEvidence): Finding {
  const { transport, files } = source.facts.nova;
  const from =
    files.length === 0
      ? 'no nova.conf was found, so Nova’s default is assumed'
      : `read from ${files.join(', ')}`;
  if (route === 'seed' && transport !== 'rsync') {
    return {
      id: 'source.transport',
      verdict: 'block',
      message: `Nova on ${source.name} copies by scp, which ignores a copy made beforehand (${from}).`,
      fix: 'Use --route nova, or set [libvirt] remote_filesystem_transport = rsync there and restart nova-compute.',
    };
  }
  return {
    id: 'source.transport',
    verdict: 'pass',
    message: `Nova on ${source.name} copies by ${transport === 'ssh' ? 'scp' : 'rsync'} (${from}).`,
  };
}

/** Nova copies to an address and never looks who answers there; if that is the source itself, nothing is copied. */
function checkReach(evidence: PlanEvidence): Finding {
  const { source, destination, destinationAddress, novaReaches } = evidence;
  const id = 'hosts.ssh';
  const user = source.facts.novaUser.name;
  const ssh = `On ${source.name}: sudo -u ${user} ssh -o BatchMode=yes ${destinationAddress}`;
  if (!novaReaches.ok) {
    return {
      id,
      verdict: 'block',
      message: `${user} on ${source.name} does not reach ${destination.name} at ${destinationAddress}: ${novaReaches.said}`,
      fix: `${ssh} true`,
    };
  }
  const { bootId } = novaReaches;
  if (bootId !== undefined && bootId === destination.facts.bootId) {
    return {
      id,
      verdict: 'pass',
      message: `${user} on ${source.name} reaches ${destination.name} at ${destinationAddress} by SSH without a question.`,
    };
  }
  const who = bootId === source.facts.bootId ? `${source.name} itself` : 'another host';
  return bootId === undefined
    ? {
        id,
        verdict: 'block',
        message: `Whoever answers at ${destinationAddress} did not tell whether it is ${destination.name}.`,
        fix: `${ssh} cat /proc/sys/kernel/random/boot_id`,
      }
    : {
        id,
        verdict: 'block',
        message: `At ${destinationAddress}, where Nova would copy to, answers ${who}, not ${destination.name}; Nova would not notice.`,
        fix: `Set my_ip in nova.conf on ${destination.name} to its own address and restart nova-compute, or mend the name or route on ${source.name}.`,
      };
}

function checkConfirmWindow({ destination }: PlanEvidence): Finding {
  const seconds = destination.facts.nova.resizeConfirmWindowSeconds;
  if (seconds === 0)
    return { id: 'destination.confirm-window', verdict: 'pass', message: 'Nova never confirms by itself.' };
  return {
    id: 'destination.confirm-window',
    verdict: 'warn',
    message: `Nova on ${destination.name} confirms by itself ${String(seconds)} s after VERIFY_RESIZE; the way back is gone then.`,
    fix: `Set resize_confirm_window = 0 on ${destination.name} and restart nova-compute.`,
  };
}

/** disk.info and the overlays name their files by absolute paths, which travel as they are. */
function checkInstancesPath({ source, destination }: PlanEvidence): Finding {
  const id = 'hosts.instances-path';
  const [here, there] = [source.facts.nova.instancesPath, destination.facts.nova.instancesPath];
  if (here === there) return { id, verdict: 'pass', message: `Both hosts keep their instances in ${here}.` };
  return {
    id,
    verdict: 'block',
    message: `${source.name} keeps its instances in ${here}, ${destination.name} in ${there}; Nova would copy to the source’s path there, and no overlay would find its base.`,
    fix: 'Set the same instances_path in nova.conf of both hosts, or choose another destination.',
  };
}

/** finish_migration converts every raw disk but the config drive (nova/virt/libvirt/driver.py:12981-12983). */
function checkCow({ destination, disks }: PlanEvidence): Finding {
  const id = 'destination.cow';
  const converted = disks.filter(
    (disk) => disk.strategy !== 'remake' && disk.format === 'raw' && disk.name !== 'disk.config',
  );
  if (!destination.facts.nova.useCowImages || converted.length === 0)
    return { id, verdict: 'pass', message: 'Nova leaves the format of the disks as it is.' };
  return {
    id,
    verdict: 'block',
    message: `Nova on ${destination.name} would turn ${converted.map((disk) => disk.name).join(', ')} from raw into qcow2 when it finishes, so the proven copy would be written anew.`,
    fix: `Set use_cow_images = False on ${destination.name} and restart nova-compute, or move it by hand.`,
  };
}
