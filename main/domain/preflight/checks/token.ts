import { formatSeconds } from '../../units.ts';
import type { CloudCheck, MoveCheck } from '../check.ts';
import type { CloudEvidence, MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { look } from '../words.ts';

/** The longest that Nova took to adopt a proven copy (docs/handbook/nova.md, measured 8 to 77 s). */
const HAND_OVER_SECONDS = 77;
/** Part of its life that a token has left when an act is asked for: the client takes a nearly new one. */
const LEFT_AT_LEAST = 0.9;
/** A prediction is no promise: above this part of the life it may be too late. */
const CLOSE = 0.5;

/** Who may do it at all. */
export const ROLE_CHECKS: readonly CloudCheck[] = [
  {
    id: 'cloud.roles',
    title: 'Roles of our login',
    scope: 'cloud',
    protectsFrom: 'Nova refuses the migrate to a chosen host only when the instance is stopped already.',
    sources: ['F29', 'nova/policies/migrate_server.py:38-60'],
    reads: 'Keystone: the roles in our token',
    testedIn: ['test/unit/domain/preflight/cloud-token.test.ts', 'test/integration/preflight-cloud.test.ts'],
    judge: ({ identity }) => ({
      evidence: [
        `${identity.userName} in ${identity.projectName ?? 'no project'}: ${identity.roles.join(', ') || 'no roles'}`,
        look('the workstation', [
          'openstack',
          'role',
          'assignment',
          'list',
          '--names',
          '--user',
          identity.userName,
        ]),
      ],
      ...ofRoles(identity),
    }),
  },
];

/** Whether the login lasts as long as it is needed. */
export const TOKEN_CHECKS: readonly MoveCheck[] = [
  {
    id: 'cloud.token',
    title: 'Life of the login',
    scope: 'move',
    protectsFrom:
      'Nova goes on with the token of our request; where that ends in the middle, the instance ends in ERROR between both hosts.',
    sources: ['row 24', 'F01', 'F02', 'seed 4', 'docs/handbook/nova.md'],
    reads:
      'Keystone: life of our token; the predicted time of Nova’s own part; send_service_user_token of both hosts',
    testedIn: [
      'test/unit/domain/preflight/cloud-token.test.ts',
      'test/integration/preflight-cloud.test.ts',
      'test/openstack/scenarios/broken-copies.ts',
    ],
    judge: (evidence) => ({ evidence: tokenWords(evidence), ...ofToken(evidence) }),
  },
];

function ofRoles({ roles, userName }: CloudEvidence['identity']): Judgement {
  if (roles.includes('admin')) return { verdict: 'pass', message: `${userName} has the role admin.` };
  return {
    verdict: 'warn',
    message: `${userName} has no role admin (it has: ${roles.join(', ') || 'none'}); Nova lets only admins choose the host of a migrate unless this cloud’s policy says otherwise, and would say no only after the stop.`,
    fix: 'Use a login with the role admin, or make sure that os_compute_api:os-migrate-server:migrate:host lets this one.',
  };
}

function tokenWords({ cloud: { identity }, source, destination, measured }: MoveEvidence): readonly string[] {
  const life = identity.tokenLifeMs;
  return [
    `A new token lives ${life === undefined ? 'for a time that is not known' : formatSeconds(life / 1000)}${identity.canRenewToken === false ? ', and the profile cannot get another' : ''}`,
    ...[source, destination].map(
      ({ name, facts }) => `${name}: send_service_user_token ${String(facts.nova.sendsServiceToken)}`,
    ),
    ...(measured?.downtime?.parts ?? []).map(
      ({ name, seconds }) => `Predicted, ${name}: ${formatSeconds(seconds)}`,
    ),
    look('the workstation', ['openstack', 'token', 'issue', '-c', 'expires']),
  ];
}

function ofToken(evidence: MoveEvidence): Judgement {
  const { cloud, source, destination } = evidence;
  const { tokenLifeMs, canRenewToken, tokenExpiresAtMs } = cloud.identity;
  if (canRenewToken === false) return ofBareToken(evidence, (tokenExpiresAtMs - cloud.nowMs) / 1000);
  if (source.facts.nova.sendsServiceToken && destination.facts.nova.sendsServiceToken) {
    return {
      verdict: 'pass',
      message:
        'Nova on both hosts vouches for what it goes on with, so a login that ends meanwhile does no harm.',
    };
  }
  if (tokenLifeMs === undefined) {
    return {
      verdict: 'note',
      message: 'How long a login lives here is not known; Nova’s own part needs one that lasts.',
    };
  }
  return compare(evidence, (tokenLifeMs / 1000) * LEFT_AT_LEAST);
}

/** Nova's own part against what a nearly new token has left. */
function compare(evidence: MoveEvidence, leftSeconds: number): Judgement {
  const { route } = evidence;
  const lasts = formatSeconds(leftSeconds);
  const needed = novaSeconds(evidence);
  if (needed === undefined) {
    return {
      verdict: leftSeconds > HAND_OVER_SECONDS ? 'pass' : 'warn',
      message: `How long Nova’s copy takes was not measured; the login that it uses lasts ${lasts}.`,
    };
  }
  const numbers = `Nova’s own part takes about ${formatSeconds(needed)}, and the login that it uses lasts ${lasts}`;
  if (needed <= leftSeconds * CLOSE) return { verdict: 'pass', message: `${numbers}.` };
  const isOver = needed > leftSeconds;
  return {
    verdict: isOver && route === 'nova' ? 'block' : 'warn',
    message: `${numbers}; ${isOver ? 'it would end' : 'it may end'} in the middle and leave the instance in ERROR between both hosts.`,
    fix: `${route === 'nova' ? 'Use --route seed or thin, where Nova’s own part is short. Or set' : 'Set'} send_service_user_token = True in [service_user] of nova.conf on both hosts, or a longer [token] expiration in keystone.conf.`,
  };
}

/** `undefined` if it could not be predicted. What is predicted of route seed beyond Nova's own part is not Nova's. */
function novaSeconds({ route, measured }: MoveEvidence): number | undefined {
  if (route !== 'nova') return HAND_OVER_SECONDS;
  const parts = measured?.downtime?.parts.filter(({ name }) => name !== 'stop' && name !== 'prove');
  return parts?.reduce((seconds, part) => seconds + part.seconds, 0);
}

function ofBareToken({ measured }: MoveEvidence, leftSeconds: number): Judgement {
  const needed = measured?.downtime?.seconds ?? HAND_OVER_SECONDS;
  const left = formatSeconds(Math.max(0, leftSeconds));
  return {
    verdict: leftSeconds < needed ? 'block' : 'warn',
    message: `The profile holds nothing but a token, which ends in ${left} and cannot be renewed; the move needs ${formatSeconds(needed)} or more, and a confirm or revert needs a login too.`,
    fix: 'Use a profile with a password or an application credential.',
  };
}
