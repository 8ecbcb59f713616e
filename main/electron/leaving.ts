import { app, dialog, type BrowserWindow } from 'electron';
import type { MigrationView } from '../contract/views.ts';
import { leavingWords } from './leaving-words.ts';

export interface LeavingOptions {
  readonly window: BrowserWindow;
  /** Migrations that this process drives now. */
  readonly active: () => readonly MigrationView[];
  /** Gives back what is held: connections, locks. */
  readonly close: () => Promise<void>;
  readonly onBroken: (problem: unknown) => void;
}

/** A host that does not answer any more must not keep the app from ending. */
const CLOSING_BOUND_MS = 10_000;

/** Asks before work is left alone, and ends in order. Closing the window is leaving. */
export function guardLeaving({ window, active, close, onBroken }: LeavingOptions): void {
  let decided = false;
  let asking = false;
  let closed = false;

  const ask = async (migrations: readonly MigrationView[]): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      const { response } = await dialog.showMessageBox(window, {
        type: 'warning',
        buttons: ['Keep running', 'Quit'],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
        title: 'Coldhaul',
        ...leavingWords(migrations),
      });
      if (response !== 1) return;
      decided = true;
      app.quit();
    } finally {
      asking = false;
    }
  };
  const hold = (event: { preventDefault(): void }): void => {
    const migrations = decided ? [] : active();
    if (migrations.length === 0) return;
    event.preventDefault();
    ask(migrations).catch(onBroken);
  };

  app.on('before-quit', hold);
  window.on('close', hold);
  app.on('window-all-closed', () => {
    app.quit();
  });
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    decided = true;
    void within(close(), CLOSING_BOUND_MS)
      .catch(onBroken)
      .finally(() => {
        closed = true;
        app.quit();
      });
  });
}

async function within(work: Promise<void>, boundMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the connections were not closed within ${boundMs} ms`));
    }, boundMs);
  });
  await Promise.race([work, bound]).finally(() => {
    clearTimeout(timer);
  });
}
