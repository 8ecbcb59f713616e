import { Notification, powerSaveBlocker, type BrowserWindow } from 'electron';
import { migrationAddress } from './page-address.ts';
import type { Notice } from './notice.ts';
import type { Work } from './work.ts';
import { bringForward } from './window.ts';

/** Below 0 takes the bar away, above 1 is a bar that only moves (setProgressBar in Electron's documentation). */
const NO_BAR = -1;
const MOVING_BAR = 2;

/** What the system around the window is told: stay awake, how far it is, somebody is needed. */
export interface Signs {
  /** Call whenever the work may have changed. */
  show(work: Work): void;
  notify(notice: Notice): void;
  end(): void;
}

/** @param onBroken - told if the page cannot be brought to what a notice is about. */
export function createSigns(window: BrowserWindow, onBroken: (problem: unknown) => void): Signs {
  let blocker: number | undefined;
  let bar = NO_BAR;
  /** Kept until closed: a notification that is collected as garbage never tells of its click. */
  const open = new Set<Notification>();

  const stayAwake = (needed: boolean): void => {
    if (needed) {
      blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    } else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  };
  const showBar = (value: number): void => {
    if (value === bar || window.isDestroyed()) return;
    bar = value;
    window.setProgressBar(value);
  };

  return {
    show(work) {
      const busy = work.active().length > 0;
      stayAwake(busy);
      showBar(busy ? rounded(work.shareDone()) : NO_BAR);
    },
    notify({ migration, title, body }) {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body, timeoutType: 'never', urgency: 'critical' });
      open.add(notification);
      notification.on('click', () => {
        open.delete(notification);
        bringForward(window);
        if (!window.isDestroyed()) window.loadURL(migrationAddress(migration)).catch(onBroken);
      });
      notification.on('close', () => open.delete(notification));
      notification.show();
    },
    end() {
      stayAwake(false);
      showBar(NO_BAR);
      for (const notification of open) notification.close();
      open.clear();
    },
  };
}

/** In whole percents: a bar has no finer ones, and each change is a message to the desktop. */
function rounded(share: number | undefined): number {
  // What is staged beforehand is not counted: until a disk travels there is only work to be seen.
  return share === undefined || share === 0 ? MOVING_BAR : Math.floor(share * 100) / 100;
}
