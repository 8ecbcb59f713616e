import { execa } from 'execa';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../../../main/web/browser.ts';
import { LabProblem } from '../hosts/problem.ts';
import type { LabPaths } from '../lab-files.ts';
import { labEnvironment } from './coldhaul.ts';
import { chooseShell } from './shell.ts';
import { tell } from './tell.ts';

const OUT = fileURLToPath(new URL('../../../out/main', import.meta.url));

/** What a window or a tunnel needs of ours. All else, above all a cloud of yours, stays out of the demo. */
const PASSED = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'XDG_SESSION_TYPE'].concat([
  'XDG_DATA_DIRS',
  'DBUS_SESSION_BUS_ADDRESS',
  'LANG',
  'TZ',
  'TERM',
  'SSH_CONNECTION',
]);

/** Shows the built app on the lab until its window is closed, or a signal ends it. */
export async function showApp(paths: LabPaths, open: boolean): Promise<void> {
  const { platform, env } = process;
  const shell = await chooseShell({ platform, env, isRoot: process.getuid?.() === 0, open });
  const passed = PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const appEnv = {
    XAUTHORITY: join(homedir(), '.Xauthority'),
    ...Object.fromEntries(passed),
    ...labEnvironment(paths),
  };
  await mkdir(join(paths.directory, 'home'), { recursive: true });
  tell('To try: choose web-01, plan it to compute-b, start it, and confirm. It all ends with Ctrl-C.\n');
  // The terminal sends Ctrl-C to the app too; it decides what that means, and we end after it.
  process.on('SIGINT', () => undefined);
  const run = { env: appEnv, cwd: paths.directory, extendEnv: false, reject: false } as const;
  if (shell.kind === 'browser') {
    tell(shell.why);
    await inBrowser(shell.command, run);
    return;
  }
  const why = await inWindow(shell.program, run);
  if (why === undefined) return;
  tell(`The window could not be had (${why}), so the page opens in your browser.`);
  const instead = await chooseShell({ platform, env, isRoot: true, open });
  await inBrowser(instead.kind === 'browser' ? instead.command : undefined, run);
}

interface Run {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly extendEnv: false;
  readonly reject: false;
}

/** @returns why Electron did not start; `undefined` when the window was closed. */
async function inWindow(program: string, run: Run): Promise<string | undefined> {
  const window = execa(program, [join(OUT, 'app.js')], {
    ...run,
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  passSignal(window);
  const { exitCode, signal, durationMs, shortMessage } = await window;
  if (exitCode === 0 || signal === 'SIGTERM' || durationMs > START_LIMIT_MS) return undefined;
  return shortMessage ?? 'it ended at once';
}

/** Electron that cannot start (no sandbox, a library missing) ends in less. */
const START_LIMIT_MS = 5_000;

async function inBrowser(command: readonly string[] | undefined, run: Run): Promise<void> {
  const host = execa(process.execPath, [join(OUT, 'web.js'), '--no-open'], {
    ...run,
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  passSignal(host);
  let first = true;
  for await (const address of host.iterable()) {
    process.stdout.write(`${address}\n`);
    // With our own environment: your browser is to find its own home, not the lab's.
    if (first && command !== undefined) {
      openBrowser(address, command, (why) => {
        tell(`No browser could be started (${why}): open the address by hand.`);
      });
    }
    first = false;
  }
  const { exitCode, shortMessage } = await host;
  // 7: something was under way, and it said so.
  if (exitCode !== 0 && exitCode !== 7)
    throw new LabProblem(shortMessage ?? 'the page’s host could not be started');
}

/** A request to end the demo is one to the app; we follow. */
function passSignal(app: { kill(signal: 'SIGTERM'): boolean }): void {
  process.once('SIGTERM', () => app.kill('SIGTERM'));
}
