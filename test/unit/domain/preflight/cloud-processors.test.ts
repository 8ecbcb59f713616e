import { expect, test } from 'vitest';
import type { NumaNode } from '../../../../main/domain/host-traits.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import { countOf, pageKib } from '../../../../main/domain/preflight/needs.ts';
import type { Surroundings } from '../../../../main/domain/surroundings.ts';
import { findingOf } from '../../../support/findings-of.ts';
import { factsOfB, flavor, good } from '../../../support/plan-evidence.ts';
import { hostFacts } from '../../../support/samples.ts';

const GIB_KIB = 1024 ** 2;

/** A node with so many pages of 1 GiB. */
function node(id: number, total: number, free = total): NumaNode {
  const hugePages = total === 0 ? [] : [{ sizeKib: GIB_KIB, total, free }];
  return { id, cpus: '0-7', totalKib: 64 * GIB_KIB, freeKib: GIB_KIB, hugePages };
}

/** An instance of 2 GiB and two processors. */
function asks(
  extraSpecs: Readonly<Record<string, string>>,
  there: { readonly numaNodes?: readonly NumaNode[]; readonly offers?: Surroundings['offers'] } = {},
): MoveEvidence {
  const { traits } = hostFacts();
  const { numaNodes, offers = good.surroundings.offers } = there;
  const facts = factsOfB(
    traits !== undefined && numaNodes !== undefined ? { traits: { ...traits, numaNodes } } : {},
  );
  return {
    ...good,
    server: { ...good.server, flavor: { ...flavor, extraSpecs } },
    destination: { ...good.destination, facts },
    surroundings: { ...good.surroundings, offers },
  };
}

const pcpu = (capacity: number, used: number): Surroundings['offers'] => ({
  known: true,
  value: { traits: [], classes: { PCPU: { capacity, used } } },
});
const dedicated = { 'hw:cpu_policy': 'dedicated' };
const large = { 'hw:mem_page_size': 'large' };

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['server.cpu-pinning', asks({}), 'pass', /no processors of its own/],
  ['server.cpu-pinning', asks({ 'hw:cpu_policy': 'shared' }), 'pass', /no processors/],
  ['server.cpu-pinning', asks(dedicated, { offers: pcpu(8, 6) }), 'pass', /2 of 8 free/],
  ['server.cpu-pinning', asks(dedicated, { offers: pcpu(8, 7) }), 'block', /1 of 8 free/],
  ['server.cpu-pinning', asks({ 'resources:PCPU': '4' }, { offers: pcpu(8, 6) }), 'block', /4 pinned/],
  [
    'server.cpu-pinning',
    asks({ 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0-3,^1' }, { offers: pcpu(2, 0) }),
    'block',
    /3 pinned/,
  ],
  ['server.cpu-pinning', asks(dedicated), 'warn', /none \(PCPU\)/],
  [
    'server.cpu-pinning',
    asks(dedicated, { offers: { known: false, why: 'too old.' } }),
    'warn',
    /too old\.$/,
  ],
  ['server.numa', asks({}), 'pass', /no NUMA layout/],
  ['server.numa', asks({ 'hw:mem_page_size': 'small' }), 'pass', /no NUMA layout/],
  [
    'server.numa',
    asks({ 'hw:numa_nodes': '2' }, { numaNodes: [node(0, 0)] }),
    'block',
    /2 NUMA nodes.*has 1/,
  ],
  [
    'server.numa',
    asks({ 'hw:numa_nodes': '2' }, { numaNodes: [node(0, 0), node(1, 0)] }),
    'pass',
    /has what/,
  ],
  ['server.numa', asks(large, { numaNodes: [node(0, 2)] }), 'pass', /has what/],
  ['server.numa', asks(large, { numaNodes: [node(0, 1)] }), 'block', /too few such pages altogether/],
  ['server.numa', asks(large, { numaNodes: [node(0, 4, 1)] }), 'warn', /free now/],
  [
    'server.numa',
    asks({ ...large, 'hw:numa_nodes': '2' }, { numaNodes: [node(0, 1), node(1, 1)] }),
    'pass',
    /has what/,
  ],
  ['server.numa', asks({ 'hw:mem_page_size': '2MB' }, { numaNodes: [node(0, 4)] }), 'block', /pages of 2/],
  ['server.numa', asks({ 'hw:cpu_realtime': 'yes' }, { numaNodes: [node(0, 0)] }), 'note', /realtime/],
  ['server.numa', asks(large, { numaNodes: [] }), 'note', /not known/],
])('%s', (id, evidence, verdict, message) => {
  expect(findingOf(evidence, id)).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
});

test.each([
  ['large', 'large'],
  ['1GB', GIB_KIB],
  ['1GiB', GIB_KIB],
  ['2MB', 2048],
  ['2048', 2048],
  ['2048KB', 2048],
  ['small', undefined],
  ['any', undefined],
] as const)('pages of %s', (size, kib) => {
  expect(pageKib(size)).toBe(kib);
});

test.each([
  ['0-3', 4],
  ['0-3,^1', 3],
  ['0,2,4', 3],
  ['', 0],
  ['all', 0],
] as const)('the mask %j', (mask, count) => {
  expect(countOf(mask)).toBe(count);
});
