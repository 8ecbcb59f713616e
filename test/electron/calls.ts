import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  MessageBoxOptions,
  MessageBoxReturnValue,
  NotificationConstructorOptions,
  SaveDialogOptions,
} from 'electron';

/** What the shell asked of Electron, by the call's name. Everything here can travel between processes. */
export interface Records {
  'app.enableSandbox': null;
  'app.setPath': { readonly name: string; readonly path: string };
  'app.setDesktopName': string;
  'app.requestSingleInstanceLock': boolean;
  'app.quit': null;
  'app.exit': number;
  'app.relaunch': null;
  'protocol.registerSchemesAsPrivileged': { readonly schemes: CustomScheme[]; readonly ready: boolean };
  'protocol.handle': string;
  /** What the page's files were answered with. */
  answer: {
    readonly url: string;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** What the page wanted to save, and what the shell made of it. */
  download: {
    readonly url: string;
    readonly allowed: boolean;
    readonly dialog: SaveDialogOptions | undefined;
  };
  'BrowserWindow.new': BrowserWindowConstructorOptions;
  'window.loadURL': string;
  'window.show': null;
  'window.focus': null;
  'window.restore': null;
  'window.maximize': null;
  'window.setProgressBar': number;
  'window.closed': null;
  'powerSaveBlocker.start': { readonly id: number; readonly type: string };
  'powerSaveBlocker.stop': number;
  'dialog.showMessageBox': MessageBoxOptions;
  'dialog.showErrorBox': { readonly title: string; readonly content: string };
  'Notification.show': { readonly id: number; readonly options: NotificationConstructorOptions };
  'Notification.close': number;
  'Menu.setApplicationMenu': readonly MenuEntry[];
  'shell.openPath': string;
  'shell.openExternal': string;
}
export type RecordName = keyof Records;

/** A menu as the user finds it. */
export interface MenuEntry {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly submenu?: readonly MenuEntry[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the test may raise in the shell; each stands for something that a user, the page or the system does. */
export type Happening =
  | { readonly kind: 'second-instance' }
  | { readonly kind: 'activate' }
  /** The user quits, by menu or key. */
  | { readonly kind: 'quit' }
  /** The user closes the window. */
  | { readonly kind: 'close-window' }
  | {
      readonly kind: 'place-window';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'maximize-window' }
  | { readonly kind: 'minimize-window' }
  | { readonly kind: 'click-notification'; readonly id: number }
  | {
      readonly kind: 'render-process-gone';
      readonly reason: 'crashed' | 'oom' | 'clean-exit';
      readonly exitCode: number;
    }
  | { readonly kind: 'uncaught-exception'; readonly message: string };

/** A frame that sends a message or asks for a permission. */
export interface FrameIdentity {
  readonly url: string;
  readonly isMainFrame: boolean;
  /** Of another window than ours. */
  readonly foreign?: boolean;
}

/** What the shell's process answers. */
export interface ShellCalls extends Record<string, (input: never) => unknown> {
  fetch: (request: {
    url: string;
    method: string;
    headers: Readonly<Record<string, string>>;
  }) => Promise<Answer>;
  invoke: (message: { from: FrameIdentity; channel: string; args: readonly unknown[] }) => Promise<unknown>;
  navigate: (to: { url: string; isMainFrame: boolean; redirect: boolean }) => boolean;
  openWindow: (to: { url: string }) => string;
  attachWebview: (to: { src: string }) => boolean;
  download: (item: { url: string; fileName: string }) => {
    allowed: boolean;
    dialog: SaveDialogOptions | undefined;
  };
  requestPermission: (of: { permission: string; from: FrameIdentity }) => Promise<boolean>;
  checkPermission: (of: { permission: string; from: FrameIdentity }) => boolean;
  checkDevice: (of: { deviceType: string; origin: string }) => boolean;
  captureScreen: (from: { origin: string }) => Promise<boolean>;
  happen: (happening: Happening) => void;
}

/** What the test's process answers: it has the browser, and the admin's fingers. */
export interface TestCalls extends Record<string, (input: never) => unknown> {
  record: (record: { name: RecordName; detail: unknown }) => void;
  createPage: (window: { preload: string; width: number; height: number }) => Promise<void>;
  load: (to: { url: string }) => Promise<void>;
  closePage: (window: null) => Promise<void>;
  send: (message: { channel: string; args: readonly unknown[] }) => Promise<void>;
  showMessageBox: (options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
}

/** What differs between two machines, for the shell. */
export interface Machine {
  readonly lockTaken: boolean;
  readonly packaged: boolean;
  /** Work areas, the first display first. */
  readonly displays: readonly { x: number; y: number; width: number; height: number }[];
  readonly notifications: boolean;
  readonly keyRing: KeyRing;
}

export interface KeyRing {
  readonly backend: 'gnome_libsecret' | 'kwallet6' | 'basic_text';
  /** False: `isAsyncEncryptionAvailable` says no. */
  readonly available: boolean;
  /** Names of keys, oldest first; the last one encrypts. None: Chromium's own key, that stands in its source. */
  readonly keys: readonly string[];
  /** It never answers: locked, and nobody there. */
  readonly silent?: boolean;
}
