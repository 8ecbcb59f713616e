import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { Failure } from '../../domain/failure.ts';
import type { Asker, Log } from '../../domain/ports.ts';
import { cancelled } from './abort.ts';
import { collectCredentials, unlockCredentials, type Credentials } from './authentication.ts';
import { dial, type SshError } from './dial.ts';
import type { KeyRing } from './key-files.ts';
import { findKnownKeys, type KnownKey } from './known-hosts.ts';
import { keyChanged, keyRevoked, offerKey } from './host-key.ts';
import type { HostConfig } from './ssh-config.ts';

export interface ConnectOptions {
  readonly asker: Asker;
  readonly log: Log;
  readonly ring: KeyRing;
  /** Keys accepted since the start, by name: known_hosts may be a file that keeps nothing, such as /dev/null. */
  readonly accepted: Map<string, KnownKey>;
  /** A fresh way to the host's port through its jump host; `undefined` is straight. Called once per attempt. */
  readonly tunnel: (() => Promise<Duplex>) | undefined;
  /** Fires when nobody wants the connection any more. */
  readonly signal: AbortSignal;
}

/**
 * Connects and logs in. Questions to the admin (an unknown key, a passphrase) are asked between attempts, with no
 * connection open; afterwards the key is checked again like any other.
 *
 * @throws Failure `host.unreachable`, `host.authentication`, `host.key-unknown`, `host.key-changed`.
 */
export async function connect(config: HostConfig, options: ConnectOptions): Promise<Client> {
  const isWanted = (): boolean => !options.signal.aborted;
  let credentials = await collectCredentials(config, options.ring);
  for (;;) {
    if (!isWanted()) throw cancelled(`the connection to ${config.alias}`);
    const known = await knownKeys(config, options.accepted);
    const dialled = await dial(config, known, credentials.methods, await options.tunnel?.(), options.signal);
    switch (dialled.kind) {
      case 'ready':
        return dialled.client;
      case 'failed':
        if (!isWanted()) break;
        throw unreachable(config, dialled.error);
      case 'key': {
        if (dialled.verdict === 'revoked') throw keyRevoked(config, dialled.key);
        if (dialled.verdict === 'changed') throw keyChanged(config, dialled.key, known);
        options.accepted.set(config.knownAs, await offerKey(config, dialled.key, options));
        break;
      }
      case 'login-refused': {
        if (credentials.locked.length === 0) throw loginRefused(config, credentials, dialled);
        credentials = await unlockCredentials(credentials, config.user, options.ring);
        if (credentials.methods.length === 0) throw loginRefused(config, credentials, dialled);
      }
    }
  }
}

async function knownKeys(
  config: HostConfig,
  accepted: ReadonlyMap<string, KnownKey>,
): Promise<readonly KnownKey[]> {
  const found = await findKnownKeys(config.knownAs, [...config.userKnownHosts, ...config.globalKnownHosts]);
  const here = accepted.get(config.knownAs);
  return here === undefined ? found : [...found, here];
}

function loginRefused(
  config: HostConfig,
  credentials: Credentials,
  { said, partly }: { readonly said: string; readonly partly: boolean },
): Failure {
  const where = `${config.user}@${config.address}`;
  const tried = credentials.tried.join(', ');
  if (partly) {
    return new Failure(
      'host.authentication',
      `${where} accepted a key and asks for something more, which is not supported`,
      {
        hint: 'Allow a login by key alone for this user, for example with a Match block in sshd_config.',
      },
    );
  }
  const tooMany = /too many/i.test(said);
  return new Failure('host.authentication', `${where} accepts none of what was tried: ${tried}`, {
    hint: tooMany
      ? `The host gave up after too many keys. Set IdentitiesOnly yes and IdentityFile for ${config.alias} in ~/.ssh/config.`
      : `Add your public key to ~${config.user}/.ssh/authorized_keys on the host, or name the right key. To see what happens: ssh -v ${config.alias}`,
  });
}

/** What the network's errors mean, and whether waiting may help. */
const REASONS: Readonly<Record<string, { readonly why: string; readonly passing: boolean }>> = {
  ECONNREFUSED: { why: 'nothing listens there', passing: true },
  ECONNRESET: { why: 'it cut the connection', passing: true },
  EHOSTUNREACH: { why: 'there is no way to it', passing: true },
  ENETUNREACH: { why: 'there is no way to its network', passing: true },
  ETIMEDOUT: { why: 'it does not answer', passing: true },
  EAI_AGAIN: { why: 'the name server does not answer', passing: true },
  ENOTFOUND: { why: 'the name is not known', passing: false },
};

function unreachable(config: HostConfig, error: SshError): Failure {
  const reason = REASONS[String(error.code)];
  const timedOut = error.level === 'client-timeout';
  const why = reason?.why ?? (timedOut ? 'it does not answer in time' : error.message);
  const place = `${config.address} port ${String(config.port)}`;
  const via = config.jumps.length === 0 ? '' : ` through ${config.jumps.join(', ')}`;
  return new Failure('host.unreachable', `${config.alias} (${place}) cannot be reached${via}: ${why}`, {
    hint: `Check the address and that sshd runs. To see what happens: ssh -v -p ${String(config.port)} ${config.address}`,
    passing: reason?.passing ?? (timedOut || error.level !== 'handshake'),
    cause: error,
  });
}
