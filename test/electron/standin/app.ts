import type { App } from 'electron';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { StandinEvent } from './event.ts';
import { machine, record } from './link.ts';

type Known = Pick<
  App,
  | 'enableSandbox'
  | 'exit'
  | 'getPath'
  | 'getVersion'
  | 'isPackaged'
  | 'isReady'
  | 'quit'
  | 'relaunch'
  | 'requestSingleInstanceLock'
  | 'setDesktopName'
  | 'setPath'
  | 'whenReady'
> & { readonly commandLine: Pick<App['commandLine'], 'hasSwitch'> };

/** A window, as far as quitting is concerned. */
interface Closable {
  close(): void;
  isDestroyed(): boolean;
}

class StandinApp extends EventEmitter implements Known {
  readonly isPackaged = machine.packaged;
  readonly commandLine = {
    hasSwitch: (name: string) => process.argv.some((word) => word.startsWith(`--${name}`)),
  };
  readonly #windows = new Set<Closable>();
  readonly #paths = new Map([
    ['userData', join(homedir(), '.config', 'coldhaul')],
    ['downloads', join(homedir(), 'Downloads')],
  ]);
  #ready = false;
  readonly #whenReady: Promise<void>;
  #becomeReady = (): void => undefined;
  #quitting = false;
  #relaunch = false;

  constructor() {
    super();
    this.#whenReady = new Promise((resolve) => {
      this.#becomeReady = resolve;
    });
  }

  /** Only after the entry file was read to its end (docs/tutorial/esm.md). */
  standinReady(): void {
    this.#ready = true;
    this.emit('ready', new StandinEvent(), {});
    this.#becomeReady();
  }

  isReady(): boolean {
    return this.#ready;
  }

  whenReady(): Promise<void> {
    return this.#whenReady;
  }

  enableSandbox(): void {
    this.#mustBeEarly('app.enableSandbox');
    record('app.enableSandbox', null);
  }

  setDesktopName(name: string): void {
    this.#mustBeEarly('app.setDesktopName');
    record('app.setDesktopName', name);
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
    record('app.setPath', { name, path });
  }

  getVersion(): string {
    const root = new URL('../../../package.json', import.meta.url);
    return (JSON.parse(readFileSync(root, 'utf8')) as { version: string }).version;
  }

  requestSingleInstanceLock(): boolean {
    record('app.requestSingleInstanceLock', !machine.lockTaken);
    return !machine.lockTaken;
  }

  standinOpened(window: Closable): void {
    this.#windows.add(window);
  }

  standinClosed(window: Closable): void {
    this.#windows.delete(window);
    if (this.#windows.size > 0) return;
    if (this.#quitting) this.#willQuit();
    // Without a listener Electron quits by itself (docs/api/app.md, window-all-closed).
    else if (!this.emit('window-all-closed')) this.quit();
  }

  /** before-quit, then every window's close, then will-quit; each of them may say no (docs/api/app.md, app.quit). */
  quit(): void {
    record('app.quit', null);
    const before = new StandinEvent();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    this.#quitting = true;
    if (this.#windows.size === 0) {
      this.#willQuit();
      return;
    }
    for (const window of this.#windows) {
      window.close();
      if (!window.isDestroyed()) {
        this.#quitting = false;
        return;
      }
    }
  }

  #willQuit(): void {
    const will = new StandinEvent();
    this.emit('will-quit', will);
    if (will.defaultPrevented) {
      this.#quitting = false;
      return;
    }
    this.#end(0);
  }

  /** At once, without asking anybody. */
  exit(code = 0): void {
    record('app.exit', code);
    this.#end(code);
  }

  relaunch(): void {
    this.#relaunch = true;
    record('app.relaunch', null);
  }

  #end(code: number): void {
    this.emit('quit', new StandinEvent(), code);
    // What was recorded is on its way; the channel is empty when it has closed.
    process.exitCode = this.#relaunch ? 0 : code;
    setImmediate(() => {
      process.exit();
    });
  }

  #mustBeEarly(what: string): void {
    if (this.#ready) throw new Error(`${what} must be called before the app is ready`);
  }
}

export const app = new StandinApp();
