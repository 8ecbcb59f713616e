import type {
  Dialog,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  MessageBoxReturnValue,
  Notification as RealNotification,
  NotificationConstructorOptions,
  PowerSaveBlocker,
  Screen,
  Shell,
} from 'electron';
import { EventEmitter } from 'node:events';
import type { MenuEntry } from '../calls.ts';
import { ask, machine, record } from './link.ts';
import { BrowserWindow } from './window.ts';

async function showMessageBox(
  ...given: [MessageBoxOptions] | [BrowserWindow, MessageBoxOptions]
): Promise<MessageBoxReturnValue> {
  const options = given.length === 1 ? given[0] : given[1];
  record('dialog.showMessageBox', options);
  return ask('showMessageBox', options);
}

export const dialog = {
  showMessageBox,
  showErrorBox(title, content) {
    record('dialog.showErrorBox', { title, content });
  },
} satisfies Pick<Dialog, 'showErrorBox'> & { showMessageBox: unknown };

let blockers = 0;

export const powerSaveBlocker = {
  start(type) {
    blockers += 1;
    record('powerSaveBlocker.start', { id: blockers, type });
    return blockers;
  },
  stop(id) {
    record('powerSaveBlocker.stop', id);
    return true;
  },
} satisfies Pick<PowerSaveBlocker, 'start' | 'stop'>;

export const screen = {
  getPrimaryDisplay: () => display(machine.displays[0]),
  getAllDisplays: () => machine.displays.map(display),
} satisfies Pick<{ [K in keyof Screen]: unknown }, 'getPrimaryDisplay' | 'getAllDisplays'>;

function display(workArea: (typeof machine.displays)[0] | undefined): { workArea: typeof workArea } {
  return { workArea };
}

export const shell = {
  openPath(path) {
    record('shell.openPath', path);
    return Promise.resolve('');
  },
  openExternal(url) {
    record('shell.openExternal', url);
    return Promise.resolve();
  },
} satisfies Pick<Shell, 'openPath' | 'openExternal'>;

export class Notification extends EventEmitter implements Pick<RealNotification, 'show' | 'close'> {
  static readonly shown = new Map<number, Notification>();
  readonly #id: number;
  readonly #options: NotificationConstructorOptions;

  static isSupported(): boolean {
    return machine.notifications;
  }

  constructor(options: NotificationConstructorOptions) {
    super();
    this.#options = options;
    this.#id = Notification.shown.size + 1;
  }

  show(): void {
    Notification.shown.set(this.#id, this);
    record('Notification.show', { id: this.#id, options: this.#options });
  }

  close(): void {
    record('Notification.close', this.#id);
    this.emit('close', {});
  }
}

export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]): readonly MenuEntry[] => template.map(entry),
  setApplicationMenu(menu: readonly MenuEntry[]): void {
    record('Menu.setApplicationMenu', menu);
  },
};

function entry({ label, role, type, submenu }: MenuItemConstructorOptions): MenuEntry {
  return {
    ...(label !== undefined && { label }),
    ...(role !== undefined && { role }),
    ...(type !== undefined && { type }),
    ...(Array.isArray(submenu) && { submenu: submenu.map(entry) }),
  };
}
