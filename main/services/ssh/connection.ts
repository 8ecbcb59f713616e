import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { Failure } from '../../domain/failure.ts';
import type { RunResult } from '../../domain/ports.ts';
import { unlessAborted } from './abort.ts';
import { readLogin, WHO_AM_I, type Login } from './become.ts';
import { createChannels } from './channels.ts';
import { quoteAll } from './quote.ts';
import { run, type RunRequest } from './run.ts';

/** One SSH connection, shared by all who talk to its host. */
export interface Connection {
  /** False once it has broken: then a new one is needed. */
  readonly isOpen: boolean;
  /** @throws NotStarted if nothing was started, and else as {@link run}. */
  run(request: RunRequest): Promise<RunResult>;
  /** Who we are there; found out once. */
  login(host: string): Promise<Login>;
  /** A stream to an address as the host sees it. */
  forward(address: string, port: number): Promise<Duplex>;
  close(): void;
}

export function createConnection(client: Client): Connection {
  let open = true;
  const channels = createChannels(() => open);
  let known: Promise<Login> | undefined;
  const broken = (): void => {
    open = false;
  };
  client.once('end', broken).once('error', broken).once('close', broken);
  const runOne = async (request: RunRequest): Promise<RunResult> => {
    const work = channels.use(async () => await run(client, request, () => open));
    return await unlessAborted(work, `${request.program} on ${request.host}`, request.signal);
  };
  const findLogin = async (host: string): Promise<Login> => {
    const request = { host, program: 'id', command: quoteAll(['sh', '-c', WHO_AM_I]), maxBytes: 65_536 };
    return readLogin(host, await runOne(request));
  };
  return {
    get isOpen() {
      return open;
    },
    run: runOne,
    async login(host) {
      known ??= findLogin(host);
      try {
        return await known;
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
    forward: async (address, port) =>
      await new Promise((resolve, reject) => {
        client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
          if (error === undefined) resolve(stream);
          else reject(noWay(address, port, error));
        });
      }),
    close() {
      open = false;
      client.end();
    },
  };
}

function noWay(address: string, port: number, cause: Error): Failure {
  return new Failure(
    'host.unreachable',
    `the jump host does not reach ${address} port ${String(port)}: ${cause.message}`,
    {
      hint: 'Check the address as the jump host sees it, and AllowTcpForwarding in its sshd_config.',
      passing: true,
      cause,
    },
  );
}
