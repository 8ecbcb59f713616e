import type { Duplex } from 'node:stream';
import { Client, type AnyAuthMethod, type ServerHostKeyAlgorithm } from 'ssh2';
import { hostKeyOf, judge, type HostKey, type KnownKey, type Verdict } from './known-hosts.ts';
import type { HostConfig } from './ssh-config.ts';

/** What one attempt to connect came to. Nobody is asked anything while it lasts: servers do not wait for people. */
export type Dialled =
  | { readonly kind: 'ready'; readonly client: Client }
  | { readonly kind: 'key'; readonly verdict: Exclude<Verdict, 'known'>; readonly key: HostKey }
  | { readonly kind: 'login-refused'; readonly said: string; readonly partly: boolean }
  | { readonly kind: 'failed'; readonly error: SshError };

export interface SshError extends Error {
  readonly level?: string;
  readonly code?: string | number;
}

const KEEPALIVE_MS = 15_000;
const KEEPALIVES_LOST = 3;

/** The types that known_hosts has come first, or a known host would look unknown for showing another of its keys. */
const HOST_KEY_TYPES: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  // SHA-1: the only one that OpenSSH 5.3 of CentOS 6 has for its RSA key.
  'ssh-rsa',
];

export function hostKeyOrder(known: readonly KnownKey[]): ServerHostKeyAlgorithm[] {
  const types = new Set(known.filter((key) => !key.revoked).map((key) => key.type));
  const isKnown = (name: ServerHostKeyAlgorithm): boolean =>
    types.has(name) || (name.startsWith('rsa-sha2-') && types.has('ssh-rsa'));
  return [...HOST_KEY_TYPES.filter(isKnown), ...HOST_KEY_TYPES.filter((name) => !isKnown(name))];
}

/** Connects and logs in once. Never throws for what the other side does. */
export async function dial(
  config: HostConfig,
  known: readonly KnownKey[],
  methods: readonly AnyAuthMethod[],
  tunnel: Duplex | undefined,
  signal: AbortSignal,
): Promise<Dialled> {
  const client = new Client();
  const giveUp = (): void => {
    client.destroy();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  let refused: Dialled | undefined;
  let partly = false;
  const rest = [...methods];
  // `false` is ssh2's word for "nothing left"; its types know only the callback.
  const nextMethod = (_left: unknown, partialSuccess: boolean | null): AnyAuthMethod | false => {
    partly ||= partialSuccess === true;
    return rest.shift() ?? false;
  };
  const outcome = new Promise<Dialled>((resolve) => {
    client.on('ready', () => {
      resolve({ kind: 'ready', client });
    });
    // It stays for the life of the client: an error without a listener would end the process.
    client.on('error', (error: SshError) => {
      if (error.level === 'agent') return;
      resolve(refused ?? sortOut(error, partly));
    });
    client.on('close', () => {
      resolve(refused ?? { kind: 'failed', error: new Error('the connection was closed before the login') });
    });
  });
  client.connect({
    host: config.address,
    port: config.port,
    username: config.user,
    ...(tunnel !== undefined && { sock: tunnel }),
    readyTimeout: config.connectTimeoutMs,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVES_LOST,
    algorithms: { serverHostKey: hostKeyOrder(known) },
    authHandler: nextMethod,
    hostVerifier: (blob: Buffer): boolean => {
      const key = hostKeyOf(blob);
      const verdict = judge(key, known);
      if (verdict !== 'known') refused = { kind: 'key', verdict, key };
      return verdict === 'known';
    },
  });
  // A command is several small packets; held back until the one before is acknowledged, each of them costs 40 ms (tcp(7)).
  client.setNoDelay(true);
  const dialled = await outcome;
  signal.removeEventListener('abort', giveUp);
  if (dialled.kind !== 'ready') client.destroy();
  return dialled;
}

function sortOut(error: SshError, partly: boolean): Dialled {
  const isLogin = error.level === 'client-authentication' || /authentication failures/i.test(error.message);
  return isLogin ? { kind: 'login-refused', said: error.message, partly } : { kind: 'failed', error };
}
