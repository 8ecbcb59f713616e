import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { calls } from '../../main/contract/ipc.ts';
import { MOST_BODY_BYTES } from '../../main/host/loopback/take-call.ts';
import { openLoopbackBench, type Answer, type LoopbackBench } from '../support/loopback-bench.ts';

/** Requests that are wrong in every way: each gets one answer in words, and none of them reaches the desk. */

const ASK = '8a4c2f0e-0000-4000-8000-000000000001';
const BODY = JSON.stringify({ ask: ASK });
/** A bound against hanging, not a measure of speed. */
const PATIENCE_MS = 20_000;

let bench: LoopbackBench;
let cookie: string;
let reached = 0;

beforeAll(async () => {
  const handle = (): Promise<never> => {
    reached += 1;
    return Promise.resolve({} as never);
  };
  bench = await openLoopbackBench(Object.fromEntries(Object.keys(calls).map((name) => [name, handle])));
  cookie = await bench.cookie();
});
beforeEach(() => {
  reached = 0;
});
afterAll(() => bench.close());

/** Whatever is sent, exactly as it is; all that comes back until the other side ends, or nothing more is to be said. */
function sent(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(bench.host.port, '127.0.0.1');
    let said = '';
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end of ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`));
    }, PATIENCE_MS);
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => (said += part));
    // Cut off in the middle of what nobody wants to read is an answer too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
    socket.end(bytes);
  });
}

function expectCalm(text: string): void {
  expect(text).not.toMatch(/^\s+at .+[:(]/m);
  expect(text).not.toMatch(/node:internal|defect of Coldhaul|not of the page|\/(?:tmp|home|root)\//);
  expect(text).not.toMatch(/access-control-allow/i);
}

/** A refusal of ours: a status that blames the caller, and a sentence with the way out. */
function expectRefused({ status, text, headers }: Answer): void {
  expect([400, 401, 403, 404, 413, 415, 421]).toContain(status);
  expectCalm(text);
  expect(headers['set-cookie']).toBeUndefined();
  expect(JSON.parse(text)).toMatchObject({
    ok: false,
    code: 'bad-request',
    message: expect.stringMatching(/\S/) as string,
    hint: expect.stringMatching(/\S/) as string,
  });
}

async function expectStillGood(): Promise<void> {
  reached = 0;
  const { status, text } = await bench.call('plan.stop', BODY, { cookie });
  expect({ status, reply: JSON.parse(text) as unknown, reached }).toEqual({
    status: 200,
    reply: { ok: true, value: {} },
    reached: 1,
  });
}

const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'POST'];
const word = fc.string({ unit: fc.constantFrom(...'abcABC019-._~%/?#&=;,:@!$()*+[]{}|\\^`"<> '.split('')) });
const path = fc.oneof(
  word.map((text) => `/${encodeURI(text).replaceAll(/[^\u0021-\u007e]/g, '_')}`),
  fc.constantFrom(
    '/call/plan.stop/',
    '/call//plan.stop',
    '/call/plan.stop%00',
    '/CALL/plan.stop',
    '/call/',
    '/call',
    '*',
    '/open/',
    '/open/__proto__',
    `/open/${'x'.repeat(8_000)}`,
    '/open/a/b',
    '/events/..',
    '/../index.html',
    '//127.0.0.1/call/plan.stop',
    'http://example.org/call/plan.stop',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/%5c',
  ),
);
const header = fc.oneof(
  fc.constantFrom(
    ['host', 'evil.example'],
    ['host', ''],
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
    ['origin', ''],
    ['sec-fetch-site', 'cross-site'],
    ['content-type', 'text/plain'],
    ['content-type', ''],
    ['cookie', 'coldhaul=guess'],
    ['cookie', '='],
    ['cookie', ';;;=;'],
    ['content-encoding', 'gzip'],
    ['x-http-method-override', 'POST'],
    ['expect', 'magic'],
    ['upgrade', 'websocket'],
    ['last-event-id', '9'.repeat(400)],
  ),
  fc.tuple(
    fc.constantFrom(
      'accept',
      'referer',
      'x-forwarded-host',
      'forwarded',
      'range',
      'if-none-match',
      'sec-purpose',
    ),
    fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
  ),
);

test('whoever has no cookie gets no further, with any method, path and headers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...METHODS),
      path,
      fc.array(header, { maxLength: 4 }),
      fc.option(fc.string(), { nil: undefined }),
      async (method, to, pairs, body) => {
        const headers = Object.fromEntries(pairs);
        const answer = await bench
          .ask(to, { method, headers, ...(body !== undefined && { body }) })
          .catch((error: unknown) => error as Error);
        expect(reached).toBe(0);
        // Node itself would not send it, or cut the line: no answer at all is none of ours.
        if (answer instanceof Error) return;
        expect(answer.status).toBeLessThan(500);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expectCalm(answer.text);
        if (
          answer.status !== 204 &&
          answer.status !== 417 &&
          // Of Node, to bytes behind a request that may have none.
          !(answer.status === 400 && answer.text === '') &&
          method !== 'HEAD' &&
          headers['accept'] === undefined
        )
          expectRefused(answer);
      },
    ),
    { numRuns: 150 },
  );
  await expectStillGood();
});

