import { BrowserWindow } from 'electron';
import { join } from 'node:path';

/** The one window: no Node in the page, its own world for the bridge, nothing but our page in it. */
export async function openWindow(): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 1024,
    minHeight: 700,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event) => {
    event.preventDefault();
  });
  await window.loadFile(join(import.meta.dirname, '../renderer/index.html'));
  return window;
}
