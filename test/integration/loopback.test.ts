import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_BODY_BYTES } from '../../main/host/loopback/take-call.ts';
import { openLoopbackBench, type LoopbackBench } from '../support/loopback-bench.ts';

let bench: LoopbackBench;
let cookie: string;
let removed: string[] = [];
beforeAll(async () => {
  bench = await openLoopbackBench({
    'plan.stop': ({ ask }) => {
      removed.push(ask);
      return Promise.resolve({});
    },
  });
  cookie = await bench.cookie();
});
afterAll(() => bench.close());

const ask = '8a4c2f0e-0000-4000-8000-000000000001';
const stop = async (headers: Readonly<Record<string, string>>, body = JSON.stringify({ ask })) => {
  removed = [];
  const { status, text } = await bench.call('plan.stop', body, headers);
  return { status, reply: JSON.parse(text) as unknown, done: removed.length > 0 };
};

describe('the address', () => {
  test('lets in once: it becomes a strict cookie that no script reads, and goes on to the clean address', async () => {
    const path = new URL(bench.host.newAddress()).pathname;
    const first = await bench.ask(path, { headers: { accept: 'text/html' } });
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']).toEqual([
      expect.stringMatching(/^coldhaul-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/),
    ]);
    expect(first.text).toContain('content="0; url=/"');
    const second = await bench.ask(path, { headers: { accept: 'text/html' } });
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.text).toContain('used before');
    expect(second.text).toContain('Press Enter');
  });

  test('used again by a browser that is in goes to the page, and gives no second cookie', async () => {
    const path = new URL(bench.host.newAddress()).pathname;
    await bench.ask(path);
    const again = await bench.ask(path, { headers: { cookie } });
    expect(again.status).toBe(200);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test('is not used up by a browser that fetches ahead, by HEAD, or by a wrong guess', async () => {
    const path = new URL(bench.host.newAddress()).pathname;
    expect((await bench.ask(path, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(404);
    expect((await bench.ask(path, { method: 'HEAD' })).status).toBe(403);
    expect((await bench.ask(`${path.slice(0, -1)}~`)).status).toBe(403);
    expect((await bench.ask(path)).status).toBe(200);
  });

  test('is worth nothing once a newer one was made; who is in stays in', async () => {
    const old = new URL(bench.host.newAddress()).pathname;
    bench.host.newAddress();
    expect((await bench.ask(old)).status).toBe(403);
    expect((await bench.ask('/', { headers: { cookie } })).status).toBe(200);
  });
});

describe('the page', () => {
  test('is given to whoever has the cookie, with a policy whose nonce is in it and never comes twice', async () => {
    const pages = await Promise.all([1, 2].map(() => bench.ask('/', { headers: { cookie } })));
    const nonces = pages.map(({ headers, text }) => {
      const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? 'none';
      expect(text).toContain(`content="${nonce}"`);
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
    const script = await bench.ask('/assets/page.js', { headers: { cookie } });
    expect(script).toMatchObject({ status: 200, text: 'export const page = 1;' });
    expect(script.headers['content-type']).toContain('text/javascript');
  });

  test.each(['/', '/assets/page.js', '/events'])('%s is refused without a cookie, in words', async (path) => {
    const { status, text } = await bench.ask(path, { headers: { accept: 'text/html' } });
    expect(status).toBe(401);
    expect(text).toContain('Press Enter where Coldhaul runs');
    const stolen = await bench.ask(path, { headers: { cookie: `${cookie.split('=')[0] ?? ''}=guessed` } });
    expect(stolen.status).toBe(401);
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    String.raw`/..\secret.txt`,
    '//etc/passwd',
    'http://127.0.0.1/../secret.txt',
    '/assets',
    '/assets/',
    '/%00',
  ])('nothing but its own files is to be had: %s', async (path) => {
    const { status, text } = await bench.ask(path, { headers: { cookie } });
    expect(status).toBe(404);
    expect(text).not.toContain('not of the page');
  });
});

describe('a call', () => {
  test('of the page is done', async () => {
    expect(await stop({ cookie })).toEqual({ status: 200, reply: { ok: true, value: {} }, done: true });
    const site = { cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
    expect(await stop(site)).toMatchObject({ done: true });
    const local = { cookie, host: `localhost:${bench.host.port}` };
    expect(await stop({ ...local, origin: `http://${local.host}` })).toMatchObject({ done: true });
  });

  test('without a cookie is not, and says what to do', async () => {
    expect(await stop({})).toMatchObject({
      status: 401,
      reply: { ok: false, code: 'bad-request', hint: expect.stringContaining('Press Enter') as string },
      done: false,
    });
  });

  test.each([
    ['another site', { origin: 'https://example.org' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['our other name', { origin: 'http://localhost' }],
    ['another port, by the browser’s word', { 'sec-fetch-site': 'same-site' }],
    ['another site, by the browser’s word', { 'sec-fetch-site': 'cross-site' }],
    ['a form of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('of %s is refused although it has the cookie', async (_who, headers) => {
    expect(await stop({ cookie, ...headers })).toMatchObject({ status: 403, done: false });
  });

  test('that does not say where it comes from is refused', async () => {
    removed = [];
    const { status } = await bench.ask('/call/plan.stop', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ ask }),
    });
    expect({ status, removed }).toEqual({ status: 403, removed: [] });
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '0.0.0.0', '[::1]'])(
    'under the name %s is refused, even where that name is the origin too',
    async (host) => {
      expect(await stop({ cookie, host, origin: `http://${host}` })).toMatchObject({
        status: 421,
        done: false,
      });
    },
  );

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'as %j, which a form of another site could send, is refused',
    async (type) => {
      expect(await stop({ cookie, 'content-type': type })).toMatchObject({ status: 415, done: false });
    },
  );

  test('that is too big is refused before it is read; and while it is read, if it does not say so', async () => {
    const declared = await stop({ cookie, 'content-length': String(MOST_BODY_BYTES + 1) }, '');
    expect(declared).toMatchObject({ status: 413, done: false });
    const chunked = await stop(
      { cookie, 'transfer-encoding': 'chunked' },
      ' '.repeat(MOST_BODY_BYTES + 1),
    ).catch(
      // The connection may be gone before our answer is read: refused as well.
      (error: unknown) => ({ status: 413, done: false, error }),
    );
    expect(chunked).toMatchObject({ status: 413, done: false });
  });

  test('that is not JSON, not known, or does not fit is refused in words', async () => {
    expect(await stop({ cookie }, '{')).toMatchObject({ status: 400, done: false });
    expect(await stop({ cookie }, '{"ask":1}')).toMatchObject({
      status: 200,
      reply: { ok: false, code: 'bad-request', message: expect.stringContaining('ask') as string },
    });
    const unknown = await bench.call('__proto__', '{}', { cookie });
    expect(JSON.parse(unknown.text)).toMatchObject({ ok: false, code: 'unknown-call' });
  });

  test('is a POST, and asked beforehand by another origin it gets no leave', async () => {
    expect((await bench.ask('/call/plan.stop', { headers: { cookie } })).status).toBe(404);
    const preflight = await bench.ask('/call/plan.stop', {
      method: 'OPTIONS',
      headers: { cookie, origin: 'https://example.org', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

test('the host is not to be had on another address of this machine', async () => {
  await expect(fetch(`http://127.0.0.2:${bench.host.port}/`)).rejects.toThrow('fetch failed');
});

test('a port that is taken is said, with the way out', async () => {
  const { openLoopback } = await import('../../main/host/loopback/serve.ts');
  const second = openLoopback({
    dispatch: () => Promise.resolve({ ok: true, value: {} }),
    listen: () => () => undefined,
    pageRoot: import.meta.dirname,
    port: bench.host.port,
  });
  await expect(second).rejects.toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining(`port ${bench.host.port}`) as string,
    hint: expect.stringContaining('--port') as string,
  });
});
