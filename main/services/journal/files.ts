import { open } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

/** Makes a new name in a directory survive a power cut (fsync(2), "does not necessarily ensure that the entry"). */
export async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory for this; NTFS journals its names itself.
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the file system is full',
  EDQUOT: 'your quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EIO: 'the disk reports an error',
};

export function unwritable(path: string, cause: unknown): Failure {
  const code = codeOf(cause);
  return new Failure('journal.unwritable', `the journal ${path} cannot be written: ${WHY[code] ?? code}`, {
    hint: 'Nothing is done before it is written down. Make room or permission there, then go on.',
    cause,
  });
}
