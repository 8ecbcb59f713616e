import { execa } from 'execa';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Env = Readonly<Record<string, string | undefined>>;

const PACKAGE = fileURLToPath(new URL('../../../node_modules/electron', import.meta.url));
/** More than a few seconds nobody waits for a window, where a browser would do. */
const FETCH_LIMIT_MS = 15_000;

/** Electron's program, if it is on this machine. Asking its package would start a download. */
export async function findElectron(env: Env): Promise<string | undefined> {
  try {
    const elsewhere = env['ELECTRON_OVERRIDE_DIST_PATH'];
    const name = await readFile(join(PACKAGE, 'path.txt'), 'utf8').catch(() => 'electron');
    const program = join(elsewhere ?? join(PACKAGE, 'dist'), name);
    // The last file that its package writes; without it a download was cut short.
    if (elsewhere === undefined) await access(join(PACKAGE, 'path.txt'));
    await access(program);
    return program;
  } catch {
    // One of them is not there, so neither is the program.
    return undefined;
  }
}

/**
 * Lets Electron's package fetch the program, for a short while.
 *
 * @returns why it is not there; `undefined` if it is.
 */
export async function fetchElectron(limitMs = FETCH_LIMIT_MS): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'coldhaul-electron-'));
  try {
    const { failed, timedOut, stderr } = await execa(process.execPath, [join(PACKAGE, 'install.js')], {
      // What is left of a download that was cut short goes with the directory.
      env: { TMPDIR: directory },
      timeout: limitMs,
      reject: false,
      stdin: 'ignore',
    });
    if (timedOut) return `it did not arrive within ${limitMs / 1000} s`;
    if (failed) return stderr.split('\n').find((line) => line.includes('rror')) ?? 'its download failed';
    return undefined;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
