import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { CloudProfile } from '../../main/domain/cloud-profile.ts';
import { openCloud } from '../../main/services/openstack/open-cloud.ts';
import { fakeHost } from '../lab/cloud/fake-host.ts';
import type { Credentials, LabCloud, LabCloudOptions } from '../lab/cloud/lab-cloud.ts';
import { startLabCloud } from '../lab/cloud/lab-cloud.ts';
import { manualClock } from '../support/manual-clock.ts';

/** The client against the lab's cloud: two programs written apart, after the same recordings. */

let lab: LabCloud | undefined;
let folder: string | undefined;

afterEach(async () => {
  await lab?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

async function start(options: Partial<LabCloudOptions> = {}): Promise<LabCloud> {
  folder = await mkdtemp(join(tmpdir(), 'coldhaul-cloud-'));
  const hosts = [fakeHost('hostA', '127.0.0.11'), fakeHost('hostB', '127.0.0.12')];
  lab = await startLabCloud({ hosts, directory: folder, ...options });
  return lab;
}

function profileOf({
  authUrl,
  userName,
  password,
  projectName,
  domainId,
  region,
}: Credentials): CloudProfile {
  const domain = { id: domainId };
  return {
    name: 'lab',
    source: 'clouds.yaml',
    authUrl,
    login: {
      kind: 'password',
      user: { name: userName, domain },
      password,
      scope: { kind: 'project', project: { name: projectName, domain } },
    },
    region,
    interface: 'public',
    endpointOverrides: {},
    tls: { verify: true, caFile: undefined, certFile: undefined, keyFile: undefined },
  };
}

test('a hundred hosts and a thousand servers are read in a dozen calls', async () => {
  const { credentials, calls } = await start({ extraHosts: 100, extraServers: 1_000 });
  const cloud = openCloud(profileOf(credentials.admin));
  const [servers, services, hypervisors, rooms] = await Promise.all([
    cloud.servers({}),
    cloud.computeServices(),
    cloud.hypervisors(),
    cloud.room(),
  ]);
  expect([servers.length, services.length, hypervisors.length, rooms.length]).toEqual([1_000, 102, 102, 102]);
  expect(calls.length).toBeLessThanOrEqual(12);
  const onOne = await cloud.servers({ host: 'cn007' });
  expect(onOne.map(({ host }) => host)).toEqual(Array<string>(10).fill('cn007'));
  expect((await cloud.servers({ name: 'app-0042' })).map(({ name }) => name)).toEqual(['app-0042']);
});

test('a login without the admin role is told so', async () => {
  const { credentials } = await start();
  const cloud = openCloud(profileOf(credentials.member));
  await expect(cloud.servers({})).rejects.toMatchObject({
    code: 'cloud.forbidden',
    hint: expect.stringContaining('needs the admin role') as string,
  });
});

test('an admin is told the names of projects, another login is not', async () => {
  const { credentials } = await start();
  const [admin, member] = [credentials.admin, credentials.member].map((login) => openCloud(profileOf(login)));
  expect([...((await admin?.projectNames())?.values() ?? [])]).toEqual(['admin', 'demo']);
  await expect(member?.projectNames()).rejects.toMatchObject({ code: 'cloud.forbidden' });
});

test.each([1, 46, 52, 55, 72, 83, 96])('every question is answered at 2.%i', async (maxMicroversion) => {
  const { credentials } = await start({ maxMicroversion, extraHosts: 1, extraServers: 1 });
  const cloud = openCloud(profileOf(credentials.admin));
  const [server] = await cloud.servers({});
  if (server === undefined) throw new Error('no server');
  expect(await cloud.server(server.id)).toEqual(server);
  expect(server.flavor?.vcpus).toBeGreaterThan(0);
  expect(server.locked).toBe(maxMicroversion >= 9 ? false : undefined);
  expect(await cloud.hypervisors()).toHaveLength(3);
  expect(await cloud.migrationRecords(server.id)).toEqual([]);
  expect(await cloud.lastAction(server.id, 'migrate')).toBeUndefined();
  expect(await cloud.allocations(server.id)).toEqual(['cn001']);
  const { requestId } = await cloud.lock(server.id, 'a reason');
  expect(requestId).toMatch(/^req-/);
  const { locked, lockedReason } = await cloud.server(server.id);
  expect([locked, lockedReason]).toEqual([
    maxMicroversion >= 9 ? true : undefined,
    maxMicroversion >= 73 ? 'a reason' : undefined,
  ]);
});

test('a token of one second is never noticed', async () => {
  const clock = manualClock();
  const now = (): number => clock.nowMs();
  const { credentials, calls } = await start({ tokenLifeSeconds: 1, extraHosts: 1, extraServers: 1, now });
  const cloud = openCloud(profileOf(credentials.admin), { clock });
  for (let asked = 0; asked < 30; asked += 1) {
    await cloud.servers({});
    clock.advance(100);
  }
  const logins = calls.filter(({ path }) => path.endsWith('/auth/tokens'));
  expect(logins.length).toBeGreaterThanOrEqual(4);
  expect(calls.filter(({ status }) => status === 401)).toEqual([]);
});
