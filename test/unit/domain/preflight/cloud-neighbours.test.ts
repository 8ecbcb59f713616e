import { expect, test } from 'vitest';
import type { MigrationRecord } from '../../../../main/domain/cloud.ts';
import type { MoveEvidence } from '../../../../main/domain/preflight/evidence.ts';
import type { Verdict } from '../../../../main/domain/preflight/judgement.ts';
import type {
  FailoverHost,
  OtherMigration,
  ServerGroup,
  Surroundings,
} from '../../../../main/domain/surroundings.ts';
import { findingOf } from '../../../support/findings-of.ts';
import { good } from '../../../support/plan-evidence.ts';

const silent = { known: false, why: 'the compute service answered 503.' } as const;

function around(surroundings: Partial<Surroundings>, more: Partial<MoveEvidence> = {}): MoveEvidence {
  return { ...good, ...more, surroundings: { ...good.surroundings, ...surroundings } };
}

function says(evidence: MoveEvidence, id: string, verdict: Verdict, message: RegExp): void {
  expect(findingOf(evidence, id)).toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
}

function records(...rows: readonly Partial<MigrationRecord>[]): MoveEvidence {
  const value = rows.map((row, index) => ({
    id: 10 - index,
    uuid: undefined,
    status: 'confirmed',
    type: 'migration',
    sourceCompute: 'hostC',
    destCompute: 'hostA',
    destHost: undefined,
    createdAt: '2026-11-20T10:00:00',
    updatedAt: undefined,
    ...row,
  }));
  return around({ records: { known: true, value } });
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['none', records(), 'pass', /none|no migration/],
  ['one that was confirmed', records({}), 'pass', /no migration of it open/],
  ['failures only', records({ status: 'error' }, { status: 'error' }), 'pass', /2 since the last/],
  [
    'one left at finished',
    records({ status: 'finished' }),
    'block',
    /“finished” while.*hostC may be the better/,
  ],
  ['one that died in its copy', records({ status: 'migrating' }), 'warn', /still “migrating”/],
  ['an old dead one before a good one', records({}, { status: 'migrating' }), 'pass', /open/],
  ['an open evacuation from elsewhere', records({ type: 'evacuation', status: 'done' }), 'pass', /open/],
  [
    'an open evacuation from the destination',
    records({}, { type: 'evacuation', status: 'done', sourceCompute: 'hostB' }),
    'block',
    /destroys what it finds/,
  ],
  [
    'an evacuation from the destination that was cleaned up',
    records({ type: 'evacuation', status: 'completed', sourceCompute: 'hostB' }),
    'pass',
    /open/,
  ],
  ['nothing that could be read', around({ records: silent }), 'warn', /503\.$/],
])('server.migrations: %s', (_, evidence, verdict, message) => {
  says(evidence, 'server.migrations', verdict, message);
});

test('a move that is not over is not taken for a reset state', () => {
  const evidence = records({ status: 'finished' });
  const server = { ...evidence.server, status: 'VERIFY_RESIZE', vmState: 'resized' };
  says({ ...evidence, server }, 'server.migrations', 'block', /in the middle of a move/);
});

function traffic(...rows: readonly Partial<OtherMigration>[]): MoveEvidence {
  const value = rows.map((row, index) => ({
    serverId: `id-${String(index)}`,
    serverName: `db-0${String(index)}`,
    status: 'migrating',
    type: 'migration',
    sourceCompute: 'hostA',
    destCompute: 'hostC',
    updatedAt: '1970-01-01T00:00:00.000000',
    ...row,
  }));
  return around({ traffic: { known: true, value } });
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['none', traffic(), 'pass', /nothing else/],
  ['one that leaves', traffic({}), 'note', /1 other instance.*\(db-00\)/],
  ['one that arrives', traffic({}, { destCompute: 'hostB' }), 'note', /on their way to hostB \(db-01\)/],
  ['five', traffic({}, {}, {}, {}, {}), 'note', /db-03, 1 more/],
  ['one without a name', traffic({ serverName: undefined }), 'note', /id-0/],
  ['one of long ago', traffic({ updatedAt: '1969-12-30T00:00:00Z' }), 'note', /more than a day/],
  ['nothing that could be read', around({ traffic: silent }), 'note', /503\.$/],
])('hosts.migrations: %s', (_, evidence, verdict, message) => {
  says(evidence, 'hosts.migrations', verdict, message);
});

function group(policy: string, atDestination: readonly string[], maxPerHost = 1): MoveEvidence {
  const value: readonly ServerGroup[] = [{ id: 'g', name: 'pair', policy, maxPerHost, atDestination }];
  return around({ groups: { known: true, value } });
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['none', good, 'pass', /no server group/],
  ['anti-affinity, host free', group('anti-affinity', []), 'pass', /allows hostB/],
  [
    'anti-affinity, host taken',
    group('anti-affinity', ['web-2']),
    'block',
    /allows 1 .*web-2.*no valid host/,
  ],
  ['anti-affinity with room for two', group('anti-affinity', ['web-2'], 2), 'pass', /allows/],
  ['affinity, others there', group('affinity', ['web-2']), 'pass', /allows/],
  ['affinity, alone', group('affinity', []), 'block', /none of them/],
  ['soft anti-affinity, host free', group('soft-anti-affinity', []), 'pass', /allows/],
  ['soft anti-affinity, host taken', group('soft-anti-affinity', ['web-2']), 'note', /nevertheless/],
  ['soft affinity, others there', group('soft-affinity', ['web-2']), 'pass', /allows/],
  ['soft affinity, alone', group('soft-affinity', []), 'note', /nevertheless/],
  ['a policy of a later Nova', group('near', []), 'note', /not known/],
  ['nothing that could be read', around({ groups: silent }), 'warn', /503\.$/],
])('server.group: %s', (_, evidence, verdict, message) => {
  says(evidence, 'server.group', verdict, message);
});

function masakari(...rows: readonly Partial<FailoverHost>[]): MoveEvidence {
  const value = rows.map((row) => ({
    host: 'hostA',
    segment: 'rack-1',
    inMaintenance: false,
    enabled: true,
    ...row,
  }));
  return around({ failover: { known: true, value } });
}

test.each<[string, MoveEvidence, Verdict, RegExp]>([
  ['no Masakari', good, 'pass', /no Masakari/],
  ['segments without these hosts', masakari(), 'pass', /neither hostA nor hostB/],
  ['a host that is watched', masakari({}), 'warn', /watches hostA \(segment rack-1\)/],
  ['both hosts', masakari({}, { host: 'hostB' }), 'warn', /hostA and hostB/],
  ['a host in maintenance', masakari({ inMaintenance: true }), 'pass', /neither/],
  ['a segment that is off', masakari({ enabled: false }), 'pass', /neither/],
  ['nothing that could be read', around({ failover: silent }), 'warn', /503\.$/],
])('cloud.masakari: %s', (_, evidence, verdict, message) => {
  says(evidence, 'cloud.masakari', verdict, message);
});

test('what to do about Masakari names every host that it watches', () => {
  const { fix } = findingOf(masakari({}, { host: 'hostB', segment: 'rack-2' }), 'cloud.masakari');
  expect(fix).toMatch(/rack-1 hostA && .*rack-2 hostB$/);
});
