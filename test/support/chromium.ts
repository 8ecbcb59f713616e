import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BROWSERS } from '../../build/setup/programs.mjs';

/** A Chromium of this machine. @throws if there is none; `npm test` installs one. */
export function chromiumPath(): string {
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const found = BROWSERS.flatMap((name) => directories.map((directory) => join(directory, name))).find(
    isExecutable,
  );
  if (found === undefined) throw new Error(`no browser: install one of ${BROWSERS.join(', ')}`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next one is looked at.
    return false;
  }
}
