import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message } from '../../main/contract/bridge.ts';
import type { Handlers } from '../../main/contract/ipc.ts';
import { createDispatch } from '../../main/host/dispatch.ts';
import type { BroadcastLimits } from '../../main/host/loopback/broadcast.ts';
import { openLoopback, type Loopback } from '../../main/host/loopback/serve.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The real host on a page of two files, spoken to without a browser, so that every header can be a wrong one. */
export interface LoopbackBench {
  readonly host: Loopback;
  /** `HOST:PORT`, as the Host header has it. */
  readonly name: string;
  /** One request on a connection of its own. */
  ask(path: string, ask?: Ask): Promise<Answer>;
  /** Exchanges a new address for its cookie. */
  cookie(): Promise<string>;
  /** A call as the page makes it. */
  call(name: string, body: string, headers: Readonly<Record<string, string>>): Promise<Answer>;
  /** The next message to every page: an event whose payload is `text`. */
  tell(text: string): void;
  close(): Promise<void>;
}

const INDEX = `<!doctype html>
<meta name="style-nonce" content="__STYLE_NONCE__" />
<link rel="icon" href="data:," />
<script type="module" src="/assets/page.js"></script>
`;
export const ASK = '8a4c2f0e-0000-4000-8000-000000000001';

export interface BenchOptions {
  readonly limits?: BroadcastLimits;
  readonly port?: number;
  /** Of the page; without it the page does nothing. */
  readonly script?: string;
}

export async function openLoopbackBench(
  handlers: Partial<Handlers>,
  { script = 'export const page = 1;', ...options }: BenchOptions = {},
): Promise<LoopbackBench> {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-loopback-'));
  await mkdir(join(directory, 'page/assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'not of the page');
  await writeFile(join(directory, 'page/index.html'), INDEX);
  await writeFile(join(directory, 'page/assets/page.js'), script);
  const listeners = new Set<(message: Message) => void>();
  let sequence = 0;
  const host = await openLoopback({
    dispatch: createDispatch(handlers),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pageRoot: join(directory, 'page'),
    ...options,
  });
  const name = `127.0.0.1:${host.port}`;

  const ask = (path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(
        { host: '127.0.0.1', port: host.port, path, method, headers, agent: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => (text += part));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  return {
    host,
    name,
    ask,
    async cookie() {
      const { headers } = await ask(new URL(host.newAddress()).pathname);
      return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    },
    call: (call, body, headers) =>
      ask(`/call/${call}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: `http://${name}`, ...headers },
        body,
      }),
    tell(text) {
      sequence += 1;
      const event = { name: 'plan.progress', payload: { ask: ASK, message: text } } as const;
      for (const listener of listeners) listener({ sequence, event });
    },
    async close() {
      await host.close();
      await rm(directory, { recursive: true });
    },
  };
}
