import type { Aggregate } from '../../surroundings.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { unread } from '../unread.ts';
import { look } from '../words.ts';

/** The name of the key by which an aggregate belongs to projects (aggregate_multitenancy_isolation.py). */
const TENANTS = 'filter_tenant_id';
const SCOPE = 'aggregate_instance_extra_specs:';
/** Operators of nova/scheduler/filters/extra_specs_ops.py that are more than "is this value". */
const OTHER_OPERATORS = /^(?:=|!=|<=|>=|==|s<|s<=|s>|s>=|s!=|<in>|<all-in>)(?:\s|$)/;

/**
 * Which hosts an aggregate keeps to whom. The scheduler's filters for this are not on by default, and no API tells
 * whether they are; so what does not fit is a warning.
 */
export const AGGREGATE_CHECKS: readonly MoveCheck[] = [
  {
    id: 'destination.aggregates',
    title: 'Host aggregates',
    scope: 'move',
    protectsFrom:
      'Nova finds no valid host where flavor or project do not fit the host’s aggregates, when the instance is stopped already.',
    sources: [
      'row 32',
      'F28',
      'nova/scheduler/filters/aggregate_instance_extra_specs.py',
      'nova/scheduler/filters/aggregate_multitenancy_isolation.py',
    ],
    reads:
      'os-aggregates: metadata of those that the destination is in; the flavor’s extra specs; the project',
    testedIn: [
      'test/unit/domain/preflight/aggregates.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/preflight/of-cloud.ts',
    ],
    judge: (evidence) => ({ evidence: words(evidence), ...ofAggregates(evidence) }),
  },
];

/** Keys without a scope count for that filter too. */
function demands({ server }: MoveEvidence): readonly (readonly [string, string])[] {
  return Object.entries(server.flavor?.extraSpecs ?? {})
    .map(([key, value]) => [key.startsWith(SCOPE) ? key.slice(SCOPE.length) : key, value] as const)
    .filter(([key]) => !key.includes(':'));
}

/** All values of a key, of all aggregates; one may name several, by commas (nova/scheduler/filters/utils.py). */
function valuesOf(aggregates: readonly Aggregate[], key: string): readonly string[] {
  return aggregates.flatMap(({ metadata }) => (metadata[key]?.split(',') ?? []).map((value) => value.trim()));
}

type Fit = 'fits' | 'differs' | 'unclear';

function fitOf(wanted: string, values: readonly string[]): Fit {
  if (values.length === 0) return 'differs';
  const request = wanted.trim();
  if (OTHER_OPERATORS.test(request)) return 'unclear';
  const accepted = request.startsWith('<or>')
    ? request.split('<or>').map((word) => word.trim())
    : [request.replace(/^s==\s+/, ''), wanted];
  return values.some((value) => accepted.includes(value)) ? 'fits' : 'differs';
}

function words({ surroundings, destination }: MoveEvidence): readonly string[] {
  const { aggregates } = surroundings;
  const told = aggregates.known
    ? aggregates.value.map(({ name, metadata }) => {
        const pairs = Object.entries(metadata).map(([key, value]) => `${key}=${value}`);
        return `${destination.name} is in ${name}: ${pairs.length === 0 ? 'no metadata' : pairs.join(', ')}`;
      })
    : [];
  return [...told, look('the workstation', ['openstack', 'aggregate', 'list', '--long'])];
}

function ofAggregates(evidence: MoveEvidence): Judgement {
  const { surroundings, destination, server } = evidence;
  const { aggregates } = surroundings;
  if (!aggregates.known) return unread(aggregates, `The aggregates of ${destination.name} could not be read`);
  const tenants = valuesOf(aggregates.value, TENANTS);
  const wanted = demands(evidence).map(([key, value]) => ({
    text: `${key} = ${value}`,
    fit: fitOf(value, valuesOf(aggregates.value, key)),
  }));
  const missing = wanted.filter(({ fit }) => fit === 'differs').map(({ text }) => text);
  const problems = [
    ...(missing.length === 0
      ? []
      : [`the flavor wants ${missing.join(' and ')}, which no aggregate of ${destination.name} has`]),
    ...(tenants.length === 0 || tenants.includes(server.projectId)
      ? []
      : [`${destination.name} is kept for other projects than ${server.projectId}`]),
  ];
  if (problems.length > 0) {
    return {
      verdict: 'warn',
      message: `By its aggregates, ${problems.join('; and ')}. Where the scheduler’s filters for aggregates are on, Nova finds no valid host.`,
      fix: 'On the controller: grep enabled_filters /etc/nova/nova.conf; or choose a host in the right aggregate.',
    };
  }
  const unclear = wanted.filter(({ fit }) => fit === 'unclear').map(({ text }) => text);
  if (unclear.length > 0) {
    return {
      verdict: 'note',
      message: `Whether the aggregates of ${destination.name} have ${unclear.join(' and ')} is for the scheduler to say.`,
    };
  }
  return {
    verdict: 'pass',
    message:
      wanted.length === 0 && tenants.length === 0
        ? `No aggregate of ${destination.name} keeps it for others, and the flavor asks for none.`
        : `The aggregates of ${destination.name} fit flavor and project.`,
  };
}
