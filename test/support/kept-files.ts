import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeptFile {
  readonly path: string;
  readonly text: string;
}

/** Every file below these directories with its text. @throws Error if one of the directories is not there. */
export async function keptFiles(...directories: readonly string[]): Promise<KeptFile[]> {
  const found = await Promise.all(
    directories.map((directory) => readdir(directory, { recursive: true, withFileTypes: true })),
  );
  const files = found.flat().filter((entry) => entry.isFile());
  return await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path, text: await readFile(path, 'latin1') };
    }),
  );
}

/** What of a directory, itself included, others than its user may read, write or enter: `644 path`. Nothing should be. */
export async function openToOthers(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  const paths = [directory, ...names.map((name) => join(directory, name))];
  const modes = await Promise.all(
    paths.map(async (path) => {
      const state = await lstat(path);
      const [mode, wanted] = [state.mode & 0o7777, state.isDirectory() ? 0o700 : 0o600];
      return state.isSymbolicLink() || mode === wanted ? '' : `${mode.toString(8)} ${path}`;
    }),
  );
  return modes.filter((line) => line !== '');
}

/** A secret as it stands, and in the clothes in which it could get about. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
  return [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...encoded])];
}
