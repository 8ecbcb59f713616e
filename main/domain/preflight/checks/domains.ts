import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

/** What libvirt says, which is the last word on whether a guest runs. */
export const DOMAIN_CHECKS: readonly MoveCheck[] = [
  {
    id: 'hosts.domains',
    title: 'Domains',
    scope: 'move',
    protectsFrom: 'The instance runs on two hosts at once, or is taken for off while it runs.',
    sources: ['G5', 'F37'],
    reads: 'virsh domstate on both hosts',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/refusals-instance.test.ts'],
    judge: (evidence) => ({
      evidence: [
        ...[evidence.source, evidence.destination].map(
          ({ name, instance }) => `Domain on ${name}: ${instance.domain}`,
        ),
        look('both hosts', ['virsh', 'list', '--all', '--uuid', '--name']),
      ],
      ...ofDomains(evidence),
    }),
  },
];

function ofDomains({ source, destination }: MoveEvidence): Judgement {
  const there = destination.instance.domain;
  if (there !== 'absent' && there !== 'unknown') {
    return {
      verdict: 'block',
      message: `${destination.name} already has a domain of this instance (${there}).`,
      fix: `On ${destination.name}: virsh dominfo, then find out which of the two is the right one.`,
    };
  }
  const silent = [source, destination].filter(({ instance }) => instance.domain === 'unknown');
  if (silent.length > 0) {
    const names = silent.map(({ name }) => name).join(' and ');
    return {
      verdict: 'block',
      message: `libvirt on ${names} does not say whether the instance runs there; without its word nothing may be started or handed over.`,
      fix: `Make virsh available to the login on ${names}: as root, virsh list --all must answer there.`,
    };
  }
  return {
    verdict: 'pass',
    message: `The domain is on ${source.name} (${source.instance.domain}) and nowhere else that we look.`,
  };
}
