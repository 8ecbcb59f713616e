import { expect, test } from 'vitest';
import type { ChainLink } from '../../../../main/domain/host.ts';
import { judged, sourceWith } from '../../../support/judged.ts';
import { good, home } from '../../../support/plan-evidence.ts';
import {
  directory,
  diskFile,
  diskPlan,
  hostFacts,
  IMAGE_BASE,
  INSTANCES,
  link,
  server,
  SERVER_ID,
} from '../../../support/samples.ts';

const base = `${INSTANCES}/_base/${IMAGE_BASE}`;
const frozen = `${INSTANCES}/_coldhaul/${SERVER_ID}/layer.disk`;
const thin = { route: 'thin' as const, disks: [diskPlan('disk')] };

function withTop(more: Partial<ChainLink>) {
  const disk = diskFile('disk', { chain: [link(`${home}/disk`, more)] });
  return sourceWith({ directory: directory(home, { disks: [disk] }) }, {}, thin);
}

test('a disk on its image can be frozen; on another route nothing is', () => {
  expect(judged('disks.freezable', sourceWith({}, {}, thin))).toMatchObject({ verdict: 'pass' });
  expect(judged('disks.freezable', good).message).toContain('Nothing is frozen');
  expect(judged('disks.unmerged', good)).toMatchObject({ verdict: 'pass' });
});

test.each<[string, Partial<ChainLink>, RegExp]>([
  ['raw', { format: 'raw' }, /disk is raw, and its overlay would be qcow2/],
  ['with snapshots inside', { snapshots: ['a', 'b'] }, /disk has 2 snapshots inside/],
  ['encrypted', { encrypted: true }, /disk is encrypted/],
  ['with its data elsewhere', { dataFile: '/srv/data' }, /keeps its data in data/],
])('a disk that is %s cannot be frozen', (_what, more, words) => {
  const finding = judged('disks.freezable', withTop(more));
  expect(finding).toMatchObject({ verdict: 'block', fix: expect.stringContaining('--route nova') as string });
  expect(finding.message).toMatch(words);
});

test.each([undefined, '1.5.3'])('qemu-img %s at the destination is too old for a layer', (version) => {
  const tools = version === undefined ? { rsync: '3.2.7' } : { ...hostFacts().tools, 'qemu-img': version };
  const destination = { ...good.destination, facts: hostFacts({ tools }) };
  expect(judged('disks.freezable', sourceWith({}, {}, { ...thin, destination }))).toMatchObject({
    verdict: 'block',
    message: expect.stringContaining('2.0 or newer') as string,
  });
});

test('a disk on a layer of an earlier move is moved by no route, and the way to merge it is written out', () => {
  const disk = diskFile('disk', {
    chain: [
      link(`${home}/disk`),
      link(frozen, { backingPath: base, backingFormat: 'raw' }),
      link(base, { format: 'raw' }),
    ],
  });
  const evidence = sourceWith({ directory: directory(home, { disks: [disk] }) });
  const finding = judged('disks.unmerged', evidence);
  expect(finding).toMatchObject({ verdict: 'block', message: expect.stringContaining(frozen) as string });
  expect(finding.fix).toContain(`virsh blockpull ${SERVER_ID} TARGET --base ${base} --wait`);
  expect(finding.fix).toContain(`qemu-img commit -d -f qcow2 -b ${frozen} ${home}/disk`);
});

test('the merge of what runs needs the bytes once more, on both hosts; of what is off it needs none', () => {
  const facts = (freeBytes: number) => {
    const usual = hostFacts();
    return { ...usual, instancesFileSystem: { ...usual.instancesFileSystem, freeBytes } };
  };
  const [one, two] = [60_000_000, 110_000_000];
  const at = (freeBytes: number, status: string) => {
    const evidence = sourceWith({}, {}, { ...thin, reserveBytes: 0, bases: [], server: server({ status }) });
    return {
      ...evidence,
      source: { ...evidence.source, facts: facts(freeBytes) },
      destination: { ...evidence.destination, facts: facts(freeBytes) },
    };
  };
  const verdicts = (freeBytes: number, status: string) =>
    ['destination.room', 'source.room'].map((id) => judged(id, at(freeBytes, status)).verdict);
  expect(verdicts(one, 'ACTIVE')).toEqual(['block', 'pass']);
  expect(verdicts(two, 'ACTIVE')).toEqual(['pass', 'pass']);
  expect(verdicts(one, 'SHUTOFF')).toEqual(['pass', 'pass']);
  expect(verdicts(10_000_000, 'ACTIVE')).toEqual(['block', 'block']);
});

test('with scp the transport is told to have another way', () => {
  const nova = { ...hostFacts().nova, transport: 'ssh' as const };
  const source = { ...good.source, facts: hostFacts({ nova }) };
  expect(judged('source.transport', { ...good, source, route: 'nova' })).toMatchObject({
    verdict: 'pass',
    message: expect.stringContaining('--route thin') as string,
  });
  expect(judged('source.transport', { ...good, source, route: 'seed' })).toMatchObject({
    verdict: 'block',
    fix: expect.stringContaining('--route thin') as string,
  });
  expect(judged('source.transport', { ...good, source, route: 'thin' })).toMatchObject({ verdict: 'pass' });
});
