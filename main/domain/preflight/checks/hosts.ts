import { printable } from '../../naming.ts';
import type { Tool } from '../../host.ts';
import type { HostCheck, HostRole } from '../check.ts';
import type { HostEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look, quoted } from '../words.ts';

const NEEDED: readonly Tool[] = ['rsync', 'ssh', 'qemu-img'];

/** Each host by itself: its service and its tools. */
export const HOST_CHECKS: readonly HostCheck[] = [
  {
    id: 'service',
    title: 'nova-compute',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom:
      'Nova stops half-way: a dead source cannot confirm, a dead or disabled destination is never taken.',
    sources: ['row 8', 'F05', 'F29', 'nova/compute/api.py:4291', 'docs/handbook/nova.md'],
    reads: 'The compute services: state, status, forced down',
    testedIn: [
      'test/unit/domain/preflight.test.ts',
      'test/integration/preflight-basics.test.ts',
      'test/openstack/scenarios/preflight/of-cloud.ts',
    ],
    judge: (host, role) => ({ evidence: serviceWords(host), ...ofService(host, role) }),
  },
  {
    id: 'tools',
    title: 'Tools',
    scope: 'host',
    sides: ['source', 'destination'],
    protectsFrom: 'The copy, its proof or Nova’s own copy cannot be made.',
    sources: ['row 38'],
    reads: 'The first line that each tool prints of its version',
    testedIn: ['test/unit/domain/preflight.test.ts', 'test/integration/preflight-basics.test.ts'],
    judge: (host) => ({
      evidence: Object.entries(host.facts.tools).map(([tool, version]) => `${tool}: ${printable(version)}`),
      ...ofTools(host),
    }),
  },
];

function serviceWords({ name, service }: HostEvidence): readonly string[] {
  const said =
    service === undefined
      ? 'no record'
      : `${service.state}, ${service.status}, forced down: ${String(service.forcedDown)}`;
  return [
    `nova-compute on ${name}: ${said}`,
    look('the workstation', ['openstack', 'compute', 'service', 'list', '--host', name]),
  ];
}

function ofService({ name, service }: HostEvidence, role: HostRole): Judgement {
  if (service === undefined) {
    return {
      verdict: 'block',
      message: `Nova has no compute service on ${name}.`,
      fix: 'openstack compute service list --service nova-compute',
    };
  }
  if (service.state !== 'up' || service.forcedDown) {
    const forced = service.forcedDown ? ', forced down' : '';
    return {
      verdict: 'block',
      message: `nova-compute on ${name} is down${forced}.`,
      fix: `On ${name}: systemctl status nova-compute`,
    };
  }
  if (service.status === 'enabled') return { verdict: 'pass', message: `nova-compute on ${name} is up.` };
  const why = service.disabledReason === undefined ? '' : ` (“${service.disabledReason}”)`;
  // A disabled source is being drained; a disabled destination Nova refuses only later, by NoValidHost (docs/handbook/nova.md, answers).
  if (role === 'source')
    return { verdict: 'pass', message: `nova-compute on ${name} is up, disabled${why}.` };
  return {
    verdict: role === 'destination' ? 'block' : 'note',
    message: `nova-compute on ${name} is disabled${why}; Nova would find no valid host there.`,
    fix: `openstack compute service set --enable ${quoted(name)} nova-compute`,
  };
}

function ofTools({ name, facts: { tools } }: HostEvidence): Judgement {
  const missing = NEEDED.filter((tool) => tools[tool] === undefined);
  if (missing.length === 0) return { verdict: 'pass', message: `${name} has ${NEEDED.join(', ')}.` };
  return {
    verdict: 'block',
    message: `${name} has no ${missing.join(', ')}.`,
    fix: `On ${name}: apt-get install rsync qemu-utils openssh-client, or the same from its own distribution.`,
  };
}
