import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Message } from '../../contract/bridge.ts';
import { Failure } from '../../domain/failure.ts';
import type { createDispatch } from '../dispatch.ts';
import { newNonce, pageHeaders } from '../page-headers.ts';
import { createAccess } from './access.ts';
import { answer, refuse, sendJson } from './answer.ts';
import { BROADCAST_LIMITS, createBroadcast, type BroadcastLimits } from './broadcast.ts';
import { readPageFiles } from './files.ts';
import { ANOTHER_USER } from './refusal.ts';
import { isAnotherUsers } from './same-user.ts';

export interface LoopbackOptions {
  readonly dispatch: ReturnType<typeof createDispatch>;
  readonly listen: (listener: (message: Message) => void) => () => void;
  /** Directory of the built page. */
  readonly pageRoot: string;
  /** Without it, any that is free. */
  readonly port?: number;
  readonly limits?: BroadcastLimits;
}

/** The page and its calls on 127.0.0.1, for browsers of this user. */
export interface Loopback {
  readonly port: number;
  /** An address that works once. The one before stops working; browsers that are in stay in. */
  newAddress(): string;
  /** Ends every stream and connection; calls that run are not waited for. */
  close(): Promise<void>;
}

/** @throws Failure `bad-request` if the port cannot be had, or the page has not been built. */
export async function openLoopback(options: LoopbackOptions): Promise<Loopback> {
  const files = await readPageFiles(options.pageRoot).catch((cause: unknown) => {
    const hint = 'Build it: npm run build';
    throw new Failure('bad-request', `the page is not in ${options.pageRoot}`, { hint, cause });
  });
  // Between two calls of a page minutes may pass; a connection kept spares it the next greeting.
  const server = createServer({ keepAliveTimeout: 120_000 });
  const port = await listenOn(server, options.port ?? 0);
  // Cookies know no port: with one name for all, two hosts on one machine would take each other's away.
  const access = createAccess(`coldhaul-${port}`);
  const broadcast = createBroadcast(options.listen, options.limits ?? BROADCAST_LIMITS);
  const behind = { port, access, broadcast, files, dispatch: options.dispatch };

  const strangers = new WeakMap<Socket, Promise<boolean>>();
  server.on('connection', (socket: Socket) => strangers.set(socket, isAnotherUsers(socket)));
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const nonce = newNonce();
    for (const [name, value] of Object.entries(pageHeaders(nonce))) response.setHeader(name, value);
    const stranger = await strangers.get(request.socket);
    // Whoever hangs up before we know who it was gets nothing done.
    if (request.socket.destroyed) return;
    if (stranger === false) await answer(request, response, nonce, behind);
    else refuse(request, response, ANOTHER_USER);
  }
  server.on('request', (request, response) => {
    serve(request, response).catch((error: unknown) => {
      // The other side went away in the middle, or we have a defect: it hears of it if it still listens.
      const message = `a defect of Coldhaul: ${error instanceof Error ? error.message : String(error)}`;
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { ok: false, code: 'internal', message });
    });
  });
  return {
    port,
    newAddress: () => `http://127.0.0.1:${port}/open/${access.newToken()}`,
    async close() {
      broadcast.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listenOn(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ message, ...cause }) => {
      const hint = 'Give another one with --port, or none: then a free one is taken.';
      const what = `port ${port} of 127.0.0.1 cannot be had: ${message}`;
      reject(new Failure('bad-request', what, { hint, cause }));
    });
    server.listen(port, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
