import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';

import type { Asker } from '../../domain/ports.ts';

// A CommonJS package: Node finds only some of its names by itself.
const { utils } = ssh2;

/** What a private key file turned out to be. */
export type KeyFile =
  | { readonly kind: 'ready'; readonly file: string; readonly key: ParsedKey }
  | { readonly kind: 'encrypted'; readonly file: string; readonly text: Buffer }
  | { readonly kind: 'unusable'; readonly file: string; readonly why: string }
  | { readonly kind: 'absent'; readonly file: string };

const MOST_QUESTIONS = 3;

/** Private keys, opened once and kept in memory only. */
export interface KeyRing {
  read(file: string): Promise<KeyFile>;
  /** Asks for the passphrase, at most three times. `unusable` if the admin gives none that fits. */
  unlock(locked: KeyFile & { readonly kind: 'encrypted' }): Promise<KeyFile>;
}

export function createKeyRing(asker: Asker): KeyRing {
  const opened = new Map<string, KeyFile>();
  const asking = new Map<string, Promise<KeyFile>>();
  const ask = async (locked: KeyFile & { readonly kind: 'encrypted' }): Promise<KeyFile> => {
    const { file, text } = locked;
    for (let question = 0; question < MOST_QUESTIONS; question += 1) {
      const passphrase = await asker.passphrase({ keyFile: file });
      if (passphrase === undefined) return { kind: 'unusable', file, why: 'no passphrase was given' };
      const key = parsePrivateKey(text, passphrase);
      if (!(key instanceof Error)) {
        opened.set(file, { kind: 'ready', file, key });
        return { kind: 'ready', file, key };
      }
    }
    return { kind: 'unusable', file, why: 'the passphrase was wrong' };
  };
  return {
    read: async (file) => opened.get(file) ?? (await readKeyFile(file)),
    async unlock(locked) {
      // Many hosts are reached at the same time; the admin is asked once.
      const running = asking.get(locked.file) ?? ask(locked);
      asking.set(locked.file, running);
      try {
        return await running;
      } finally {
        asking.delete(locked.file);
      }
    },
  };
}

async function readKeyFile(file: string): Promise<KeyFile> {
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    return code === 'ENOENT' ? { kind: 'absent', file } : { kind: 'unusable', file, why: code };
  }
  const key = parsePrivateKey(text);
  if (!(key instanceof Error)) return { kind: 'ready', file, key };
  // ssh2's parseKey says so in words only (lib/protocol/keyParser.js).
  if (/no passphrase given/i.test(key.message)) return { kind: 'encrypted', file, text };
  return { kind: 'unusable', file, why: key.message };
}

function parsePrivateKey(text: Buffer, passphrase?: string): ParsedKey | Error {
  const parsed: unknown = utils.parseKey(text, passphrase);
  // It answers with a list for some formats, against its types.
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error) return key;
  const parsedKey = key as ParsedKey;
  return parsedKey.isPrivateKey() ? parsedKey : new Error('it holds no private key');
}

/** Wire form of the public key beside a private one (`<file>.pub`); `undefined` if there is none to read. */
export async function readPublicKey(file: string): Promise<Buffer | undefined> {
  try {
    const base64 = (await readFile(`${file}.pub`, 'utf8')).split(/\s+/)[1];
    return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
  } catch {
    // Only used to choose among the agent's keys: without it, the agent's own order stands.
    return undefined;
  }
}
