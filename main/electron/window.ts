import { app, BrowserWindow, screen } from 'electron';
import { isPage, PAGE } from './page-address.ts';
import { fitBounds, readWindowState, SMALLEST, writeWindowState } from './window-state.ts';

export interface WindowOptions {
  /** The built preload script. */
  readonly preload: string;
  /** Where its place is kept. */
  readonly stateFile: string;
  /** Told if the place cannot be kept; nothing else depends on it. */
  readonly onBroken: (problem: unknown) => void;
}

/** A window that is dragged moves with every frame; its place is written when it has come to rest for so long. */
const REST_MS = 500;

/** The one window, not yet loaded: no Node in the page, a world of its own for the bridge, where it was last time. */
export function createWindow({ preload, stateFile, onBroken }: WindowOptions): BrowserWindow {
  const kept = readWindowState(stateFile);
  const workAreas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...fitBounds(kept?.bounds, workAreas),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Coldhaul',
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Names of instances are no words.
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => {
    if (kept?.maximized === true) window.maximize();
    window.show();
  });
  keepPlace(window, stateFile, onBroken);
  return window;
}

/**
 * Loads the page, where it was if it was open before. The window is shown even if nothing can be painted: an app
 * without one cannot be seen, nor closed.
 */
export async function openPage(window: BrowserWindow): Promise<void> {
  const before = window.webContents.getURL();
  try {
    await window.loadURL(isPage(before) ? before : PAGE);
  } finally {
    if (!window.isDestroyed() && !window.isVisible()) window.show();
  }
}

/** Brings the window before everything else. */
export function bringForward(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function keepPlace(window: BrowserWindow, stateFile: string, onBroken: (problem: unknown) => void): void {
  let resting: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(resting);
    if (window.isDestroyed()) return;
    try {
      writeWindowState(stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (problem) {
      onBroken(problem);
    }
  };
  const later = (): void => {
    clearTimeout(resting);
    resting = setTimeout(write, REST_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('maximize', later);
  window.on('unmaximize', later);
  window.on('close', write);
}
