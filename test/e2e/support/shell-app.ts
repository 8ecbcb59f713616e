import { openStandinApp } from '../../electron/open-standin.ts';
import type { Start, StartedApp } from './started-app.ts';

/** The desktop's shell on the stand-in for Electron: everything but Electron's own program is real. */
export async function startShellApp({ env, home, context }: Start): Promise<StartedApp> {
  const app = await openStandinApp({ env, home, context });
  return {
    page: app.page,
    openAnother: () => Promise.reject(new Error('the desktop has one window')),
    kill: () => app.kill(),
    close: () => app.close(),
    said: () => app.stderr(),
  };
}
