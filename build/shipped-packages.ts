import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** What a package.json says of what it needs. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What the app loads when it is started: its own built files and packages. Electron itself is not one of them. */
export interface Loaded {
  /** Absolute. */
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** As Rolldown writes them: at the beginning of a line, or called. */
const IMPORT = /(?:^import (?:[^"'`;]* from )?|\bimport\(|\brequire\()"([^"]+)"/gm;

/** @param entry - The built entry file. The command line and the web host beside it have entries of their own. */
export function loadedBy(entry: string): Loaded {
  const files = new Set<string>();
  const packages = new Set<string>();
  const read = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (specifier.startsWith('.')) read(join(dirname(file), specifier));
      else if (specifier !== 'electron' && !isBuiltin(specifier)) packages.add(packageOf(specifier));
    }
  };
  read(entry);
  return { files, packages };
}

/**
 * Installed packages that the app does not load, as paths below the root. Those of the page are inside its bundle, so
 * they need not travel beside it.
 */
export function packagesNotLoaded(root: string, { packages }: Loaded): readonly string[] {
  const needed = new Set<string>();
  for (const name of packages) collect(root, root, name, needed);
  const all = new Set<string>();
  for (const name of Object.keys(manifestOf(root).dependencies ?? {})) collect(root, root, name, all);
  return [...all]
    .filter((directory) => !needed.has(directory))
    .map((directory) => relative(root, directory))
    .sort();
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function collect(root: string, from: string, name: string, found: Set<string>): void {
  const directory = find(root, from, name);
  if (directory === undefined || found.has(directory)) return;
  found.add(directory);
  const { dependencies = {}, optionalDependencies = {} } = manifestOf(directory);
  for (const inner of Object.keys({ ...dependencies, ...optionalDependencies }))
    collect(root, directory, inner, found);
}

/** Where Node would find it; `undefined` for an optional one that is not installed. */
function find(root: string, from: string, name: string): string | undefined {
  const directory = join(from, 'node_modules', name);
  if (existsSync(join(directory, 'package.json'))) return directory;
  return from === root ? undefined : find(root, dirname(from), name);
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}
