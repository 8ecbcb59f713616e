import { expect, test } from 'vitest';
import { openCloud } from '../../main/services/openstack/open-cloud.ts';
import type { Reply } from '../support/recorded-cloud.ts';
import { exchange, replay } from '../support/recorded-cloud.ts';
import { useRecordedClouds } from '../support/use-recorded-clouds.ts';

const SERVER = 'b2d1ce03-6456-48f7-9525-1209dcf81531';
const start = useRecordedClouds();

test('a server in our words', async () => {
  const { cloud } = await start();
  expect(await cloud.server(SERVER)).toEqual({
    id: SERVER,
    name: 'rec',
    projectId: 'aefac6ba38314c4abae83e185a94e6c0',
    status: 'SHUTOFF',
    vmState: 'stopped',
    taskState: undefined,
    powerState: 4,
    host: 'hostC',
    hypervisorHostname: 'hostC',
    instanceName: 'instance-00000051',
    imageId: '21308f7a-07a1-47b2-b2e2-b5ed66d3b36b',
    flavor: {
      extraSpecs: {},
      name: 'lab.eph',
      vcpus: 1,
      ramMib: 192,
      rootGib: 2,
      ephemeralGib: 1,
      swapMib: 128,
    },
    locked: false,
    lockedReason: undefined,
    configDrive: true,
    volumeIds: [],
    createdAt: '2026-11-20T11:20:24Z',
    updatedAt: '2026-11-20T11:20:50Z',
    availabilityZone: 'nova',
    fault: undefined,
  });
});

test.each([
  'server-show-ACTIVE',
  'server-show-VERIFY_RESIZE',
  'server-show-RESIZE-resize_migrating',
  'server-show-ERROR-by-reset',
  'stuck-token-server',
  'stuck-diskfull-server',
  'stuck-neutrondown-server',
])('%s is read', async (recording) => {
  const { server, cloud } = await start();
  server.before(({ path }) => (path.includes('/servers/') ? replay(recording) : undefined));
  const { server: recorded } = exchange(recording).response.body as { server: Record<string, unknown> };
  const read = await cloud.server(SERVER);
  expect([read.status, read.host, read.taskState ?? null]).toEqual([
    recorded['status'],
    recorded['OS-EXT-SRV-ATTR:host'],
    recorded['OS-EXT-STS:task_state'],
  ]);
  expect(read.fault?.message).toBe((recorded['fault'] as { message: string } | undefined)?.message);
});

/** Pages as Nova makes them: at most `most` rows, and a link whose address only Nova's own network knows. */
function pages(rows: readonly { readonly id: string }[], most: number): (path: string) => Reply {
  return (path) => {
    const query = new URL(path, 'http://x').searchParams;
    const from = rows.findIndex((row) => row.id === query.get('marker')) + 1;
    const page = rows.slice(from, from + Math.min(most, Number(query.get('limit') ?? most)));
    const last = page.at(-1);
    const more = last !== undefined && from + page.length < rows.length;
    const next = [
      { rel: 'next', href: `http://10.99.0.1:8774/v2.1/servers/detail?limit=1&marker=${last?.id ?? ''}` },
    ];
    return { status: 200, body: { servers: page, ...(more && { servers_links: next }) } };
  };
}

function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function manyServers(count: number): readonly { readonly id: string; readonly name: string }[] {
  const { servers } = exchange('servers-detail-host-paged').response.body as { servers: [object] };
  return Array.from({ length: count }, (_, index) => ({
    ...servers[0],
    id: idOf(index),
    name: `vm-${index}`,
  }));
}

test('a thousand servers are one call', async () => {
  const { server, cloud } = await start();
  const answer = pages(manyServers(1_000), 1_000);
  server.before(({ path }) => (path.includes('/servers/detail') ? answer(path) : undefined));
  expect(await cloud.servers({})).toHaveLength(1_000);
  expect(server.calls()).toEqual([
    'GET /compute/v2.1/',
    'GET /compute/v2.1/servers/detail?all_tenants=1&limit=1000',
  ]);
});

test('pages are followed to the end, at our address', async () => {
  const { server, cloud } = await start();
  const answer = pages(manyServers(2_345), 500);
  server.before(({ path }) => (path.includes('/servers/detail') ? answer(path) : undefined));
  const servers = await cloud.servers({ host: 'hostC' });
  expect(new Set(servers.map(({ id }) => id)).size).toBe(2_345);
  expect(server.calls()).toHaveLength(6);
});

