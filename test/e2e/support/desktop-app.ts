import { _electron } from '@playwright/test';
import { findElectron } from '../../lab/demo/electron.ts';
import { builtApp } from '../../support/built-app.ts';
import type { Start, StartedApp } from './started-app.ts';

/** What a window needs of this machine. */
const PASSED = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];

/** The real thing. */
export async function startDesktopApp({ env, home }: Start): Promise<StartedApp> {
  const executablePath = await findElectron(process.env);
  if (executablePath === undefined) throw new Error('Electron’s program is not on this machine');
  const passed = Object.fromEntries(PASSED.map((name) => [name, process.env[name] ?? '']));
  const app = await _electron.launch({
    executablePath,
    args: [await builtApp()],
    cwd: home,
    env: { ...passed, ...env },
  });
  const child = app.process();
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  return {
    page: await app.firstWindow(),
    openAnother: () => Promise.reject(new Error('the desktop has one window')),
    async kill() {
      const closed = app.waitForEvent('close');
      child.kill('SIGKILL');
      await closed;
    },
    async close() {
      // Whatever it asks before it quits is answered with its last button: yes.
      await app.evaluate(({ dialog }) => {
        dialog.showMessageBox = (...words: unknown[]) => {
          const { buttons } = words.at(-1) as { readonly buttons?: readonly string[] };
          return Promise.resolve({ response: (buttons?.length ?? 1) - 1, checkboxChecked: false });
        };
      });
      await app.close();
    },
    said: () => said,
  };
}
