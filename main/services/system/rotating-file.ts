import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface RotatingFileOptions {
  readonly path: string;
  /** The file is put away as `<path>.1` before it would grow over this. */
  readonly maxBytes: number;
  /** Old files that are kept beside it. */
  readonly keep: number;
}

export interface RotatingFile {
  write(text: string): void;
  close(): void;
}

/**
 * A file for whole lines, private to the user (0600). It writes at once: what was logged before a crash is there.
 *
 * @throws NodeJS.ErrnoException as the file system has it.
 */
export function openRotatingFile({ path, maxBytes, keep }: RotatingFileOptions): RotatingFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file = openSync(path, 'a', 0o600);
  let bytes = fstatSync(file).size;
  const rotate = (): void => {
    closeSync(file);
    for (let number = keep; number >= 1; number -= 1) {
      renameIfThere(number === 1 ? path : `${path}.${String(number - 1)}`, `${path}.${String(number)}`);
    }
    file = openSync(path, keep > 0 ? 'a' : 'w', 0o600);
    bytes = fstatSync(file).size;
  };
  return {
    write(text) {
      const line = Buffer.from(text, 'utf8');
      if (bytes > 0 && bytes + line.length > maxBytes) rotate();
      bytes += writeSync(file, line);
    },
    close() {
      closeSync(file);
    },
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
