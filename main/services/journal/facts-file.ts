import { open, type FileHandle } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';
import type { Journal } from '../../domain/ports.ts';
import { unwritable } from './files.ts';

const NEWLINE = 0x0a;

/**
 * Reads facts, one JSON value a line. What follows the last line end was never acknowledged (a crash cut it short)
 * and is left out.
 *
 * @param path - For messages.
 * @returns the facts, and how many bytes of the file they take.
 * @throws Failure `journal.damaged` naming the line.
 */
export function readFacts<Fact>(
  bytes: Uint8Array,
  decode: (value: unknown) => Fact,
  path: string,
): { readonly facts: readonly Fact[]; readonly length: number } {
  const length = bytes.lastIndexOf(NEWLINE) + 1;
  const facts: Fact[] = [];
  let start = 0;
  while (start < length) {
    const end = bytes.indexOf(NEWLINE, start);
    facts.push(readLine(bytes.subarray(start, end), decode, path, facts.length + 1));
    start = end + 1;
  }
  return { facts, length };
}

function readLine<Fact>(
  line: Uint8Array,
  decode: (value: unknown) => Fact,
  path: string,
  number: number,
): Fact {
  try {
    return decode(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)));
  } catch (cause) {
    throw new Failure('journal.damaged', `line ${String(number)} of ${path} is not a fact that can be read`, {
      hint: 'The file was left as it is. Put back a copy of it, or look at both hosts and finish by hand.',
      cause,
    });
  }
}

/**
 * Opens a file of facts for writing, and cuts off what was never acknowledged.
 *
 * @throws Failure `journal.damaged`, or the file system's own error.
 */
export async function openFacts<Fact>(
  path: string,
  decode: (value: unknown) => Fact,
  closed: () => Promise<void>,
): Promise<Journal<Fact>> {
  const file = await open(path, 'r+');
  try {
    const bytes = await file.readFile();
    const { facts, length } = readFacts(bytes, decode, path);
    if (length < bytes.length) await cut(file, length);
    return writeFacts(file, path, facts, length, closed);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A journal over an open file whose first `length` bytes are the facts that are there. */
export function writeFacts<Fact>(
  file: FileHandle,
  path: string,
  replayed: readonly Fact[],
  length: number,
  closed: () => Promise<void>,
): Journal<Fact> {
  let end = length;
  let broken: Failure | undefined;
  let isClosed = false;
  let tail: Promise<void> = Promise.resolve();

  const write = async (line: Buffer): Promise<void> => {
    if (broken !== undefined) throw broken;
    try {
      await writeAll(file, line, end);
    } catch (cause) {
      // A full disk took a part of it: without that part, a later try starts clean.
      const failure = unwritable(path, cause);
      await cut(file, end).catch(() => {
        broken = failure;
      });
      throw failure;
    }
    try {
      await file.datasync();
    } catch (cause) {
      // After a failed sync nobody knows what is on the disk, and a second one may say all is well (fsync(2), NOTES).
      broken = unwritable(path, cause);
      throw broken;
    }
    end += line.length;
  };

  return {
    replayed,
    append(fact) {
      if (isClosed) return Promise.reject(new Failure('internal', `the journal ${path} is closed`));
      const line = Buffer.from(`${JSON.stringify(fact)}\n`, 'utf8');
      const written = tail.then(async () => {
        await write(line);
      });
      tail = written.catch(() => undefined);
      return written;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await tail;
      await file.close();
      await closed();
    },
  };
}

async function writeAll(file: FileHandle, line: Buffer, position: number): Promise<void> {
  for (let done = 0; done < line.length;) {
    const { bytesWritten } = await file.write(line, done, line.length - done, position + done);
    done += bytesWritten;
  }
}

async function cut(file: FileHandle, length: number): Promise<void> {
  await file.truncate(length);
  await file.datasync();
}