test('with the cookie, a call from elsewhere or of another form is refused, with whatever else it has', async () => {
  const wrong = fc.oneof(
    fc.constantFrom<Readonly<Record<string, string>>>(
      { host: 'evil.example' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '' },
      { 'sec-fetch-site': 'same-site' },
      { 'content-type': 'text/plain' },
      { 'content-type': '' },
      { cookie: '' },
    ),
    fc.webUrl().map((url) => ({ origin: new URL(url).origin })),
    fc.domain().map((host) => ({ host, origin: `http://${host}` })),
    fc
      .base64String({ minLength: 1, maxLength: 90 })
      .map((text) => ({ cookie: `${cookie.split('=')[0] ?? ''}=${text}` })),
    fc
      .stringMatching(/^[a-z]{1,9}\/[a-z+.-]{1,20}$/)
      .filter((type) => type !== 'application/json')
      .map((type) => ({ 'content-type': type })),
  );
  await fc.assert(
    fc.asyncProperty(
      wrong,
      fc.constantFrom(...Object.keys(calls)),
      fc.json(),
      async (headers, name, body) => {
        expectRefused(await bench.call(name, body, { cookie, ...headers }));
        expect(reached).toBe(0);
      },
    ),
    { numRuns: 80 },
  );
  await expectStillGood();
});

test('from our own page, a body that is no JSON, or no input of that call, is refused in words', async () => {
  const broken = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json().map((text) => text.slice(0, -1)),
    fc.constantFrom('', '[', '{"ask":', '\u0000', '['.repeat(1_000_000), '{"ask":"x"', 'NaN', "{'ask':1}"),
  );
  const bodies = fc.oneof(
    broken,
    fc.json(),
    fc.constantFrom(
      '{"__proto__":{"ask":1}}',
      '{"constructor":{"prototype":{}}}',
      'null',
      '[]',
      '1e999',
      `{"ask":${'9'.repeat(100_000)}}`,
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      JSON.stringify(Array(300_000).fill(1)),
    ),
  );
  // Each of these wants at least one value.
  const names = fc.constantFrom(
    'plan.stop',
    'plan.make',
    'migration.start',
    'clouds.import',
    'question.answer',
  );
  await fc.assert(
    fc.asyncProperty(bodies, names, async (body, name) => {
      const { status, text } = await bench.call(name, body, { cookie });
      expectCalm(text);
      expect([200, 400]).toContain(status);
      expect(JSON.parse(text)).toMatchObject({ ok: false, code: 'bad-request' });
      expect(text.length).toBeLessThan(5_000);
      expect(reached).toBe(0);
    }),
    { numRuns: 80 },
  );
  await expectStillGood();
});

test('bytes that are no HTTP, or lie about their length, end the connection and nothing else', async () => {
  const head = (more: string): string =>
    `POST /call/plan.stop HTTP/1.1\r\nHost: ${bench.name}\r\nOrigin: http://${bench.name}\r\nCookie: ${cookie}\r\nContent-Type: application/json\r\nConnection: close\r\n${more}\r\n`;
  const lies = [
    head(`Content-Length: 5\r\nContent-Length: ${String(BODY.length)}\r\n`) + BODY,
    head(`Content-Length: ${String(BODY.length)}\r\nTransfer-Encoding: chunked\r\n`) + BODY,
    head('Content-Length: -1\r\n') + BODY,
    head('Content-Length: 1e3\r\n') + BODY,
    head(`Content-Length: ${String(BODY.length - 1)}\r\n`) + BODY,
    head(`Content-Length: ${String(BODY.length + 100)}\r\n`) + BODY,
    head(`Content-Length: ${String(MOST_BODY_BYTES + 1)}\r\n`) + BODY,
    head('Transfer-Encoding: chunked\r\n') + `zz\r\n${BODY}\r\n0\r\n\r\n`,
    head('Transfer-Encoding: chunked\r\n') + `ffffffffffffffff\r\n${BODY}`,
    head(`X-Long: ${'x'.repeat(100_000)}\r\n`),
    head(`Host: evil.example\r\nContent-Length: ${String(BODY.length)}\r\n`) + BODY,
    `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${bench.name}\r\n\r\n`,
    `GET /events HTTP/1.1\r\nHost: ${bench.name}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    `GET / HTTP/0.9\r\n\r\n`,
    `GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
  ];
  for (const lie of lies) {
    const said = await sent(lie);
    expect(said, lie.slice(-200)).not.toMatch(/^HTTP\/1\.1 (?:5|200)/);
    expectCalm(said);
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      expectCalm(await sent(Buffer.from(bytes)));
    }),
    { numRuns: 25 },
  );
  expect(reached).toBe(0);
  await expectStillGood();
});

test('a token is worth one look: guessed, cut, used again or of another run it opens nothing', async () => {
  const token = new URL(bench.host.newAddress()).pathname.slice('/open/'.length);
  const near = fc.oneof(
    fc.base64String({ minLength: 1, maxLength: 60 }).map((text) => text.replaceAll(/[+/=]/g, '_')),
    fc.nat(token.length - 1).map((length) => token.slice(0, length)),
    fc.constantFrom(
      `${token}=`,
      `${token}/`,
      `${token}%00`,
      token.toUpperCase(),
      token.split('').reverse().join(''),
    ),
  );
  await fc.assert(
    fc.asyncProperty(near, async (guess) => {
      fc.pre(guess !== token);
      const { status, headers } = await bench.ask(`/open/${guess}`);
      expect([401, 403, 404]).toContain(status);
      expect(headers['set-cookie']).toBeUndefined();
    }),
    { numRuns: 60 },
  );
  // None of it has used up the true one, which then works exactly once.
  expect((await bench.ask(`/open/${token}`)).headers['set-cookie']).toHaveLength(1);
  expect((await bench.ask(`/open/${token}`)).status).toBe(403);
});
