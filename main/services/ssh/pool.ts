import type { Duplex } from 'node:stream';
import type { Asker, Log } from '../../domain/ports.ts';
import { Failure } from '../../domain/failure.ts';
import type { HostTarget } from '../../domain/settings.ts';
import { connect } from './connect.ts';
import { createConnection, type Connection } from './connection.ts';
import { createKeyRing } from './key-files.ts';
import type { KnownKey } from './known-hosts.ts';
import { readHostConfig } from './ssh-config.ts';

export interface PoolOptions {
  readonly asker: Asker;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Connections by target. Each is opened on first use, shared, and opened again after it broke. */
export interface Pool {
  get(target: HostTarget): Promise<Connection>;
  /** Ends all connections, also those that are being made; what runs through them hears `host.disconnected`. */
  close(): void;
}

/** A target, and how to get there if that is not left to its own configuration. */
interface Stop {
  readonly target: HostTarget;
  readonly jumps?: readonly string[] | undefined;
  /** How many hosts lie between us and the one that this is a way to, as far as we know. */
  readonly depth: number;
}

const MOST_JUMPS = 8;

export function createPool(options: PoolOptions): Pool {
  const shared = {
    ...options,
    ring: createKeyRing(options.asker),
    accepted: new Map<string, KnownKey>(),
  };
  const connections = new Map<string, Promise<Connection>>();
  const closing = new AbortController();

  /** Which connection waits for which, to notice a ring: it would wait for ever. */
  const waits = new Map<string, Stop>();

  const forwardThrough = async (hop: Stop, from: Stop, address: string, port: number): Promise<Duplex> => {
    const key = keyOf(from);
    waits.set(key, hop);
    try {
      const names = [from.target.alias];
      for (let next: Stop | undefined = hop; next !== undefined; next = waits.get(keyOf(next))) {
        names.push(next.target.alias);
        if (keyOf(next) === key || hop.depth > MOST_JUMPS) throw ringOfJumps(names);
      }
      return await (await find(hop)).forward(address, port);
    } finally {
      waits.delete(key);
    }
  };

  const open = async (stop: Stop): Promise<Connection> => {
    const { target, jumps: given, depth } = stop;
    const config = await readHostConfig(target, options);
    // `Host *` with a ProxyJump fits the jump host too; ssh then goes there straight (ssh.c, "ProxyJump loop").
    const jumps = given ?? config.jumps.filter((jump) => !sameHost(jump, target, config));
    const last = jumps.at(-1);
    const rest = jumps.length > 1 ? jumps.slice(0, -1) : undefined;
    const hop = last && { target: readJump(last, target.sshConfigFile), jumps: rest, depth: depth + 1 };
    const tunnel = hop ? async () => await forwardThrough(hop, stop, config.address, config.port) : undefined;
    const client = await connect(config, { ...shared, tunnel, signal: closing.signal });
    options.log({
      level: 'debug',
      host: target.alias,
      message: `Connected to ${config.user}@${config.address}`,
    });
    return createConnection(client);
  };

  const find = async (stop: Stop): Promise<Connection> => {
    if (closing.signal.aborted)
      throw new Failure('cancelled', 'the connections to the hosts have been closed');
    const key = keyOf(stop);
    const existing = connections.get(key);
    if (existing !== undefined) {
      const connection = await existing;
      if (connection.isOpen) return connection;
      // Another one who waits may have replaced it meanwhile.
      if (connections.get(key) !== existing) return await find(stop);
    }
    const opening = open(stop);
    connections.set(key, opening);
    try {
      return await opening;
    } catch (error) {
      if (connections.get(key) === opening) connections.delete(key);
      throw error;
    }
  };

  return {
    get: async (target) => await find({ target, depth: 0 }),
    close() {
      closing.abort();
      for (const connection of connections.values()) {
        connection.then(
          (opened) => {
            opened.close();
          },
          // Whoever wanted it has been told.
          () => undefined,
        );
      }
      connections.clear();
    },
  };
}

/** `[user@]host[:port]` or `ssh://…` (ssh_config(5), ProxyJump). */
export function readJump(text: string, sshConfigFile: string | undefined): HostTarget {
  const [, user, bracketed, bare, port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(text) ?? [];
  return {
    alias: bracketed ?? bare ?? text,
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port: Number(port) }),
    ...(sshConfigFile !== undefined && { sshConfigFile }),
  };
}

function sameHost(
  jump: string,
  target: HostTarget,
  config: { readonly port: number; readonly user: string },
): boolean {
  const { alias, user, port } = readJump(jump, undefined);
  return (
    alias === target.alias && (user ?? config.user) === config.user && (port ?? config.port) === config.port
  );
}

function keyOf({ target, jumps }: Stop): string {
  return JSON.stringify([target, jumps]);
}

function ringOfJumps(names: readonly string[]): Failure {
  return new Failure('host.unreachable', `the jump hosts lead on and on: ${names.join(' → ')}`, {
    hint: 'Look at ProxyJump in the OpenSSH configuration.',
  });
}
