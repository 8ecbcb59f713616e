import { expect, test } from 'vitest';
import type { LogLine } from '../../main/domain/ports.ts';
import { openCloud } from '../../main/services/openstack/open-cloud.ts';
import { failureOf } from '../support/failure-of.ts';
import type { RecordedCloud } from '../support/recorded-cloud.ts';
import { replay } from '../support/recorded-cloud.ts';
import { useRecordedClouds } from '../support/use-recorded-clouds.ts';

const SERVER = 'b2d1ce03-6456-48f7-9525-1209dcf81531';
const start = useRecordedClouds();

test('the login tells who we are and what the cloud can do', async () => {
  const { cloud, clock } = await start();
  expect(await cloud.identity()).toEqual({
    cloud: 'recorded',
    userName: 'admin',
    projectName: 'admin',
    roles: ['member', 'reader', 'admin'],
    region: 'RegionOne',
    tokenExpiresAtMs: clock.nowMs() + 3_600_000,
    tokenLifeMs: 3_600_000,
    canRenewToken: true,
    compute: { min: '2.1', max: '2.93', used: '2.93' },
    canChooseHost: true,
  });
});

test('a token that lives five seconds is renewed before anyone sees a 401', async () => {
  const { server, cloud, clock } = await start({ tokenLifeMs: 5_000 });
  for (let second = 0; second < 20; second += 1) {
    await cloud.server(SERVER);
    clock.advance(1_000);
  }
  expect(server.logins()).toBe(5);
  expect(server.calls()).toHaveLength(21);
});

test('Nova gets a nearly new token for what it goes on with, and questions take the one that is there', async () => {
  const { server, cloud, clock } = await start({ tokenLifeMs: 3_600_000 });
  await cloud.server(SERVER);
  clock.advance(3_000_000);
  await cloud.server(SERVER);
  expect(server.logins()).toBe(1);
  await cloud.migrate(SERVER, 'hostC');
  expect(server.logins()).toBe(2);
  clock.advance(60_000);
  await cloud.confirmResize(SERVER);
  expect(server.logins()).toBe(2);
});

test('an act that a portal answers in Nova’s place was not taken', async () => {
  const { server, cloud } = await start();
  server.before(({ path }) => (path.endsWith('/action') ? { status: 200, body: 'It works!' } : undefined));
  const acts = [
    () => cloud.unlock(SERVER),
    () => cloud.migrate(SERVER, 'hostB'),
    () => cloud.confirmResize(SERVER),
  ];
  for (const act of acts) {
    await expect(act()).rejects.toMatchObject({
      code: 'cloud.broken',
      passing: true,
      message: expect.stringContaining('answered 200, which Nova never says to that') as string,
      hint: expect.stringContaining('something between') as string,
    });
  }
});

test('callers at the same time share one renewal', async () => {
  const { server, cloud, clock } = await start({ tokenLifeMs: 30_000 });
  await cloud.server(SERVER);
  clock.advance(25_000);
  await Promise.all(Array.from({ length: 20 }, () => cloud.server(SERVER)));
  expect(server.logins()).toBe(2);
});

test('a caller that gives up does not take the login from the others', async () => {
  const { cloud } = await start();
  const impatient = new AbortController();
  const first = failureOf(cloud.server(SERVER, impatient.signal));
  const second = cloud.server(SERVER);
  impatient.abort();
  expect((await first).code).toBe('cancelled');
  expect((await second).id).toBe(SERVER);
});

test('a token that the cloud has forgotten is replaced once, and the order goes through', async () => {
  const { server, cloud } = await start();
  await cloud.identity();
  let refused = 0;
  server.before(({ path, headers }) =>
    path.endsWith('/action') && headers['x-auth-token'] === 'token-1-secret' && (refused += 1)
      ? replay('invalid-token-401')
      : undefined,
  );
  const { requestId } = await cloud.stop(SERVER);
  expect({ refused, logins: server.logins(), requestId }).toEqual({
    refused: 1,
    logins: 2,
    requestId: 'req-831f6c7a-6410-44b8-ab99-33988a1b8204',
  });
});

