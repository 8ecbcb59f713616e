import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeHost } from '../lab/cloud/fake-host.ts';
import { startLabCloud, type LabCloud } from '../lab/cloud/lab-cloud.ts';
import { login, type Caller } from './caller.ts';

let directory: string;
let cloud: LabCloud;
let admin: Caller;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-api-'));
  const hosts = [fakeHost('hosta', '127.0.0.81')];
  cloud = await startLabCloud({ hosts, directory, extraHosts: 100, extraServers: 1000 });
  admin = await login(cloud);
});
afterAll(async () => {
  await cloud.stop();
  await rm(directory, { recursive: true });
});

const Page = z.object({
  servers: z.array(z.object({ id: z.string() })),
  servers_links: z.array(z.object({ href: z.string() })).optional(),
});

describe('a large cloud', () => {
  it('is read page by page, without a gap or a repetition', async () => {
    const seen = new Set<string>();
    let path: string | undefined = '/servers/detail?all_tenants=1&limit=300';
    let pages = 0;
    while (path !== undefined) {
      const page = Page.parse((await admin.get(path)).body);
      for (const { id } of page.servers) seen.add(id);
      const next = page.servers_links?.[0]?.href;
      path = next?.slice(next.indexOf('/servers/'));
      pages += 1;
    }
    expect([seen.size, pages]).toEqual([1000, 4]);
  });

  it('tells the servers of one host', async () => {
    const page = Page.parse((await admin.get('/servers/detail?all_tenants=1&host=cn007')).body);
    expect(page.servers).toHaveLength(10);
  });
});

describe('an API that is ill', () => {
  it('fails as often as was ordered, for the paths that were ordered', async () => {
    cloud.control.apiFault({ kind: 503, times: 2, path: '/servers', service: 'compute' });
    const answers = [];
    for (let index = 0; index < 3; index += 1) answers.push((await admin.get('/servers')).status);
    expect(answers).toEqual([503, 503, 200]);
    expect(cloud.calls.slice(-3).map(({ status }) => status)).toEqual([503, 503, 200]);
  });

  it('sends half an answer, garbage, or nothing', async () => {
    const ask = async () => {
      const options = { headers: { 'x-auth-token': admin.token }, signal: AbortSignal.timeout(500) };
      return (await fetch(`${cloud.urls.compute}/v2.1/servers`, options)).text();
    };
    cloud.control.apiFault({ kind: 'half', times: 1 });
    await expect(ask()).rejects.toThrow('terminated');
    cloud.control.apiFault({ kind: 'garbage', times: 1 });
    expect(await ask()).toContain('<html>');
    cloud.control.apiFault({ kind: 'reset', times: 1 });
    await expect(ask()).rejects.toThrow('fetch failed');
    cloud.control.apiFault({ kind: 'hang', times: 1 });
    await expect(ask()).rejects.toThrow(/timeout/);
  });

  it('takes orders on its control port', async () => {
    const order = async (body: unknown) => {
      const answer = await fetch(`${cloud.urls.control}/fault`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return answer.status;
    };
    expect(await order({ name: 'service', host: 'hosta', enabled: false })).toBe(200);
    expect(cloud.state.computes[0]?.enabled).toBe(false);
    expect(await order({ name: 'service', host: 'nosuch' })).toBe(409);
    expect(await order({ name: 'nonsense' })).toBe(400);
    expect(await order({ name: 'expire-tokens' })).toBe(200);
    expect((await admin.get('/servers')).status).toBe(401);
    admin = await login(cloud);
  });
});

it('an older cloud says so, and refuses what it does not know', async () => {
  const old = await startLabCloud({ hosts: [], directory, maxMicroversion: 53 });
  const caller = await login(old);
  const answer = await caller.get('/servers');
  expect(answer.status).toBe(406);
  expect(JSON.stringify(answer.body)).toContain('Minimum is 2.1 and maximum is 2.53.');
  await old.stop();
});
