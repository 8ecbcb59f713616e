import type { Secrets } from '../domain/ports.ts';

/**
 * Secrets that are forgotten when the app ends: for a system without a key store, and for the loopback host.
 *
 * @param why - One sentence for the admin.
 */
export function createMemorySecrets(why: string): Secrets {
  const secrets = new Map<string, string>();
  return {
    kept: 'memory',
    said: why,
    get: (name) => Promise.resolve(secrets.get(name)),
    set(name, secret) {
      secrets.set(name, secret);
      return Promise.resolve();
    },
    remove(name) {
      secrets.delete(name);
      return Promise.resolve();
    },
  };
}