test('a second 401 is the answer', async () => {
  const { server, cloud } = await start();
  server.before(({ path }) => (path.includes('/servers/') ? replay('invalid-token-401') : undefined));
  const failure = await failureOf(cloud.server(SERVER));
  expect(failure.code).toBe('cloud.credentials');
  expect(server.logins()).toBe(2);
});

test('a wrong password is said once, with what to check', async () => {
  const { server, cloud } = await start();
  server.before(({ path }) => (path.startsWith('/identity') ? replay('auth-password-wrong-401') : undefined));
  const failure = await failureOf(cloud.identity());
  expect(failure).toMatchObject({
    code: 'cloud.credentials',
    hint: 'Check user, password and project of cloud "recorded" in clouds.yaml.',
    requestId: 'req-bd308306-4c2e-4d90-a465-ff2775ebc01e',
  });
  expect(failure.message).toContain('The request you have made requires authentication.');
  expect(server.logins()).toBe(1);
});

test('a token without a user is used until it ends, and then the way out is told', async () => {
  const { server, clock } = await start({ tokenLifeMs: 60_000 });
  await openCloud(server.profile(), { clock }).identity();
  server.before(({ method, path }) =>
    method === 'GET' && path === '/identity/v3/auth/tokens'
      ? {
          status: 200,
          headers: { date: new Date(clock.nowMs() + 7_200_000).toUTCString() },
          body: tokenOf(server, clock.nowMs() + 7_200_000, 60_000),
        }
      : undefined,
  );
  const cloud = openCloud(
    server.profile({ login: { kind: 'token', token: 'token-1-secret', scope: { kind: 'unscoped' } } }),
    { clock },
  );
  // The cloud's clock is two hours ahead of ours: the life that is left counts.
  expect((await cloud.identity()).tokenExpiresAtMs).toBe(clock.nowMs() + 60_000);
  clock.advance(59_000);
  expect((await cloud.server(SERVER)).name).toBe('rec');
  clock.advance(1_000);
  const failure = await failureOf(cloud.server(SERVER));
  expect(failure.code).toBe('cloud.credentials');
  expect(failure.hint).toContain('Put a new token into clouds.yaml');
  expect(server.logins()).toBe(1);
});

test('no secret is in a log line or a failure', async () => {
  const { server, cloud, lines } = await start();
  server.before(({ path }) => (path.endsWith('/action') ? { status: 503 } : undefined));
  const failures = [await failureOf(cloud.stop(SERVER)), await failureOf(cloud.server('nosuch'))];
  const told = JSON.stringify([lines, failures.map(({ message, hint }) => [message, hint])]);
  expect(lines.length).toBeGreaterThan(3);
  expect(told).not.toMatch(/secret/);
});

test('a cloud that says our own request back tells no secret of it', async () => {
  const { server, cloud, lines } = await start();
  const tell = (words: string) => ({ status: 400, body: { badRequest: { message: words } } });
  server.before(({ path, headers }) =>
    path.includes('/servers/')
      ? tell(`bad header X-Auth-Token: ${String(headers['x-auth-token'])}!`)
      : undefined,
  );
  const failures = [await failureOf(cloud.server(SERVER)), await failureOf(cloud.stop(SERVER))];
  server.before(({ path, body, headers }) =>
    path.endsWith('/auth/tokens')
      ? tell(`not understood: ${body} ${String(headers['x-auth-token'])}`)
      : undefined,
  );
  const more: LogLine[] = [];
  const user = { id: 'u1' };
  const scope = { kind: 'unscoped' } as const;
  for (const login of [
    { kind: 'password', user, password: 'a-secret-password', scope },
    { kind: 'application-credential', credential: { id: 'c' }, secret: 'a-secret-of-an-app' },
    { kind: 'token', token: 'a-secret-token', scope },
  ] as const) {
    const other = openCloud(server.profile({ login }), { log: (line) => more.push(line) });
    failures.push(await failureOf(other.identity()));
  }
  expect(
    failures.map(({ message }) => message).filter((message) => message.includes('[hidden]')),
  ).toHaveLength(5);
  expect(JSON.stringify([lines, more, failures.map(({ message, hint }) => [message, hint])])).not.toMatch(
    /token-1-secret|a-secret-/,
  );
});

