import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The built page by the path of its address, such as `/assets/index.js`. */
export type PageFiles = ReadonlyMap<string, Buffer>;

/**
 * Reads the built page once. No path of a request ever reaches the file system, and a build made meanwhile does not
 * mix with the page that is open.
 *
 * @throws what `node:fs` says if the page has not been built.
 */
export async function readPageFiles(root: string): Promise<PageFiles> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(
      async (path) => [`/${relative(root, path).split(sep).join('/')}`, await readFile(path)] as const,
    ),
  );
  return new Map(files);
}
