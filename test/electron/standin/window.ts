import type {
  BrowserWindow as RealWindow,
  BrowserWindowConstructorOptions,
  IpcMain,
  WebContents,
} from 'electron';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app } from './app.ts';
import { StandinEvent } from './event.ts';
import { ask, record } from './link.ts';
import type { FrameIdentity } from '../calls.ts';

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

class StandinContents
  extends EventEmitter
  implements Pick<WebContents, 'getURL' | 'send' | 'setWindowOpenHandler'>
{
  standinUrl = '';
  #openHandler: OpenHandler | undefined;

  getURL(): string {
    return this.standinUrl;
  }

  /** Whoever is not there hears nothing, as in Electron. */
  send(channel: string, ...args: readonly unknown[]): void {
    void ask('send', { channel, args }).catch(() => undefined);
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  standinOpen(url: string): string {
    // Without a handler Electron opens the window (docs/api/window-open.md).
    return (
      this.#openHandler?.({ url, frameName: '', features: '', disposition: 'new-window' } as never).action ??
      'allow'
    );
  }

  /** @returns whether it may go there. */
  standinNavigate(url: string, isMainFrame: boolean, redirect: boolean): boolean {
    const names = redirect
      ? ['will-redirect']
      : ['will-frame-navigate', ...(isMainFrame ? ['will-navigate'] : [])];
    return names.every((name) => {
      const event = Object.assign(new StandinEvent(), { url, isMainFrame, isSameDocument: false });
      this.emit(name, event);
      return !event.defaultPrevented;
    });
  }

  standinAttach(src: string): boolean {
    const event = new StandinEvent();
    this.emit('will-attach-webview', event, {}, { src });
    return !event.defaultPrevented;
  }
}

type Known = Pick<
  RealWindow,
  | 'close'
  | 'focus'
  | 'getNormalBounds'
  | 'isDestroyed'
  | 'isMaximized'
  | 'isMinimized'
  | 'isVisible'
  | 'loadURL'
  | 'maximize'
  | 'restore'
  | 'setProgressBar'
  | 'show'
>;

/** The one that is open. */
export const shown: { window: BrowserWindow | undefined } = { window: undefined };

export class BrowserWindow extends EventEmitter implements Known {
  readonly webContents = new StandinContents();
  readonly #created: Promise<void>;
  #bounds: { x: number; y: number; width: number; height: number };
  #maximized = false;
  #minimized = false;
  #visible: boolean;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    const { width = 800, height = 600, x = 10, y = 10, webPreferences = {} } = options;
    this.#bounds = { x, y, width, height };
    this.#visible = options.show ?? true;
    record('BrowserWindow.new', options);
    const preload = webPreferences.preload === undefined ? '' : readFileSync(webPreferences.preload, 'utf8');
    this.#created = ask('createPage', { preload, width, height });
    // Whoever loads something waits for it and hears of its failure.
    this.#created.catch(() => undefined);
    app.standinOpened(this);
    shown.window = this;
    app.emit('web-contents-created', new StandinEvent(), this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    record('window.loadURL', url);
    await this.#created;
    const first = this.webContents.standinUrl === '';
    this.webContents.standinUrl = url;
    await ask('load', { url });
    if (this.#destroyed) return;
    if (first) this.emit('ready-to-show');
    this.webContents.emit('did-finish-load');
  }

  show(): void {
    this.#visible = true;
    record('window.show', null);
  }

  focus(): void {
    record('window.focus', null);
  }

  restore(): void {
    this.#minimized = false;
    record('window.restore', null);
  }

  maximize(): void {
    this.#maximized = true;
    record('window.maximize', null);
    this.emit('maximize');
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return this.#bounds;
  }

  setProgressBar(progress: number): void {
    record('window.setProgressBar', progress);
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  close(): void {
    const event = new StandinEvent();
    this.emit('close', event);
    if (event.defaultPrevented || this.#destroyed) return;
    this.#destroyed = true;
    shown.window = undefined;
    void ask('closePage', null).catch(() => undefined);
    record('window.closed', null);
    this.emit('closed');
    app.standinClosed(this);
  }

  standinPlace(bounds: { x: number; y: number; width: number; height: number }): void {
    this.#bounds = bounds;
    this.emit('move');
    this.emit('resize');
  }

  standinMinimize(): void {
    this.#minimized = true;
    this.emit('minimize');
  }
}

type InvokeHandler = Parameters<IpcMain['handle']>[1];

class StandinIpc implements Pick<IpcMain, 'handle' | 'removeHandler'> {
  readonly #handlers = new Map<string, InvokeHandler>();

  handle(channel: string, handler: InvokeHandler): void {
    if (this.#handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  async standinInvoke(from: FrameIdentity, channel: string, args: readonly unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const sender = from.foreign === true ? new StandinContents() : shown.window?.webContents;
    const senderFrame = { url: from.url, parent: from.isMainFrame ? null : { url: sender?.getURL() } };
    return (await handler({ sender, senderFrame } as never, ...args)) as unknown;
  }
}

export const ipcMain = new StandinIpc();