test('a passing weakness is waited out for a question', async () => {
  const { server, cloud, clock } = await start();
  await cloud.identity();
  const answers = [{ status: 503 }, { status: 429, headers: { 'retry-after': '7' } }, 'cut' as const];
  server.before(({ path }) => (path.includes('/servers/') ? answers.shift() : undefined));
  expect((await cloud.server(SERVER)).name).toBe('rec');
  expect(clock.waitsMs).toEqual([500, 7_000, 2_000]);
});

test('an order is never given twice, whatever happens to it', async () => {
  const { server, cloud } = await start({ timeoutMs: 300 });
  await cloud.identity();
  const orders = (): number => server.calls().filter((call) => call.endsWith('/action')).length;
  const outcomes: unknown[] = [];
  for (const behaviour of [{ status: 503, body: 'busy' }, { status: 500 }, 'cut', 'hang'] as const) {
    const before = orders();
    server.before(({ path }) => (path.endsWith('/action') ? behaviour : undefined));
    const { code, passing, hint } = await failureOf(cloud.stop(SERVER));
    outcomes.push([code, passing, orders() - before, hint?.includes('look at the state') ?? false]);
  }
  expect(outcomes).toEqual([
    ['cloud.broken', true, 1, false],
    ['cloud.broken', false, 1, false],
    ['cloud.unreachable', true, 1, true],
    ['cloud.unreachable', true, 1, true],
  ]);
});

test('a question that got no answer in time is asked once more', async () => {
  const { server, cloud } = await start({ timeoutMs: 200 });
  await cloud.identity();
  const answers = ['hang' as const];
  server.before(({ path }) => (path.includes('/servers/') ? answers.shift() : undefined));
  expect((await cloud.server(SERVER)).name).toBe('rec');
});

test('a cloud that does not answer is left after twice the time limit', async () => {
  const { server, cloud } = await start({ timeoutMs: 200 });
  await cloud.identity();
  const before = server.calls().length;
  server.before(({ path }) => (path.includes('/servers/') ? 'hang' : undefined));
  const failure = await failureOf(cloud.server(SERVER));
  expect(failure.code).toBe('cloud.unreachable');
  expect(failure.message).toContain(`${server.origin} gave no whole answer within 0.2 s`);
  expect(server.calls().length - before).toBe(2);
});

test('a caller can stop waiting for an answer', async () => {
  const { server, cloud } = await start();
  await cloud.identity();
  const stop = new AbortController();
  server.before(({ path }) => {
    if (!path.includes('/servers/')) return undefined;
    stop.abort();
    return 'hang';
  });
  expect((await failureOf(cloud.server(SERVER, stop.signal))).code).toBe('cancelled');
});

