/**
 * Stands in for Electron where its binary cannot be: the shell imports this as `electron`. Names and shapes are those of
 * Electron's own declarations; what it does is what Electron's documentation says. The page is shown by the test's
 * Chromium. Anything that the shell imports and that is not here fails when its file is linked.
 */
export { app } from './app.ts';
export { safeStorage } from './safe-storage.ts';
export { protocol, session } from './session.ts';
export { dialog, Menu, Notification, powerSaveBlocker, screen, shell } from './system.ts';
export { BrowserWindow, ipcMain } from './window.ts';