test('pages that turn in circles end', async () => {
  const { server, cloud } = await start();
  const circle = replay('servers-detail-host-paged');
  server.before(({ path }) => (path.includes('/servers/detail') ? circle : undefined));
  await expect(cloud.servers({})).rejects.toMatchObject({ code: 'cloud.bad-answer' });
});

test('a name is found as it is, although Nova takes it as a regular expression', async () => {
  const { server, cloud } = await start();
  const rows = ['vm.1', 'vmx1', 'my-vm.1-old'].map((name, index) => ({
    ...manyServers(1)[0],
    name,
    id: idOf(index),
  }));
  server.before(({ path }) =>
    path.includes('/servers/detail') ? { status: 200, body: { servers: rows } } : undefined,
  );
  expect((await cloud.servers({ name: 'vm.1' })).map(({ name }) => name)).toEqual(['vm.1']);
  expect(server.calls()[1]).toContain('&name=vm');
});

test.each(['../../etc', '$(reboot)', 'a b', '-rf', '', 'AAAAAAAA-0000-4000-8000-000000000001'])(
  'the id %j is none: it would become the name of a directory and a word of commands',
  async (id) => {
    const { server, cloud } = await start();
    const rows = [...manyServers(1), { ...manyServers(1)[0], id }];
    server.before(({ path }) =>
      path.includes('/servers/detail') ? { status: 200, body: { servers: rows } } : undefined,
    );
    await expect(cloud.servers({})).rejects.toMatchObject({
      code: 'cloud.bad-answer',
      message: expect.stringContaining('1.id: no id of Nova') as string,
    });
  },
);

test('a server in a cell that is down is listed with what is known', async () => {
  const { server, cloud } = await start();
  const row = { id: SERVER, status: 'UNKNOWN', tenant_id: 'p', created: '2026-01-01T00:00:00Z', links: [] };
  server.before(({ path }) =>
    path.includes('/servers/detail') ? { status: 200, body: { servers: [row] } } : undefined,
  );
  expect(await cloud.servers({})).toMatchObject([
    { id: SERVER, name: SERVER, status: 'UNKNOWN', host: undefined },
  ]);
});

test('compute services are nova-compute only', async () => {
  const { cloud } = await start();
  const services = await cloud.computeServices();
  expect(services.map(({ host }) => host)).toEqual(['hostA', 'hostB', 'hostC', 'hostD']);
  expect(services[0]).toEqual({
    id: 'a5ad3939-78c9-4ba9-9b61-c3efa7fac3e9',
    host: 'hostA',
    zone: 'nova',
    state: 'up',
    status: 'enabled',
    disabledReason: undefined,
    forcedDown: false,
  });
});

test.each(['services-list-one-disabled', 'services-list-one-forced-down'])(
  '%s is seen',
  async (recording) => {
    const { server, cloud } = await start();
    server.before(({ path }) => (path.includes('/os-services') ? replay(recording) : undefined));
    const odd = (await cloud.computeServices()).filter(
      ({ status, forcedDown }) => status === 'disabled' || forcedDown,
    );
    expect(odd).toHaveLength(1);
  },
);

test.each([
  ['2.1', '1'],
  ['2.52', '1'],
  ['2.53', 'e8bf8f09-98c8-4785-8a83-c22cf1c77a6b'],
  ['2.93', 'e8bf8f09-98c8-4785-8a83-c22cf1c77a6b'],
])('hypervisors at %s', async (computeMax, id) => {
  const { server, cloud } = await start({ computeMax });
  const hypervisors = await cloud.hypervisors();
  expect(hypervisors[0]).toEqual({
    id,
    host: 'hostA',
    hypervisorHostname: 'hostA',
    hostIp: '10.99.0.11',
    state: 'up',
    status: 'enabled',
    type: 'QEMU',
    version: 7002022,
  });
  // Never a version at which Nova would ask every host for its uptime.
  const sent = server.requests.at(-1)?.headers['x-openstack-nova-api-version'];
  expect(sent).toBe(computeMax === '2.93' ? '2.87' : computeMax);
});

