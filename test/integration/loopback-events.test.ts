import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openLoopbackBench, type LoopbackBench } from '../support/loopback-bench.ts';

const LIMITS = { keptBytes: 2_000, waitingBytes: 1024 ** 2, heartbeatMs: 60_000 };

let bench: LoopbackBench;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await bench.close();
});

interface Stream {
  readonly socket: Socket;
  /** Settles when all that has come matches. */
  until(pattern: RegExp): Promise<string>;
  readonly ids: readonly number[];
}

/** Server-sent events over a bare socket, which can stop reading where a browser could not be made to. */
async function read(cookie: string, headers: readonly string[] = [], path = '/events'): Promise<Stream> {
  const socket = connect(bench.host.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  let text = '';
  let rest = '';
  const ids: number[] = [];
  socket.setEncoding('utf8').on('data', (part: string) => {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const id = /^id: (\d+)$/.exec(line)?.[1];
      if (id !== undefined) ids.push(Number(id));
      // Words of the test about amounts are not kept.
      text += `${line.slice(0, 1_000)}\n`;
    }
  });
  socket.write(
    [`GET ${path} HTTP/1.1`, `Host: ${bench.name}`, `Cookie: ${cookie}`, ...headers, '', ''].join('\r\n'),
  );
  const stream: Stream = {
    socket,
    async until(pattern) {
      while (!pattern.test(text)) await once(socket, 'data');
      return text;
    },
    ids,
  };
  await stream.until(/event: live/);
  return stream;
}

test('every page gets every message, in order, numbered', async () => {
  bench = await openLoopbackBench({});
  const cookie = await bench.cookie();
  const pages = await Promise.all([read(cookie), read(cookie)]);
  for (const word of ['one', 'two', 'three']) bench.tell(word);
  for (const page of pages) {
    const text = await page.until(/"message":"three"/);
    expect(text).toContain('text/event-stream');
    expect(text).toContain('"resumed":false');
    expect(page.ids).toEqual([1, 2, 3]);
  }
});

test('a page that comes back gets what it missed, before it is told that it is live', async () => {
  bench = await openLoopbackBench({}, { limits: LIMITS });
  const cookie = await bench.cookie();
  for (const word of ['one', 'two', 'three']) bench.tell(word);
  for (const again of [read(cookie, ['Last-Event-ID: 1']), read(cookie, [], '/events?after=1')]) {
    const page = await again;
    const text = await page.until(/event: live\ndata: .*/);
    expect(page.ids).toEqual([2, 3]);
    expect(text.indexOf('"message":"three"')).toBeLessThan(text.indexOf('event: live'));
    expect(text).toContain('"resumed":true');
  }
});

test.each([
  ['missed more than is kept', '1'],
  ['knows messages of another process', '9999'],
  ['says nothing sensible', 'x'],
])('a page that %s is told nothing old, and that it must read anew', async (_what, last) => {
  bench = await openLoopbackBench({}, { limits: LIMITS });
  const cookie = await bench.cookie();
  for (let number = 0; number < 100; number += 1) bench.tell(`message ${number}`);
  const page = await read(cookie, [`Last-Event-ID: ${last}`]);
  expect(await page.until(/resumed.*/)).toContain('"resumed":false');
  bench.tell('the next one');
  await page.until(/the next one/);
  expect(page.ids).toEqual([101]);
});

test('a page that does not read is cut off, and the others do not notice', async () => {
  bench = await openLoopbackBench({}, { limits: LIMITS });
  const cookie = await bench.cookie();
  const [slow, good] = await Promise.all([read(cookie), read(cookie)]);
  slow.socket.pause();
  const cut = once(slow.socket, 'close');
  const MESSAGES = 300;
  const words = 'x'.repeat(64 * 1024);
  for (let number = 1; number <= MESSAGES; number += 1) {
    bench.tell(words);
    // What the good one has read is not waiting for it.
    while (good.ids.length < number) await once(good.socket, 'data');
  }
  slow.socket.resume();
  await cut;
  expect(slow.ids.length).toBeLessThan(MESSAGES);
  expect(good.ids).toHaveLength(MESSAGES);
});

test('a quiet stream has a heartbeat; at the end of the host it ends', async () => {
  bench = await openLoopbackBench({}, { limits: { ...LIMITS, heartbeatMs: 20 } });
  const page = await read(await bench.cookie());
  await page.until(/^event: beat$/m);
  const ended = once(page.socket, 'close');
  await bench.host.close();
  await ended;
});
