import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(ROOT, 'out');
/** What the built files are made of. */
const SOURCES = ['main', 'preload', 'renderer', 'build/electron.vite.config.ts', 'package-lock.json'];
/** Written after a build that succeeded: half of one does not count. Its time is when that build began. */
const STAMP = join(OUT, '.built');
/** Held by the process that builds; its content is the process's id. */
const LOCK = join(OUT, '.building');

let built: Promise<string> | undefined;

/** The built app, made anew if any source is younger. @returns the path of Electron's entry file. */
export function builtApp(): Promise<string> {
  built ??= alone(async () => {
    const youngest = Math.max(...(await Promise.all(SOURCES.map((path) => changedMs(join(ROOT, path))))));
    if (youngest >= (await changedMs(STAMP))) await build();
    return join(OUT, 'main/app.js');
  });
  return built;
}

async function build(): Promise<void> {
  const begun = new Date();
  const vite = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  const words = ['build', '--config', 'build/electron.vite.config.ts', '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, [vite, ...words], { cwd: ROOT });
  await writeFile(STAMP, '');
  await utimes(STAMP, begun, begun);
}

/** The time of the youngest file in it, in ms; of what is not there, 0. */
async function changedMs(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await Promise.all((await readdir(path)).map((name) => changedMs(join(path, name))));
  // A directory's own time tells of files that were taken away.
  return Math.max(found.mtimeMs, ...inside);
}

/** One process at a time; one that died while it built is not waited for. */
async function alone<T>(act: () => Promise<T>): Promise<T> {
  await mkdir(OUT, { recursive: true });
  while (!(await taken())) await pause(200);
  try {
    return await act();
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function taken(): Promise<boolean> {
  try {
    await writeFile(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = Number(await readFile(LOCK, 'utf8').catch(() => ''));
  if (holder > 0 && !lives(holder)) await rm(LOCK, { force: true });
  return false;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
