import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { Journal, Journals } from '../../domain/ports.ts';
import { openFacts, writeFacts } from './facts-file.ts';
import { codeOf, syncDirectory, unwritable } from './files.ts';
import { takeLock } from './lock.ts';
import { createStoredReader } from './stored.ts';

const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/**
 * Journals as `<directory>/<id>/facts.jsonl`, private to the user. A fact is on the disk before `append` answers.
 *
 * @param decode - Makes a fact of a JSON value; throws if it is none.
 */
export function openJournals<Fact>(directory: string, decode: (value: unknown) => Fact): Journals<Fact> {
  const folder = (id: string): string => {
    if (!ID.test(id)) throw notFound(id);
    return join(directory, id);
  };
  const factsFile = (id: string): string => join(folder(id), 'facts.jsonl');

  const makeFolder = async (id: string): Promise<void> => {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await mkdir(folder(id), { mode: 0o700 });
      await syncDirectory(directory);
    } catch (cause) {
      throw unwritable(folder(id), cause);
    }
  };

  /** The first fact is there with the file's name, or neither is. */
  const begin = async (id: string, first: Fact, release: () => Promise<void>): Promise<Journal<Fact>> => {
    const path = factsFile(id);
    let file: FileHandle;
    try {
      file = await open(path, 'wx+', 0o600);
    } catch (cause) {
      throw unwritable(path, cause);
    }
    const journal = writeFacts(file, path, [first], 0, release);
    try {
      await journal.append(first);
      await syncDirectory(folder(id));
      return journal;
    } catch (cause) {
      await journal.close();
      throw cause instanceof Failure ? cause : unwritable(path, cause);
    }
  };

  const readStored = createStoredReader(decode);
  const births = new Map<string, number>();
  const bornMs = async (id: string): Promise<number> => {
    const born = births.get(id) ?? (await birthOf(join(directory, id)));
    births.set(id, born);
    return born;
  };

  return {
    async create(id, first) {
      await makeFolder(id);
      const release = await takeLock(folder(id));
      try {
        return await begin(id, first, release);
      } catch (error) {
        await rm(folder(id), { recursive: true, force: true });
        throw error;
      }
    },
    async open(id) {
      const release = await lockExisting(id, folder(id));
      try {
        const journal = await openFacts(factsFile(id), decode, release);
        if (journal.replayed.length > 0) return journal;
        await journal.close();
        throw notFound(id);
      } catch (error) {
        await release();
        if (codeOf(error) === 'ENOENT') throw notFound(id);
        throw error instanceof Failure ? error : unwritable(factsFile(id), error);
      }
    },
    async read(id) {
      const stored = await readStored(id, factsFile(id));
      if (stored === undefined) throw notFound(id);
      return stored;
    },
    async list(settled) {
      const names = await namesIn(directory);
      const dated = await Promise.all(names.map(async (id) => ({ id, bornMs: await bornMs(id) })));
      const newestFirst = dated.sort((one, other) => other.bornMs - one.bornMs);
      const read = await Promise.all(
        newestFirst.map(async ({ id }) => settled?.(id) ?? (await readStored(id, factsFile(id)))),
      );
      return read.filter((journal) => journal !== undefined);
    },
  };
}

async function lockExisting(id: string, folder: string): Promise<() => Promise<void>> {
  try {
    return await takeLock(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw notFound(id);
    throw error;
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && ID.test(entry.name)).map((entry) => entry.name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw unwritable(directory, error);
  }
}

async function birthOf(path: string): Promise<number> {
  const { birthtimeMs, mtimeMs } = await stat(path);
  // Some file systems do not keep it.
  return birthtimeMs > 0 ? birthtimeMs : mtimeMs;
}

function notFound(id: string): Failure {
  return new Failure('migration.not-found', `there is no migration ${JSON.stringify(id)} on this machine`, {
    hint: 'coldhaul status lists them.',
  });
}
