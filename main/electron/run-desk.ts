import { app, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import type { MigrationView } from '../contract/views.ts';
import { createMemorySecrets } from '../desk/memory-secrets.ts';
import { openDesk } from '../desk/open-desk.ts';
import { createDispatch } from '../host/dispatch.ts';
import type { AppPaths } from '../services/system/paths.ts';
import { tell, type Dispatch } from './ipc.ts';
import { openSecrets } from './secrets.ts';
import { createSigns } from './signs.ts';
import type { Report } from './trouble.ts';
import { followWork } from './work.ts';

export interface RunDeskOptions {
  readonly paths: AppPaths;
  readonly home: string;
  readonly window: BrowserWindow;
  readonly report: Report;
}

export interface RunningDesk {
  readonly dispatch: Dispatch;
  /** Migrations that this process drives now. */
  readonly active: () => readonly MigrationView[];
  close(): Promise<void>;
}

/**
 * Opens the desk, tells the page and the system around the window what happens on it, and answers calls.
 *
 * @throws Failure of the desk: nothing works without it.
 */
export async function runDesk({ paths, home, window, report }: RunDeskOptions): Promise<RunningDesk> {
  const secrets = await openSecrets({
    path: join(paths.config, 'secrets.json'),
    platform: process.platform,
    inMemory: createMemorySecrets,
    report,
  });
  const desk = await openDesk({
    env: process.env,
    home,
    cwd: process.cwd(),
    shell: 'desktop',
    version: app.getVersion(),
    secrets,
  });
  const { migrations } = await desk.handlers['desk.read']({});
  const work = followWork(migrations);
  const signs = createSigns(window, (problem) => {
    report('a migration could not be shown', problem);
  });
  signs.show(work);
  const stop = desk.listen((message) => {
    tell(window, message);
    const notice = work.take(message);
    signs.show(work);
    if (notice !== undefined) signs.notify(notice);
  });
  return {
    dispatch: createDispatch(desk.handlers),
    active: () => work.active(),
    async close() {
      stop();
      signs.end();
      await desk.close();
    },
  };
}
