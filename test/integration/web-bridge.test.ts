import { subscribe } from 'node:diagnostics_channel';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { WebBridge } from '../../renderer/web-bridge.ts';
import { CHROMIUM_FLAGS } from '../electron/open-standin.ts';
import { chromiumPath } from '../support/chromium.ts';
import { ASK, openLoopbackBench, type LoopbackBench } from '../support/loopback-bench.ts';

/** What the page of this test leaves in its window. */
interface Seen {
  readonly bridge: WebBridge;
  readonly words: readonly string[];
  readonly connections: readonly boolean[];
}
declare global {
  interface Window {
    readonly seen: Seen;
  }
}

const sockets = new Set<Socket>();
subscribe('net.server.socket', (message) => sockets.add((message as { readonly socket: Socket }).socket));
/** Cuts every connection to this port, as a cable does. */
function cut(port: number): void {
  for (const socket of sockets) if (socket.localPort === port) socket.destroy();
}

let browser: Browser;
let script: string;
beforeAll(async () => {
  script = await bundle();
  browser = await chromium.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
});
afterAll(() => browser.close());

let bench: LoopbackBench;
let context: BrowserContext;
let page: Page;
const stopped: string[] = [];
const open = (port?: number): Promise<LoopbackBench> =>
  openLoopbackBench(
    {
      'plan.stop': ({ ask }) => {
        stopped.push(ask);
        return Promise.resolve({});
      },
    },
    { script, ...(port !== undefined && { port }) },
  );
beforeEach(async () => {
  bench = await open();
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(bench.host.newAddress());
  await until({ connections: [true] });
});
afterEach(async () => {
  await context.close();
  await bench.close();
});

const look = (): Promise<Pick<Seen, 'words' | 'connections'>> =>
  page.evaluate(() => ({ words: window.seen.words, connections: window.seen.connections }));

/** Waits until the page has seen this, exactly. */
async function until(wanted: Partial<Seen>): Promise<void> {
  await expect.poll(look, { timeout: 60_000 }).toMatchObject(wanted);
}

const call = (ask: unknown) =>
  page.evaluate((asked) => window.seen.bridge.call('plan.stop', { ask: asked as string }), ask);

test('the address opens the page, is clean afterwards, and the page calls and listens', async () => {
  await page.waitForURL(`http://${bench.name}/`);
  expect(await call(ASK)).toEqual({ ok: true, value: {} });
  expect(stopped).toEqual([ASK]);
  expect(await call('no id')).toMatchObject({ ok: false, code: 'bad-request' });
  bench.tell('one');
  bench.tell('two');
  await until({ words: ['one', 'two'], connections: [true] });
});

test('a page that was cut off says so, comes back by itself, and has missed nothing', async () => {
  bench.tell('one');
  await until({ words: ['one'] });
  await context.setOffline(true);
  cut(bench.host.port);
  await until({ connections: [true, false] });
  bench.tell('two');
  expect(await call(ASK)).toMatchObject({
    ok: false,
    message: expect.stringContaining('cannot be reached') as string,
    hint: expect.stringContaining('goes on') as string,
  });
  await context.setOffline(false);
  await until({ words: ['one', 'two'], connections: [true, false, true] });
  bench.tell('three');
  await until({ words: ['one', 'two', 'three'] });
});

test('a link that died without a word is noticed by the silence, and made again', async () => {
  await context.clock.install();
  await page.reload();
  await until({ connections: [true] });
  await context.setOffline(true);
  await context.clock.fastForward(60_000);
  await until({ connections: [true, false] });
  await context.setOffline(false);
  await expect
    .poll(async () => {
      await context.clock.fastForward(5_000);
      return look();
    })
    .toMatchObject({ connections: [true, false, true] });
});

test('a host that was started anew does not let the old page in, says why, and does once it has a new address', async () => {
  const { port } = bench.host;
  await bench.close();
  await until({ connections: [true, false] });
  bench = await open(port);
  // It is heard of again, so the page asks and is told why.
  await until({ connections: [true, false, true] });
  expect(await call(ASK)).toMatchObject({
    ok: false,
    message: expect.stringContaining('not let in') as string,
    hint: expect.stringContaining('Press Enter') as string,
  });
  const other = await context.newPage();
  await other.goto(bench.host.newAddress());
  await until({ connections: [true, false, true, false, true] });
  bench.tell('of the new one');
  await until({ words: ['of the new one'] });
});

/** A page that has nothing but the bridge, made of its source. */
async function bundle(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-bridge-'));
  try {
    const entry = join(directory, 'page.ts');
    const source = fileURLToPath(new URL('../../renderer/web-bridge.ts', import.meta.url));
    await writeFile(
      entry,
      `import { createWebBridge } from ${JSON.stringify(source)};
const bridge = createWebBridge();
const seen = { bridge, words: [], connections: [] };
window.seen = seen;
bridge.onConnection((online) => seen.connections.push(online));
bridge.on(({ event }) => seen.words.push(event.payload.message));
`,
    );
    const out = join(directory, 'out');
    const lib = { entry, formats: ['es' as const], fileName: 'page' };
    await build({ configFile: false, logLevel: 'error', build: { outDir: out, lib } });
    return await readFile(join(out, 'page.js'), 'utf8');
  } finally {
    await rm(directory, { recursive: true });
  }
}
