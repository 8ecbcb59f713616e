import { expect, test } from 'vitest';
import { openCloud } from '../../main/services/openstack/open-cloud.ts';
import { manualClock } from '../support/manual-clock.ts';
import { failureOf } from '../support/failure-of.ts';
import type { Reply } from '../support/recorded-cloud.ts';
import { exchange, replay } from '../support/recorded-cloud.ts';
import { useRecordedClouds } from '../support/use-recorded-clouds.ts';

const SERVER = 'b2d1ce03-6456-48f7-9525-1209dcf81531';
const start = useRecordedClouds();

test('room comes in one answer, as inventories and usages would give it', async () => {
  const { server, cloud } = await start();
  const rooms = await cloud.room();
  expect(rooms.map(({ hypervisorHostname }) => hypervisorHostname)).toEqual([
    'hostA',
    'hostB',
    'hostC',
    'hostD',
  ]);
  expect(rooms[0]).toEqual({
    hypervisorHostname: 'hostA',
    vcpus: { capacity: 32, used: 0 },
    ramMib: { capacity: 35389, used: 0 },
    diskGib: { capacity: 251, used: 0 },
  });
  expect(server.calls()).toHaveLength(3);

  const old = await start({ placementMax: '1.9' });
  old.server.before(({ path }) => (path === '/placement/resource_providers' ? twoProviders() : undefined));
  // hostB's usages were recorded at another moment than the candidates.
  expect((await old.cloud.room())[0]).toEqual(rooms[0]);
  expect((await old.cloud.room())[1]?.ramMib.capacity).toBe(rooms[1]?.ramMib.capacity);
});

test('a hundred hosts, three of them full: a handful of calls', async () => {
  const { server, cloud } = await start();
  const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
  const resources = { VCPU: amount(32, 1), MEMORY_MB: amount(1000, 10), DISK_GB: amount(100, 5) };
  const summaries = (of: readonly string[]): Reply => ({
    status: 200,
    body: {
      allocation_requests: [],
      provider_summaries: Object.fromEntries(of.map((id) => [id, { resources }])),
    },
  });
  server.before(({ path }) => {
    if (path === '/placement/resource_providers') {
      const providers = ids.map((uuid) => ({ uuid, name: `host-${uuid}`, root_provider_uuid: uuid }));
      const device = { uuid: 'gpu', name: 'host-id-0_pci_0000', root_provider_uuid: 'id-0' };
      return { status: 200, body: { resource_providers: [...providers, device] } };
    }
    if (path.includes('resources=DISK_GB')) return summaries(ids.slice(3));
    if (path.includes('resources=MEMORY_MB')) return summaries(ids.slice(1));
    if (path.includes('resources=VCPU')) return summaries(ids.slice(2));
    if (path.endsWith('/id-0/inventories')) return replay('placement-inventories-hostA');
    if (path.endsWith('/id-0/usages')) return replay('placement-usages-hostA');
    return undefined;
  });
  const rooms = await cloud.room();
  expect(rooms).toHaveLength(100);
  expect(rooms[0]).toMatchObject({ hypervisorHostname: 'host-id-0', ramMib: { capacity: 35389, used: 0 } });
  expect(server.calls()).toHaveLength(7);
});

test('allocations name the hosts, devices counting as theirs', async () => {
  const { server, cloud } = await start();
  expect(await cloud.allocations(SERVER)).toEqual(['hostC']);
  server.before(({ path }) =>
    path.includes('/allocations/') ? { status: 200, body: { allocations: {} } } : undefined,
  );
  expect(await cloud.allocations(SERVER)).toEqual([]);
});

test.each([
  [
    { region: 'RegionTwo' },
    /no public address of the compute service in region "RegionTwo"\. It has: public in RegionOne/,
  ],
  [{ interface: 'internal' as const, region: 'nowhere' }, /internal address .* "nowhere"/],
])('an address that is not there is told with those that are: %o', async (changes, words) => {
  const { server } = await start();
  const failure = await failureOf(openCloud(server.profile(changes)).computeServices());
  expect(failure.code).toBe('cloud.no-endpoint');
  expect(failure.message).toMatch(words);
});

test('an override takes the place of the catalog, even if it is the root of the service', async () => {
  const { server } = await start();
  server.before(({ path }) => (path === '/compute/' ? replay('discovery-nova-root') : undefined));
  const cloud = openCloud(
    server.profile({ region: 'nowhere', endpointOverrides: { compute: `${server.origin}/compute/` } }),
    { clock: manualClock() },
  );
  expect((await cloud.server(SERVER)).name).toBe('rec');
});

function amount(capacity: number, used: number): { readonly capacity: number; readonly used: number } {
  return { capacity, used };
}

function twoProviders(): Reply {
  const { resource_providers: all } = exchange('placement-resource-providers').response.body as {
    resource_providers: { uuid: string; name: string }[];
  };
  return {
    status: 200,
    body: { resource_providers: all.slice(0, 2).map(({ uuid, name }) => ({ uuid, name })) },
  };
}

test('a cloud with several regions is not guessed at', async () => {
  const { server, clock } = await start();
  server.before(({ path }) => {
    if (!path.startsWith('/identity')) return undefined;
    const entry = { interface: 'public', url: `${server.origin}/compute/v2.1` };
    const endpoints = ['one', 'two'].map((region) => ({ ...entry, region, region_id: region }));
    const { token } = replay('auth-password').body as { token: object };
    const body = { token: { ...token, catalog: [{ type: 'compute', endpoints }] } };
    return { status: 201, headers: { 'x-subject-token': 'a-token' }, body };
  });
  const failure = await failureOf(
    openCloud(server.profile({ region: undefined }), { clock }).computeServices(),
  );
  expect(failure.code).toBe('cloud.no-endpoint');
  expect(failure.message).toContain('has several regions');
  expect(failure.hint).toBe('Set "region_name" in clouds.yaml.');
});
