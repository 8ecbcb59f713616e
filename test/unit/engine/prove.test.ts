import { expect, test } from 'vitest';
import type { Sight } from '../../../main/domain/interlocks.ts';
import type { Migration } from '../../../main/domain/migration.ts';
import { weigh, type Findings } from '../../../main/engine/steps/prove.ts';
import {
  directory,
  diskFile,
  diskPlan,
  INSTANCES,
  link,
  migration,
  onHost,
  plan,
  server,
  SERVER_ID,
} from '../../support/samples.ts';

const file = diskFile('disk');
const pair = { algorithm: 'b2sum', source: 'd', destination: 'd', seconds: 1 } as const;
const seeded: Migration = {
  ...migration([], plan({ disks: [diskPlan('disk')], bases: [] })),
  frozen: [{ name: 'disk', sizeBytes: file.sizeBytes, mtimeSeconds: file.mtimeSeconds, inode: file.inode }],
  verified: { disk: pair },
  handedOver: { running: true, novaCopiedBytes: 0, recordId: 7 },
};
const good: Sight = {
  server: server({ status: 'VERIFY_RESIZE', vmState: 'resized', host: 'hostB' }),
  source: onHost('hostA', {
    resizeDirectory: directory(`${INSTANCES}/${SERVER_ID}_resize`),
    domain: 'shut off',
  }),
  destination: onHost('hostB', { directory: directory(`${INSTANCES}/${SERVER_ID}`), domain: 'running' }),
};
const nothing: Findings = { bytesNotOurs: 0, strangeBases: [], changedLayers: [] };

function unproven(state: Migration, sight: Sight, findings: Findings): readonly string[] {
  return weigh(state, sight, findings)
    .filter((proof) => !proof.ok)
    .map((proof) => proof.name);
}

test('a healthy hand-over is proven in every point', () => {
  expect(unproven(seeded, good, nothing)).toEqual([]);
});

test.each<[string, string, Migration, Sight, Findings]>([
  [
    'digests differ',
    'content',
    { ...seeded, verified: { disk: { ...pair, destination: 'e' } } },
    good,
    nothing,
  ],
  ['a digest is missing', 'content', { ...seeded, verified: {} }, good, nothing],
  ['Nova wrote over a proven file', 'adopted', seeded, good, { ...nothing, bytesNotOurs: 1 }],
  [
    'Nova had written through the link before the guest started',
    'adopted',
    { ...seeded, handedOver: { running: true, novaCopiedBytes: 9, recordId: 7 } },
    good,
    nothing,
  ],
  [
    'a base is another file than the compared one',
    'bases',
    seeded,
    good,
    { ...nothing, strangeBases: ['/b'] },
  ],
  [
    'a chain is broken',
    'disks',
    seeded,
    {
      ...good,
      destination: {
        ...good.destination,
        directory: directory('x', { disks: [diskFile('disk', { problem: 'no base' })] }),
      },
    },
    nothing,
  ],
  [
    'a disk that was to be flattened stands on a base',
    'disks',
    { ...seeded, plan: plan({ disks: [diskPlan('disk', { strategy: 'flatten' })], bases: [] }) },
    good,
    nothing,
  ],
  [
    'a disk is missing',
    'disks',
    seeded,
    { ...good, destination: { ...good.destination, directory: directory('x', { disks: [] }) } },
    nothing,
  ],
  [
    'it runs at the source too',
    'one host',
    seeded,
    { ...good, source: { ...good.source, domain: 'running' } },
    nothing,
  ],
  [
    'libvirt at the source does not answer',
    'one host',
    seeded,
    { ...good, source: { ...good.source, domain: 'unknown' } },
    nothing,
  ],
  [
    'the source copy is gone',
    'source kept',
    seeded,
    { ...good, source: { ...good.source, resizeDirectory: undefined } },
    nothing,
  ],
  [
    'the source copy is another file',
    'source kept',
    { ...seeded, frozen: [{ name: 'disk', sizeBytes: 1, mtimeSeconds: 1, inode: 99 }] },
    good,
    nothing,
  ],
  [
    'Nova does not wait for a verdict',
    'Nova',
    seeded,
    { ...good, server: server({ status: 'ACTIVE', host: 'hostB' }) },
    nothing,
  ],
])('nothing is proven when %s', (_what, name, state, sight, findings) => {
  expect(unproven(state, sight, findings)).toEqual([name]);
});

test('on route thin the chain and the layers are looked at, and a disk that Nova made anew is not proven', () => {
  const thin: Migration = { ...seeded, plan: plan({ route: 'thin', disks: [diskPlan('disk')], bases: [] }) };
  const [, base] = file.chain;
  const layer = `${INSTANCES}/_coldhaul/${SERVER_ID}/layer.disk`;
  const on = (chain: typeof file.chain): Sight => ({
    ...good,
    destination: {
      ...good.destination,
      directory: directory('x', { disks: [diskFile('disk', { chain })] }),
    },
  });
  const below = base === undefined ? [] : [base];
  const whole = on([link(file.path), link(layer, { backingFormat: 'raw' }), ...below]);
  expect(unproven(thin, whole, nothing)).toEqual([]);
  expect(unproven(thin, good, nothing)).toEqual(['layers']);
  expect(unproven(thin, on([link(file.path), link(layer, { backingFormat: 'raw' })]), nothing)).toEqual([
    'layers',
  ]);
  const grown = link(file.path, { virtualBytes: 5 });
  expect(unproven(thin, on([grown, link(layer, { backingFormat: 'raw' }), ...below]), nothing)).toEqual([
    'layers',
  ]);
  expect(unproven(thin, whole, { ...nothing, changedLayers: ['the layer of disk changed'] })).toEqual([
    'layers',
  ]);
});

test('a guest that ran and does not run now is not proven, in both points', () => {
  expect(
    unproven(seeded, { ...good, destination: { ...good.destination, domain: 'absent' } }, nothing),
  ).toEqual(['one host', 'running']);
});

test('every disk must be kept at the source, whatever else is kept there', () => {
  const files = ['disk', 'disk.other'].map((name, index) => ({ ...file, name, inode: file.inode + index }));
  const frozen = files.map(({ name, sizeBytes, mtimeSeconds, inode }) => ({
    name,
    sizeBytes,
    mtimeSeconds,
    inode,
  }));
  const sight: Sight = {
    ...good,
    source: onHost('hostA', {
      resizeDirectory: directory(`${INSTANCES}/${SERVER_ID}_resize`, {
        disks: [diskFile('disk.other', { role: 'other', inode: file.inode + 1 })],
      }),
      domain: 'shut off',
    }),
  };
  expect(unproven({ ...seeded, frozen }, sight, nothing)).toEqual(['source kept']);
});