test('a page of a proxy in place of Nova’s 404 is not taken for the end of an instance', async () => {
  const { server, cloud } = await start();
  await cloud.identity();
  server.before(({ path }) =>
    path.includes('/servers/')
      ? { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>No backend</h1>' }
      : undefined,
  );
  expect(await failureOf(cloud.server(SERVER))).toMatchObject({ code: 'cloud.broken', passing: true });
});

test('a question that Nova cannot answer while its database fails over may be asked again later', async () => {
  const { server, cloud } = await start();
  await cloud.identity();
  server.before(({ path }) => (path.includes('/servers/') ? { status: 500 } : undefined));
  expect(await failureOf(cloud.server(SERVER))).toMatchObject({ code: 'cloud.broken', passing: true });
});

test.each([
  [
    'HTML',
    { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Portal</h1>' },
    'expected JSON, got 15 characters of text/html',
  ],
  ['half of the JSON', { status: 200, body: '{"server": {"id"' }, 'expected JSON'],
  ['another shape', { status: 200, body: { server: { id: 7 } } }, 'at server.id'],
])('%s in place of an answer is told apart', async (_name, reply, words) => {
  const { server, cloud } = await start();
  server.before(({ path }) => (path.includes('/servers/') ? reply : undefined));
  const failure = await failureOf(cloud.server(SERVER));
  expect(failure.code).toBe('cloud.bad-answer');
  expect(failure.message).toContain(words);
});

test.each([
  [
    'services-forbidden-403',
    'cloud.forbidden',
    "Policy doesn't allow os_compute_api:os-services:list to be performed.",
  ],
  ['server-404', 'cloud.not-found', 'Instance 00000000-0000-0000-0000-000000000000 could not be found.'],
  ['stop-wrong-state-409', 'cloud.conflict', 'while it is in vm_state stopped'],
  ['migrate-unknown-host-400', 'cloud.refused', 'Compute host nosuch could not be found.'],
  ['microversion-too-high-406', 'cloud.refused', 'Version 2.999 is not supported by the API.'],
])('%s becomes %s with the words of the cloud', async (recording, code, words) => {
  const { server, cloud } = await start();
  server.before(({ path }) => (path.endsWith('/action') ? replay(recording) : undefined));
  const failure = await failureOf(cloud.stop(SERVER));
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(/^Could not stop server /);
  expect(failure.message).toContain(words);
  expect(failure.requestId).toMatch(/^req-/);
});

test('a 403 names the roles that the login has', async () => {
  const { server, cloud } = await start();
  server.before(({ path }) =>
    path.includes('/servers/detail') ? replay('all-tenants-forbidden-403') : undefined,
  );
  const failure = await failureOf(cloud.servers({}));
  expect(failure.code).toBe('cloud.forbidden');
  expect(failure.hint).toBe('The login needs the admin role; it has: member, reader, admin.');
});

test('after a 406 the versions are asked for again', async () => {
  const { server, cloud } = await start();
  await cloud.identity();
  let once = true;
  server.before(({ path }) => {
    if (!path.includes('/servers/') || !once) return undefined;
    once = false;
    return replay('microversion-too-high-406');
  });
  const failure = await failureOf(cloud.server(SERVER));
  expect(failure.passing).toBe(true);
  await cloud.server(SERVER);
  expect(server.calls().filter((call) => call === 'GET /compute/v2.1/')).toHaveLength(2);
});

test('a redirection is not followed: the token stays with the cloud', async () => {
  const { server, cloud } = await start();
  server.before(({ path }) =>
    path.includes('/servers/') ? { status: 302, headers: { location: 'http://127.0.0.2:1/' } } : undefined,
  );
  const failure = await failureOf(cloud.server(SERVER));
  expect(failure).toMatchObject({ code: 'cloud.refused' });
  expect(failure.hint).toContain('http://127.0.0.2:1/');
});

function tokenOf(server: RecordedCloud, nowMs: number, lifeMs: number): unknown {
  const { body } = replay('auth-password');
  const { token } = body as { token: { catalog: { type: string; endpoints: { url: string }[] }[] } };
  const catalog = token.catalog.map((entry) => ({
    ...entry,
    endpoints: entry.endpoints.map((endpoint) => ({
      ...endpoint,
      url: entry.type === 'compute' ? `${server.origin}/compute/v2.1` : endpoint.url,
    })),
  }));
  return {
    token: {
      ...token,
      catalog,
      issued_at: new Date(nowMs - 1_000_000).toISOString(),
      expires_at: new Date(nowMs + lifeMs).toISOString(),
    },
  };
}
