import { readFile, stat } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';
import type { StoredJournal } from '../../domain/ports.ts';
import { readFacts } from './facts-file.ts';
import { codeOf } from './files.ts';

/**
 * Reads journals without a lock. One whose file is the same as the last time (inode, size and time of its last change)
 * is answered from memory: a list of hundreds is asked for again and again.
 *
 * @returns what reads one; `undefined` for a folder without facts, which is a migration that never began.
 */
export function createStoredReader<Fact>(
  decode: (value: unknown) => Fact,
): (id: string, path: string) => Promise<StoredJournal<Fact> | undefined> {
  const remembered = new Map<string, { readonly mark: string; readonly journal: StoredJournal<Fact> }>();
  return async (id, path) => {
    try {
      const mark = await markOf(path);
      const before = remembered.get(path);
      if (before?.mark === mark) return before.journal;
      const { facts } = readFacts(await readFile(path), decode, path);
      if (facts.length === 0) return undefined;
      const journal = { id, facts, problem: undefined };
      remembered.set(path, { mark, journal });
      return journal;
    } catch (error) {
      remembered.delete(path);
      if (codeOf(error) === 'ENOENT') return undefined;
      return { id, facts: [], problem: error instanceof Failure ? error.message : codeOf(error) };
    }
  };
}

/** Taken before the file is read: what is written meanwhile makes another mark. */
async function markOf(path: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(path, { bigint: true });
  return `${String(ino)} ${String(size)} ${String(mtimeNs)}`;
}
