import { expect, test } from 'vitest';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import { findingOf } from '../../../support/findings-of.ts';
import { flavor, good } from '../../../support/plan-evidence.ts';

type Words = Readonly<Record<string, string>>;

/** A flavor that asks for this, and a destination in aggregates with that metadata. */
function asks(extraSpecs: Words, ...aggregates: readonly Words[]): MoveEvidence {
  const value = aggregates.map((metadata, index) => ({ name: `aggregate-${String(index)}`, metadata }));
  return {
    ...good,
    server: { ...good.server, flavor: { ...flavor, extraSpecs } },
    surroundings: { ...good.surroundings, aggregates: { known: true, value } },
  };
}
const unread: MoveEvidence = {
  ...good,
  surroundings: { ...good.surroundings, aggregates: { known: false, why: 'Forbidden.' } },
};
const scoped = (key: string, value: string): Words => ({ [`aggregate_instance_extra_specs:${key}`]: value });

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['none of either', asks({}), 'pass', /keeps it for others, and the flavor asks for none/],
  ['metadata that nobody asks for', asks({}, { ssd: 'true' }), 'pass', /asks for none/],
  ['what another filter looks at', asks({ 'hw:cpu_policy': 'dedicated' }), 'pass', /asks for none/],
  ['what is there', asks(scoped('ssd', 'true'), { rack: '1' }, { ssd: 'true' }), 'pass', /fit flavor/],
  ['without a scope', asks({ ssd: 'true' }, { ssd: 'true' }), 'pass', /fit flavor/],
  ['one of several values', asks(scoped('rack', '2'), { rack: '1, 2' }), 'pass', /fit flavor/],
  ['one of several wishes', asks(scoped('rack', '<or> 2 <or> 3'), { rack: '3' }), 'pass', /fit flavor/],
  ['as an equal string', asks(scoped('ssd', 's== true'), { ssd: 'true' }), 'pass', /fit flavor/],
  ['no such key', asks(scoped('ssd', 'true'), { rack: '1' }), 'warn', /wants ssd = true, which no aggregate/],
  ['another value', asks(scoped('ssd', 'true'), { ssd: 'false' }), 'warn', /wants ssd = true/],
  ['none of several wishes', asks(scoped('rack', '<or> 2 <or> 3'), { rack: '1' }), 'warn', /wants rack/],
  [
    'an aggregate of ours',
    asks({}, { filter_tenant_id: `x,${good.server.projectId}` }),
    'pass',
    /fit flavor/,
  ],
  ['an aggregate of others', asks({}, { filter_tenant_id: 'x' }), 'warn', /kept for other projects/],
  ['an empty list of projects', asks({}, { filter_tenant_id: '' }), 'warn', /kept for other projects/],
  [
    'a wish to be computed',
    asks(scoped('memory', '>= 64'), { memory: '128' }),
    'note',
    /for the scheduler to say/,
  ],
  [
    'a wish to be computed of what is not there',
    asks(scoped('memory', '>= 64')),
    'warn',
    /wants memory = >= 64/,
  ],
  ['both', asks(scoped('ssd', 'true'), { filter_tenant_id: 'x' }), 'warn', /ssd = true.*; and hostB is kept/],
  ['not told', unread, 'note', /could not be read: Forbidden\./],
])('destination.aggregates: %s', (_what, evidence, verdict, says) => {
  expect(findingOf(evidence, 'destination.aggregates')).toMatchObject({
    verdict,
    message: expect.stringMatching(says) as string,
  });
});
