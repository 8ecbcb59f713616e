import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Failure } from '../domain/failure.ts';

const Stored = z.object({
  version: z.literal(1),
  /** What the key store made of each secret, base64, by the profile's name. */
  secrets: z.record(z.string(), z.base64()),
});

/** Encrypted secrets on the disk, private to the user. Changes happen one after the other. */
export interface SecretFile {
  read(name: string): Promise<Buffer | undefined>;
  write(name: string, encrypted: Buffer): Promise<void>;
  /** Writes only if it is still what it was. */
  replace(name: string, before: Buffer, encrypted: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}

export function secretFile(path: string): SecretFile {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act, act);
    last = turn.catch(() => undefined);
    return turn;
  };
  const change = (edit: (secrets: Map<string, string>) => void): Promise<void> =>
    inTurn(async () => {
      const secrets = await load(path);
      edit(secrets);
      await save(path, secrets);
    });
  return {
    read: (name) =>
      inTurn(async () => {
        const encoded = (await load(path)).get(name);
        return encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
      }),
    write: (name, encrypted) => change((secrets) => secrets.set(name, encrypted.toString('base64'))),
    replace: (name, before, encrypted) =>
      change((secrets) => {
        if (secrets.get(name) === before.toString('base64')) secrets.set(name, encrypted.toString('base64'));
      }),
    remove: (name) => change((secrets) => secrets.delete(name)),
  };
}

async function load(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(path, cause);
  });
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(Stored.parse(JSON.parse(text)).secrets));
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** The old file or the new one, whole, whatever happens in between. */
async function save(path: string, secrets: ReadonlyMap<string, string>): Promise<void> {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify({ version: 1, secrets: Object.fromEntries(secrets) }));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): Failure {
  const why = cause instanceof Error && !(cause instanceof z.ZodError) ? cause.message : 'it is damaged';
  return new Failure('profile.malformed', `the file of encrypted secrets ${path} cannot be used: ${why}`, {
    hint: 'Mend it, or move it away and give the secrets again.',
    cause,
  });
}
