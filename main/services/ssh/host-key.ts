import { Failure } from '../../domain/failure.ts';
import { showCommand } from '../../domain/naming.ts';
import type { Asker, Log } from '../../domain/ports.ts';
import { addKnownKey, fingerprint, type HostKey, type KnownKey } from './known-hosts.ts';
import type { HostConfig } from './ssh-config.ts';

/**
 * Shows an unknown key to the admin; a yes writes it to known_hosts.
 *
 * @returns the key as one that is known now.
 * @throws Failure `host.key-unknown` for a no, or if ssh is configured never to ask.
 */
export async function offerKey(
  config: HostConfig,
  key: HostKey,
  { asker, log }: { readonly asker: Asker; readonly log: Log },
): Promise<KnownKey> {
  const file = config.userKnownHosts[0];
  const question = {
    host: config.alias,
    address: config.knownAs,
    keyType: key.type,
    fingerprint: fingerprint(key),
  };
  const accepted = file !== undefined && config.mayAskForKey && (await asker.acceptHostKey(question));
  if (!accepted) {
    const [bare, port] = [config.address, String(config.port)];
    throw new Failure(
      'host.key-unknown',
      `the host key of ${config.alias} (${config.knownAs}) is not known: ${key.type} ${question.fingerprint}`,
      {
        hint:
          `Compare it on the host’s own console: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub. ` +
          (config.mayAskForKey
            ? `Then accept it here, or by: ssh -p ${port} ${bare}`
            : 'Your ssh configuration says StrictHostKeyChecking yes, so nobody is asked: ' +
              `add the key to ${file ?? 'known_hosts'} yourself, or say “ask” there.`),
      },
    );
  }
  await addKnownKey(file, config.knownAs, key, config.hashKnownHosts);
  log({
    level: 'info',
    host: config.alias,
    message: `Accepted host key ${question.fingerprint} of ${config.knownAs}`,
  });
  return { ...key, file, line: 0, revoked: false };
}

/** The host shows a key that is not the one it is known by: never accepted, whatever the configuration says. */
export function keyChanged(config: HostConfig, key: HostKey, known: readonly KnownKey[]): Failure {
  const valid = known.filter((candidate) => !candidate.revoked);
  const expected = valid.map((candidate) => `${candidate.type} ${fingerprint(candidate)}`).join(', ');
  const files = [...new Set(valid.map((candidate) => candidate.file))];
  const commands = files
    .map((file) => showCommand(['ssh-keygen', '-R', config.knownAs, '-f', file]))
    .join('; ');
  return new Failure(
    'host.key-changed',
    `${config.alias} (${config.knownAs}) shows the key ${key.type} ${fingerprint(key)}, but is known by ${expected}: ` +
      'it was set up anew, or something stands between',
    { hint: `Find out on the host’s own console which. If the new key is right: ${commands}` },
  );
}

export function keyRevoked(config: HostConfig, key: HostKey): Failure {
  return new Failure(
    'host.key-changed',
    `${config.alias} (${config.knownAs}) shows the key ${key.type} ${fingerprint(key)}, which is marked as revoked`,
    { hint: 'Somebody has declared this key stolen. Do not connect before the host has a new one.' },
  );
}
