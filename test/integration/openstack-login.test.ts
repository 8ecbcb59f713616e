import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CloudProfile } from '../../main/domain/cloud-profile.ts';
import { openCloud } from '../../main/services/openstack/open-cloud.ts';
import { manualClock } from '../support/manual-clock.ts';
import type { RecordedCloud, RecordedCloudOptions } from '../support/recorded-cloud.ts';
import { exchange, replay, startRecordedCloud } from '../support/recorded-cloud.ts';

const running: RecordedCloud[] = [];
let folder = '';
let tls = { key: '', cert: '' };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldhaul-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=recorded cloud', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  );
  tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function start(options: RecordedCloudOptions = {}): Promise<RecordedCloud> {
  const server = await startRecordedCloud(options);
  running.push(server);
  return server;
}

const trust = (changes: Partial<CloudProfile['tls']>): Pick<CloudProfile, 'tls'> => ({
  tls: { verify: true, caFile: undefined, certFile: undefined, keyFile: undefined, ...changes },
});

test('a certificate of an own CA is trusted by its file alone', async () => {
  const server = await start({ tls });
  const trusted = openCloud(server.profile(trust({ caFile: join(folder, 'cert.pem') })));
  expect((await trusted.identity()).userName).toBe('admin');
  const stranger = openCloud(server.profile());
  await expect(stranger.identity()).rejects.toMatchObject({
    code: 'cloud.unreachable',
    passing: false,
    message: `Could not log in to cloud "recorded": no answer from ${server.origin}, because its certificate is self-signed.`,
    hint: 'Give the CA that signed it as "cacert" in clouds.yaml, or in OS_CACERT.',
  });
});

test('verify: false trusts any certificate, for this cloud only', async () => {
  const server = await start({ tls });
  expect((await openCloud(server.profile(trust({ verify: false }))).identity()).userName).toBe('admin');
  await expect(openCloud(server.profile()).identity()).rejects.toMatchObject({ code: 'cloud.unreachable' });
});

test('a certificate of our own is shown to a cloud that asks for one', async () => {
  const server = await start({ tls: { ...tls, ca: tls.cert } });
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const known = openCloud(server.profile(trust({ caFile: certFile, certFile, keyFile })));
  expect((await known.identity()).userName).toBe('admin');
  const unknown = openCloud(server.profile(trust({ caFile: certFile })), { clock: manualClock() });
  await expect(unknown.identity()).rejects.toMatchObject({ code: 'cloud.unreachable' });
});

test('a CA file that is not there is a fault of the profile', async () => {
  const server = await start({ tls });
  const cloud = openCloud(server.profile(trust({ caFile: '/nonexistent/ca.pem' })));
  await expect(cloud.identity()).rejects.toMatchObject({ code: 'profile.malformed' });
});

test('an address where nobody listens is named, with the reason', async () => {
  const port = await freePort();
  const server = await start();
  const clock = manualClock();
  const cloud = openCloud(server.profile({ authUrl: `http://127.0.0.1:${port}/v3` }), { clock });
  await expect(cloud.identity()).rejects.toMatchObject({
    code: 'cloud.unreachable',
    passing: true,
    message: `Could not log in to cloud "recorded": no answer from http://127.0.0.1:${port}, because the connection was refused.`,
  });
  expect(clock.waitsMs).toEqual([500, 1_000, 2_000]);
});

test.each(['/identity', '/identity/', '/identity/v3', '/identity/v3/', '/identity/v2.0'])(
  'auth_url %s leads to v3',
  async (path) => {
    const server = await start();
    const cloud = openCloud(server.profile({ authUrl: `${server.origin}${path}` }));
    await cloud.identity();
    expect(server.requests[0]?.path).toBe('/identity/v3/auth/tokens');
  },
);

const user = { name: 'admin', domain: { id: 'default' } };

test.each<[string, CloudProfile['login'], unknown]>([
  [
    'password, project by name',
    { kind: 'password', user, password: '***', scope: { kind: 'project', project: user } },
    exchange('auth-password').request.body,
  ],
  [
    'password, unscoped',
    { kind: 'password', user, password: '***', scope: { kind: 'unscoped' } },
    exchange('auth-password-unscoped').request.body,
  ],
  [
    'password, system',
    { kind: 'password', user: { id: 'u1' }, password: 'p', scope: { kind: 'system' } },
    {
      auth: {
        identity: { methods: ['password'], password: { user: { id: 'u1', password: 'p' } } },
        scope: { system: { all: true } },
      },
    },
  ],
  [
    'password, domain by name',
    { kind: 'password', user: { id: 'u1' }, password: 'p', scope: { kind: 'domain', domain: { name: 'd' } } },
    {
      auth: {
        identity: { methods: ['password'], password: { user: { id: 'u1', password: 'p' } } },
        scope: { domain: { name: 'd' } },
      },
    },
  ],
  [
    'application credential by id',
    { kind: 'application-credential', credential: { id: '0cd3e8b2fef14c7cabca89ddfa0410d7' }, secret: '***' },
    exchange('auth-application-credential').request.body,
  ],
  [
    'application credential by name',
    { kind: 'application-credential', credential: { name: 'haul', user }, secret: 's' },
    {
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { name: 'haul', user, secret: 's' },
        },
      },
    },
  ],
])('%s asks as a real cloud was asked', async (_name, login, body) => {
  const server = await start();
  await openCloud(server.profile({ login })).identity();
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(body);
});

test('a wrong application credential is refused in words', async () => {
  const server = await start();
  server.before(({ path }) =>
    path.startsWith('/identity') ? replay('auth-application-credential-wrong-401') : undefined,
  );
  await expect(openCloud(server.profile()).identity()).rejects.toMatchObject({ code: 'cloud.credentials' });
});

test('an unscoped login sees no services, and is told why', async () => {
  const server = await start();
  server.before(({ path }) => {
    if (!path.startsWith('/identity')) return undefined;
    return { ...replay('auth-password-unscoped'), headers: { 'x-subject-token': 'unscoped' } };
  });
  await expect(openCloud(server.profile()).identity()).rejects.toMatchObject({
    code: 'cloud.no-endpoint',
    message: expect.stringContaining('its token has no project') as string,
  });
});

test('an address without Keystone is told as such', async () => {
  const server = await start();
  const cloud = openCloud(server.profile({ authUrl: `${server.origin}/dashboard` }));
  server.before(({ path }) =>
    path.startsWith('/dashboard') ? { status: 404, body: '<h1>Not here</h1>' } : undefined,
  );
  await expect(cloud.identity()).rejects.toMatchObject({
    code: 'cloud.not-found',
    message: `There is no Keystone v3 at ${server.origin}/dashboard/v3.`,
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
