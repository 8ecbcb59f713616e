import { app, session, shell } from 'electron';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { MigrationView } from './contract/views.ts';
import { guardContents, guardSession } from './electron/guards.ts';
import { serveCalls } from './electron/ipc.ts';
import { guardLeaving } from './electron/leaving.ts';
import { setMenu } from './electron/menu.ts';
import { registerScheme, servePage } from './electron/protocol.ts';
import { runDesk } from './electron/run-desk.ts';
import { openShellLog } from './electron/shell-log.ts';
import { failToStart, guardPage, guardProcess } from './electron/trouble.ts';
import { bringForward, createWindow, openPage } from './electron/window.ts';
import { appPaths } from './services/system/paths.ts';

/** The same as in the installed .desktop file and the packages (build/electron-builder.config.ts). */
const APP_ID = 'org.coldhaul.Coldhaul';

const home = homedir();
const paths = appPaths({ platform: process.platform, env: process.env, home });
const { report, refused } = openShellLog(join(paths.state, 'shell.log'));
const reporting =
  (what: string) =>
  (problem: unknown): void => {
    report(what, problem);
  };

/** What must be said before Electron is ready. */
function prepare(): void {
  registerScheme();
  app.enableSandbox();
  // Each is there on its own system only.
  if (process.platform === 'linux') app.setDesktopName(`${APP_ID}.desktop`);
  if (process.platform === 'win32') app.setAppUserModelId(APP_ID);
  if (app.commandLine.hasSwitch('user-data-dir')) return;
  // Chromium's own files would otherwise lie among the settings that the admin writes.
  const profile = join(paths.state, 'desktop');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  app.setPath('userData', profile);
}

/** Electron's entry: one window on one desk. */
async function begin(): Promise<void> {
  prepare();
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  guardProcess(report);
  guardContents(refused);
  await app.whenReady();
  servePage(join(import.meta.dirname, '../renderer'));
  guardSession(session.defaultSession, refused);
  setMenu({
    platform: process.platform,
    packaged: app.isPackaged,
    showLogs: () => void shell.openPath(paths.state),
  });
  const window = createWindow({
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    stateFile: join(paths.state, 'window.json'),
    onBroken: reporting('the place of the window cannot be kept'),
  });
  guardPage(window, report);
  app.on('second-instance', () => {
    bringForward(window);
  });
  app.on('activate', () => {
    bringForward(window);
  });

  // The window does not wait for the key store or the journals; the page's first call does.
  const running = runDesk({ paths, home, window, report });
  serveCalls(window, async (name, raw) => (await running).dispatch(name, raw), refused);
  let active = (): readonly MigrationView[] => [];
  guardLeaving({
    window,
    active: () => active(),
    close: async () => (await running).close(),
    onBroken: reporting('leaving'),
  });
  const page = openPage(window).catch(reporting('the page did not open'));
  ({ active } = await running);
  await page;
}

// Not awaited: Electron is not ready before this file has been read to its end (docs/tutorial/esm.md).
begin().catch((problem: unknown) => {
  failToStart(problem, report);
});
