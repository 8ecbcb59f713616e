import { safeStorage } from 'electron';
import { Failure } from '../domain/failure.ts';
import type { Secrets } from '../domain/ports.ts';
import { secretFile } from './secret-file.ts';

export interface KeyStoreOptions {
  readonly path: string;
  readonly platform: NodeJS.Platform;
  /** What there is instead, and why. */
  readonly inMemory: (why: string) => Secrets;
  readonly report: (what: string, problem: unknown) => void;
}

/** A key ring that is locked waits for its owner, who may not be there. */
const ANSWER_BOUND_MS = 15_000;

/** Chromium marks what it encrypted with a key that stands in its source code. Elsewhere the mark means the real store. */
const KNOWN_TO_ALL = 'v10';

/** Secrets in the system's key store; in memory only, where there is none. Call after `ready`. Never throws. */
export async function openSecrets({ path, platform, inMemory, report }: KeyStoreOptions): Promise<Secrets> {
  const why = await whyNoStore(platform);
  if (why !== undefined)
    return inMemory(`${why} Secrets are kept in memory and forgotten when Coldhaul ends.`);
  const file = secretFile(path);
  const encrypt = async (name: string, secret: string): Promise<Buffer> => {
    try {
      return await safeStorage.encryptStringAsync(secret);
    } catch (cause) {
      throw new Failure(
        'profile.malformed',
        `the system’s key store does not keep the secret of ${name}: ${messageOf(cause)}`,
        { hint: 'Unlock the key store and give the secret again.', cause },
      );
    }
  };
  return {
    kept: 'key-store',
    said: `Secrets are encrypted with a key in ${STORES[platform] ?? 'the system’s key store'}.`,
    async get(name) {
      const encrypted = await file.read(name);
      if (encrypted === undefined) return undefined;
      const decrypted = await safeStorage.decryptStringAsync(encrypted).catch((problem: unknown) => {
        // Another key ring, or another machine: the secret is not known any more, and is asked for anew.
        report(`the key store cannot give back the secret of ${name}`, problem);
      });
      if (decrypted === undefined) return undefined;
      // The key was changed, or a better one is there: the old one may be gone next time.
      if (decrypted.shouldReEncrypt)
        await file.replace(name, encrypted, await encrypt(name, decrypted.result));
      return decrypted.result;
    },
    async set(name, secret) {
      await file.write(name, await encrypt(name, secret));
    },
    remove: (name) => file.remove(name),
  };
}

const STORES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'the Keychain of macOS',
  win32: 'Windows’ data protection (DPAPI)',
  linux: 'the key ring of your desktop',
};

/** A sentence, if secrets cannot be kept safely. */
async function whyNoStore(platform: NodeJS.Platform): Promise<string | undefined> {
  if (platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend();
    if (backend === 'basic_text' || backend === 'unknown')
      return 'This desktop session has no key ring (GNOME Keyring, KWallet), so nothing could be encrypted safely.';
  }
  const answer = await withinBound(async () => {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return 'The system’s key store is not available.';
    if (platform !== 'linux') return undefined;
    const probe = await safeStorage.encryptStringAsync('probe');
    return probe.subarray(0, KNOWN_TO_ALL.length).toString('latin1') === KNOWN_TO_ALL
      ? 'The key ring of this desktop session does not answer, so nothing could be encrypted safely.'
      : undefined;
  }).catch((cause: unknown) => `The system’s key store refuses: ${messageOf(cause)}.`);
  return answer;
}

async function withinBound(ask: () => Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve(
        `The system’s key store did not answer within ${ANSWER_BOUND_MS / 1000} seconds; it may be locked.`,
      );
    }, ANSWER_BOUND_MS);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