test('an old cloud: flavors are looked up once, and what it cannot say is undefined', async () => {
  const { server, cloud } = await start({ computeMax: '2.1' });
  const { servers } = exchange('servers-detail-host').response.body as { servers: Record<string, unknown>[] };
  const row = Object.fromEntries(
    Object.entries(servers[0] ?? {}).filter(([key]) => !key.startsWith('locked')),
  );
  const listed = { ...row, flavor: { id: 'lab.2', links: [] }, image: '' };
  server.before(({ path }) =>
    path.includes('/servers/detail') ? { status: 200, body: { servers: [listed] } } : undefined,
  );
  await cloud.servers({});
  expect(await cloud.servers({})).toMatchObject([
    {
      flavor: { name: 'lab.eph', vcpus: 1, ramMib: 192, rootGib: 2, ephemeralGib: 1, swapMib: 128 },
      locked: undefined,
      imageId: undefined,
    },
  ]);
  expect(server.calls().filter((call) => call.includes('/flavors/'))).toEqual([
    'GET /compute/v2.1/flavors/detail?is_public=None&limit=1000',
  ]);
});

test('a host is never asked for where it would be ignored', async () => {
  const { server, cloud } = await start({ computeMax: '2.55' });
  expect((await cloud.identity()).canChooseHost).toBe(false);
  const refused = cloud.migrate(SERVER, 'hostD');
  await expect(refused).rejects.toMatchObject({ code: 'cloud.too-old' });
  expect(server.calls()).toEqual(['GET /compute/v2.1/']);
});

test('orders are what a real cloud took', async () => {
  const { server, cloud } = await start();
  await cloud.lock(SERVER, 'migrated by Coldhaul');
  await cloud.unlock(SERVER);
  await cloud.stop(SERVER);
  await cloud.start(SERVER);
  await cloud.migrate(SERVER, 'hostD');
  await cloud.confirmResize(SERVER);
  await cloud.revertResize(SERVER);
  await cloud.resetStateToActive(SERVER);
  const posted = server.requests.filter(({ path }) => path.endsWith('/action'));
  expect(posted.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { lock: { locked_reason: 'migrated by Coldhaul' } },
    { unlock: null },
    exchange('stop').request.body,
    { 'os-start': null },
    exchange('migrate-host').request.body,
    exchange('confirm').request.body,
    exchange('revert').request.body,
    exchange('reset-state-active').request.body,
  ]);
  expect(new Set(posted.map(({ headers }) => headers['openstack-api-version']))).toEqual(
    new Set(['compute 2.93']),
  );
});

test('a lock below 2.73 goes without its reason', async () => {
  const { server, cloud } = await start({ computeMax: '2.72' });
  await cloud.lock(SERVER, 'migrated by Coldhaul');
  expect(server.requests.at(-1)?.body).toBe('{"lock":null}');
});

test('what the guest writes on its console cannot drive a terminal', async () => {
  const { server, cloud } = await start();
  expect(await cloud.consoleTail(SERVER, 50)).toContain('OSLAB BOOT=1 PAYLOAD=OK');
  expect(server.requests.at(-1)?.body).toBe('{"os-getConsoleOutput":{"length":50}}');
  const output = 'a\u001b[31mred\u001b[0m\u001b]0;title\u0007\r\nb\u0008\tc';
  server.before(({ path }) => (path.endsWith('/action') ? { status: 200, body: { output } } : undefined));
  expect(await cloud.consoleTail(SERVER, 50)).toBe('ared\nb\tc');
});

test('migrations of a server, newest first, and only its own', async () => {
  const { server, cloud } = await start();
  const { migrations } = exchange('os-migrations-all').response.body as {
    migrations: { instance_uuid: string }[];
  };
  server.before(({ path }) => (path.includes('/os-migrations') ? replay('os-migrations-all') : undefined));
  const records = await cloud.migrationRecords(SERVER);
  expect(records).toHaveLength(migrations.filter((row) => row.instance_uuid === SERVER).length);
  expect(records.length).toBeGreaterThan(1);
  expect(records.map(({ createdAt }) => createdAt)).toEqual(
    records
      .map(({ createdAt }) => createdAt)
      .sort()
      .reverse(),
  );
});

test('the last action is the newest of its name, with its events', async () => {
  const { cloud } = await start();
  const action = await cloud.lastAction(SERVER, 'migrate');
  expect(action?.requestId).toBe('req-6a1ad776-d88d-4abc-82e0-1ece65fdda3e');
  expect(action?.events.map(({ event, host, result }) => [event, host, result])[0]).toEqual([
    'compute_finish_resize',
    'hostA',
    'Success',
  ]);
  expect(await cloud.lastAction(SERVER, 'evacuate')).toBeUndefined();
});

