import { expect, test } from 'vitest';
import type { CloudIdentity } from '../../../../main/domain/cloud.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import type { Route } from '../../../../main/domain/plan.ts';
import { findingOf, without } from '../../../support/findings-of.ts';
import { factsOfB, good } from '../../../support/plan-evidence.ts';
import { hostFacts } from '../../../support/samples.ts';

/** A login whose tokens live so long, on hosts without a service token, and Nova's part of so many seconds. */
function login(
  lifeSeconds: number | undefined,
  options: { readonly route?: Route; readonly copySeconds?: number; readonly vouches?: boolean } = {},
): MoveEvidence {
  const { route = 'nova', copySeconds, vouches = false } = options;
  const parts = [
    { name: 'stop', seconds: 5000 },
    { name: 'copy by Nova', seconds: (copySeconds ?? 6) - 6 },
    { name: 'Nova’s own steps', seconds: 6 },
    { name: 'prove', seconds: 5000 },
  ];
  const nova = { ...hostFacts().nova, sendsServiceToken: vouches };
  const identity = without(good.cloud.identity, 'tokenLifeMs');
  return {
    ...good,
    route,
    cloud: {
      ...good.cloud,
      identity: lifeSeconds === undefined ? identity : { ...identity, tokenLifeMs: lifeSeconds * 1000 },
    },
    source: { ...good.source, facts: hostFacts({ nova }) },
    destination: { ...good.destination, facts: factsOfB({ nova }) },
    measured:
      copySeconds === undefined
        ? undefined
        : { speed: undefined, downtime: { seconds: copySeconds + 10_000, parts } },
  };
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['a copy within half the life', login(3600, { copySeconds: 1000 }), 'pass', /about 16 min 40 s.*54 min/],
  ['a copy near the end', login(3600, { copySeconds: 2000 }), 'warn', /may end/],
  ['a copy beyond it', login(3600, { copySeconds: 4000 }), 'block', /would end/],
  ['the same with a service token', login(3600, { copySeconds: 4000, vouches: true }), 'pass', /vouches/],
  ['a copy of unknown length', login(3600), 'pass', /not measured/],
  ['a copy of unknown length with a short login', login(60), 'warn', /not measured.*54 s/],
  ['our way with an ordinary login', login(3600, { route: 'seed', copySeconds: 4000 }), 'pass', /1 min 17 s/],
  ['our way with a login of a minute', login(60, { route: 'seed' }), 'warn', /would end/],
  ['a life that nobody tells', login(undefined), 'note', /not known/],
])('%s', (_, evidence, verdict, says) => {
  expect(findingOf(evidence, 'cloud.token')).toMatchObject({
    verdict,
    message: expect.stringMatching(says) as string,
  });
});

test.each([
  [10, 'block'],
  [600, 'warn'],
] as const)('a bare token with %d s left', (leftSeconds, verdict) => {
  const identity: CloudIdentity = {
    ...good.cloud.identity,
    canRenewToken: false,
    tokenExpiresAtMs: leftSeconds * 1000,
  };
  const found = findingOf({ ...good, cloud: { identity, nowMs: 0 } }, 'cloud.token');
  expect(found).toMatchObject({ verdict, message: expect.stringContaining('nothing but a token') as string });
});

test.each([
  [['member', 'admin'], 'pass'],
  [['member'], 'warn'],
  [[], 'warn'],
] as const)('a login with the roles %j', (roles, verdict) => {
  const cloud = { ...good.cloud, identity: { ...good.cloud.identity, roles } };
  expect(findingOf({ ...good, cloud }, 'cloud.roles').verdict).toBe(verdict);
});
