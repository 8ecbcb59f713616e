import { app } from 'electron';
import { homedir } from 'node:os';
import { openEngine } from './engine/compose.ts';
import { createDispatch } from './host/dispatch.ts';
import { serveCalls } from './electron/ipc.ts';
import { openWindow } from './electron/window.ts';

/** Electron's entry: one window on one engine. The desktop shell grows here; the engine knows nothing of it. */
async function begin(): Promise<void> {
  await app.whenReady();
  const window = await openWindow();
  const engine = await openEngine({
    env: process.env,
    home: homedir(),
    cwd: process.cwd(),
    // Until the page can ask, every question is answered with no.
    asker: { acceptHostKey: () => Promise.resolve(false), passphrase: () => Promise.resolve(undefined) },
  });
  const stop = serveCalls(window, createDispatch(engine.handlers), (listener) => engine.listen(listener));
  app.once('window-all-closed', () => {
    stop();
    void engine.close().finally(() => {
      app.quit();
    });
  });
}

begin().catch((error: unknown) => {
  process.stderr.write(`coldhaul: ${error instanceof Error ? error.message : String(error)}\n`);
  app.exit(1);
});
