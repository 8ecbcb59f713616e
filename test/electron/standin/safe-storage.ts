import type { SafeStorage } from 'electron';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { app } from './app.ts';
import { machine } from './link.ts';

const { keyRing } = machine;

/** Marks of Chromium's components/os_crypt on Linux: a key of the key ring, and the one that stands in its source. */
const RING = 'v11';
const KNOWN_TO_ALL = 'v10';

/** Encrypts for real, so that a test sees whether anything of a secret is on the disk. */
export const safeStorage = {
  getSelectedStorageBackend: () => (app.isReady() ? keyRing.backend : 'unknown'),
  isAsyncEncryptionAvailable: () => answer(() => keyRing.available),
  encryptStringAsync: (plain) =>
    answer(() => {
      const name = keyRing.keys.at(-1);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyOf(name), iv);
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const mark = name === undefined ? KNOWN_TO_ALL : RING;
      return Buffer.concat([Buffer.from(mark), iv, cipher.getAuthTag(), text]);
    }),
  decryptStringAsync: (encrypted) =>
    answer(() => {
      for (const name of keyRing.keys) {
        const result = decrypted(encrypted, keyOf(name));
        if (result !== undefined) return { result, shouldReEncrypt: name !== keyRing.keys.at(-1) };
      }
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.');
    }),
} satisfies Pick<
  SafeStorage,
  'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'
>;

function answer<T>(make: () => T): Promise<T> {
  if (keyRing.silent === true) return new Promise(() => undefined);
  return new Promise((resolve) => {
    resolve(make());
  });
}

function keyOf(name: string | undefined): Buffer {
  return createHash('sha256')
    .update(name ?? 'peanuts')
    .digest();
}

function decrypted(encrypted: Buffer, key: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(3, 15));
    decipher.setAuthTag(encrypted.subarray(15, 31));
    return decipher.update(encrypted.subarray(31), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
