import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Reply } from '../../../main/contract/api.ts';
import type { Asked, CallName, Output } from '../../../main/contract/ipc.ts';

/** One call as the measuring process saw it. */
export interface Timed {
  readonly name: CallName;
  /** From its first byte on the way to the last byte of the answer. */
  readonly ms: number;
  readonly bytes: number;
}

/** What the page does with the loopback host, without a browser: calls with its cookie, and the messages read along. */
export interface PageClient {
  /** @throws if it is refused. */
  call<K extends CallName>(name: K, input: Asked<K>): Promise<Output<K>>;
  /** The same, for its duration; the answer is only looked at for success. */
  timed<K extends CallName>(name: K, input: Asked<K>): Promise<Timed>;
  /** Log lines that came by messages so far. */
  linesHeard(): number;
  close(): void;
}

/** As many connections as a browser makes to one host, one of which the messages take. */
const CONNECTIONS = 5;

/** @param address - that works once. */
export async function openPageClient(address: string): Promise<PageClient> {
  const { origin, pathname, port } = new URL(address);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const common = { host: '127.0.0.1', port: Number(port) };
  const send = (path: string, headers: Record<string, string>, body?: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const own = path === '/events' ? { agent: false as const } : { agent };
      const method = body === undefined ? 'GET' : 'POST';
      request({ ...common, ...own, path, method, headers }, resolve)
        .on('error', reject)
        .end(body);
    });

  const entered = await send(pathname, {});
  const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  await text(entered);
  const stream = await send('/events', { cookie });
  let lines = 0;
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => (lines += part.split('"atMs":').length - 1));

  const ask = async (name: string, input: unknown): Promise<string> => {
    const headers = { cookie, origin, 'content-type': 'application/json' };
    return text(await send(`/call/${name}`, headers, JSON.stringify(input)));
  };
  return {
    async call<K extends CallName>(name: K, input: Asked<K>) {
      const reply = JSON.parse(await ask(name, input)) as Reply<Output<K>>;
      if (!reply.ok) throw new Error(`${name}: ${reply.message}`);
      return reply.value;
    },
    async timed(name, input) {
      const startedMs = performance.now();
      const said = await ask(name, input);
      const ms = performance.now() - startedMs;
      if (!said.startsWith('{"ok":true')) throw new Error(`${name}: ${said}`);
      return { name, ms, bytes: said.length };
    },
    linesHeard: () => lines,
    close() {
      stream.destroy();
      agent.destroy();
    },
  };
}
