import { printable } from '../../naming.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';

/** The way between the hosts. */
export const WAY_CHECKS: readonly MoveCheck[] = [
  {
    id: 'hosts.ssh',
    title: 'SSH from host to host',
    scope: 'move',
    protectsFrom:
      'Nova copies to an address and never looks who answers: if the source, nothing is copied; if a stranger, the disks are theirs.',
    sources: ['row 21', 'F25', 'seed 2', 'nova/virt/libvirt/driver.py:12705-12725'],
    reads:
      'A login by the user of Nova on the source to the destination’s my_ip, by a known host key or else by any; the boot id of who answers',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-hosts.ts',
    ],
    judge: (evidence) => ({ evidence: reachWords(evidence), ...ofReach(evidence) }),
  },
];

function reachWords({
  source,
  destination,
  destinationAddress,
  novaReaches,
}: MoveEvidence): readonly string[] {
  return [
    `${destinationAddress} answered: ${printable(novaReaches.said) || 'nothing'}; boot id ${novaReaches.bootId ?? 'not told'}, that of ${destination.name} is ${destination.facts.bootId}`,
    look(source.name, ['sudo', '-u', source.facts.novaUser.name, 'ssh', destinationAddress, 'hostname']),
  ];
}

function ofReach({ source, destination, destinationAddress, novaReaches }: MoveEvidence): Judgement {
  const user = source.facts.novaUser.name;
  const ssh = `On ${source.name}: sudo -u ${user} ssh -o BatchMode=yes ${quoted(destinationAddress)}`;
  if (!novaReaches.ok) {
    return {
      verdict: 'block',
      message: `${user} on ${source.name} does not reach ${destination.name} at ${destinationAddress}: ${novaReaches.said}`,
      fix: `${ssh} true`,
    };
  }
  const { bootId } = novaReaches;
  if (bootId === undefined) {
    return {
      verdict: 'block',
      message: `Whoever answers at ${destinationAddress} did not tell whether it is ${destination.name}.`,
      fix: `${ssh} cat /proc/sys/kernel/random/boot_id`,
    };
  }
  if (bootId === destination.facts.bootId && novaReaches.acceptsAnyKey) {
    return {
      verdict: 'warn',
      message: `SSH of ${user} on ${source.name} takes whatever host key is shown at ${destinationAddress}: ${destination.name} answered now, but whoever stands between would get the disks.`,
      fix: `On ${source.name}, as ${user}: ssh-keyscan ${quoted(destinationAddress)}, compare it with /etc/ssh/ssh_host_*_key.pub of ${destination.name}, and add it to known_hosts.`,
    };
  }
  if (bootId === destination.facts.bootId) {
    return {
      verdict: 'pass',
      message: `${user} on ${source.name} reaches ${destination.name} at ${destinationAddress} by SSH without a question.`,
    };
  }
  const who = bootId === source.facts.bootId ? `${source.name} itself` : 'another host';
  return {
    verdict: 'block',
    message: `At ${destinationAddress}, where Nova would copy to, answers ${who}, not ${destination.name}; Nova would not notice.`,
    fix: `Set my_ip in nova.conf on ${destination.name} to its own address and restart nova-compute, or mend the name or route on ${source.name}.`,
  };
}