test('a migration that found no host says so in its action', async () => {
  const { server, cloud } = await start();
  server.before(({ path }) =>
    path.includes('/os-instance-actions/req-') ? replay('migrate-no-valid-host-action-after') : undefined,
  );
  const action = await cloud.lastAction(SERVER, 'migrate');
  expect(action?.message).toBe('Error');
  expect(action?.events[0]?.details).toContain('No valid host was found.');
});

test('the newest actions, of locks none but the newest of all', async () => {
  const { server, cloud } = await start();
  const rows = ['unlock', 'lock', 'revertResize', 'unlock', 'lock', 'migrate', 'create'].map((action) => ({
    ...{ action, request_id: `req-${action}`, start_time: '2026-11-20T11:20:24.000000', message: null },
  }));
  server.before(({ path }) => {
    const one = /\/os-instance-actions\/req-(?<action>\w+)/.exec(path)?.groups?.['action'];
    if (one !== undefined)
      return { status: 200, body: { instanceAction: rows.find(({ action }) => action === one) } };
    return path.includes('/os-instance-actions')
      ? { status: 200, body: { instanceActions: rows } }
      : undefined;
  });
  const names = async (most: number) => (await cloud.actions(SERVER, most)).map(({ action }) => action);
  expect(await names(3)).toEqual(['unlock', 'revertResize', 'migrate']);
  expect(await names(9)).toEqual(['unlock', 'revertResize', 'migrate', 'create']);
});

test('what is around a server: a service that is not there takes nothing from the others', async () => {
  const { cloud, server } = await start();
  const around = await cloud.surroundings({
    serverId: SERVER,
    volumeIds: ['7d0c4f0e-5f0f-4a43-9d1e-6b1f3a0e2c11'],
    sourceHost: 'hostA',
    destinationHost: 'hostB',
    destinationProvider: 'cce6e92b-c950-4cf4-932c-40cedaa17d1b',
    destinationZone: 'nova',
  });
  expect(around.groups).toEqual({ known: true, value: [] });
  expect(around.records).toMatchObject({ known: true });
  expect(around.traffic).toEqual({ known: true, value: [] });
  expect(around.failover).toEqual({ known: true, value: undefined });
  expect(around.offers).toMatchObject({ known: true, value: { classes: { VCPU: { used: 1 } } } });
  expect(around.volumes).toMatchObject({
    known: false,
    why: expect.stringContaining('no public address of the block-storage service') as string,
  });
  expect([around.ports.known, around.networkAgents.known]).toEqual([false, false]);
  expect(server.calls().filter((call) => call.includes('/os-migrations?'))).toHaveLength(3);
});

test('an image, and one that is gone', async () => {
  const { cloud } = await start();
  expect(await cloud.image('21308f7a-07a1-47b2-b2e2-b5ed66d3b36b')).toEqual({
    id: '21308f7a-07a1-47b2-b2e2-b5ed66d3b36b',
    name: 'tiny',
    status: 'active',
    diskFormat: 'qcow2',
    sizeBytes: 13288960,
    visibility: 'public',
    hash: { algorithm: 'sha512', value: expect.stringMatching(/^cff66a3671bcd278/) as string },
    properties: { hw_disk_bus: 'virtio', os_type: 'linux' },
    updatedAt: '2026-11-20T10:16:30Z',
  });
  expect(await cloud.image('00000000-0000-0000-0000-000000000000')).toBeUndefined();
});

test.each(['/v3', '/identity/v3', '/identity', '/identity/'])(
  'projects are asked for where the catalog has Keystone: %s',
  async (path) => {
    const { server, clock } = await start();
    const asked: string[] = [];
    server.before((request) => {
      if (!request.path.endsWith('/v3/projects')) return undefined;
      asked.push(request.path);
      return { status: 200, body: { projects: [{ id: 'p1', name: 'shop', domain_id: 'default' }] } };
    });
    const profile = server.profile({ endpointOverrides: { identity: `${server.origin}${path}` } });
    const cloud = openCloud(profile, { clock });
    expect(await cloud.projectNames()).toEqual(new Map([['p1', 'shop']]));
    expect(asked).toEqual([path === '/v3' ? '/v3/projects' : '/identity/v3/projects']);
  },
);
