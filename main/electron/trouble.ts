import { app, dialog, type BrowserWindow } from 'electron';
import { Failure } from '../domain/failure.ts';
import { openPage } from './window.ts';

/** For the log of the shell. */
export type Report = (what: string, problem?: unknown) => void;

/** A page that ends so often in so long a time would only flicker. */
const RELOADS = 3;
const WITHIN_MS = 60_000;

/** A page that crashed comes back; the engine never stopped. */
export function guardPage(window: BrowserWindow, report: Report): void {
  let endedAtMs: readonly number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    report(`the page ended (${reason}, exit code ${exitCode})`);
    const nowMs = Date.now();
    endedAtMs = [...endedAtMs.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs];
    if (window.isDestroyed()) return;
    if (endedAtMs.length <= RELOADS) {
      openPage(window).catch((problem: unknown) => {
        report('the page did not come back', problem);
      });
      return;
    }
    endedAtMs = [];
    void dialog
      .showMessageBox(window, {
        type: 'error',
        title: 'Coldhaul',
        message: 'The window’s page ends again and again.',
        detail: `The last reason was “${reason}”. Migrations go on behind it. Try once more, or quit and start again.`,
        buttons: ['Try once more', 'Quit'],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
      })
      .then(async ({ response }) => {
        if (response === 1) app.quit();
        else await openPage(window);
      })
      .catch((problem: unknown) => {
        report('the page did not come back', problem);
      });
  });
}

/**
 * A defect anywhere in this process ends in one box with one sentence. Work goes on behind it as far as it can: every
 * act looks at the hosts before it acts, and what is known is on the disk.
 */
export function guardProcess(report: Report): void {
  let told = false;
  const tell = (problem: unknown): void => {
    report('a defect of Coldhaul', problem);
    if (told) return;
    told = true;
    void app
      .whenReady()
      .then(() =>
        dialog.showMessageBox({
          type: 'error',
          title: 'Coldhaul',
          message: 'Coldhaul met a defect of its own and should be started again.',
          detail: `${wordsOf(problem)}\n\nNo disk is touched by this: what runs on the hosts goes on there, and a migration that was under way can be resumed.`,
          buttons: ['Start again', 'Go on'],
          defaultId: 0,
          cancelId: 1,
          noLink: true,
        }),
      )
      .then(({ response }) => {
        told = false;
        if (response !== 0) return;
        app.relaunch();
        app.quit();
      });
  };
  process.on('uncaughtException', tell);
  process.on('unhandledRejection', tell);
}

/** Nothing works without it: say why, and end. */
export function failToStart(problem: unknown, report: Report): void {
  report('Coldhaul could not start', problem);
  dialog.showErrorBox('Coldhaul cannot start', wordsOf(problem));
  app.exit(1);
}

/** A sentence or two for a person: never a stack. */
function wordsOf(problem: unknown): string {
  if (problem instanceof Failure) return [problem.message, problem.hint].filter(Boolean).join('\n');
  return problem instanceof Error ? problem.message : String(problem);
}
