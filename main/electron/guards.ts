import { app, type Session, type WebContents } from 'electron';
import { basename, join } from 'node:path';
import { isOwnBlob, isPage } from './page-address.ts';

/** Whatever shows anything in this process stays on our page, alone. Call before the first window. */
export function guardContents(refused: (what: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    const stayOnPage = (event: { preventDefault(): void; url: string; isMainFrame: boolean }): void => {
      // A reload of the page by itself is a navigation too; no frame but the main one shows anything.
      if (event.isMainFrame && isPage(event.url)) return;
      event.preventDefault();
      refused(`to go to ${event.url}`);
    };
    // Comes for every frame, the main one included.
    contents.on('will-frame-navigate', stayOnPage);
    contents.on('will-redirect', stayOnPage);
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
      refused('to embed another page');
    });
    contents.setWindowOpenHandler(({ url }) => {
      refused(`to open a window on ${url}`);
      return { action: 'deny' };
    });
  });
}

/** No permission for anybody, but one: our page may put text on the clipboard, for its copy buttons. */
export function guardSession(session: Session, refused: (what: string) => void): void {
  session.setPermissionRequestHandler((contents, permission, callback) => {
    const granted = mayWrite(contents, permission);
    if (!granted) refused(`the permission ${permission}`);
    callback(granted);
  });
  // Not told: Chromium asks this one by itself, many times, for whatever a page could ask for.
  session.setPermissionCheckHandler((contents, permission) => mayWrite(contents, permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => {
    refused('to see the screen');
    callback(null);
  });
  session.on('will-download', (event, item) => {
    if (!isOwnBlob(item.getURL())) {
      event.preventDefault();
      refused(`to download ${item.getURL()}`);
      return;
    }
    // Reports and logs, made by the page. Without a path of ours Electron asks the admin for one.
    item.setSaveDialogOptions({
      title: 'Save',
      defaultPath: join(app.getPath('downloads'), basename(item.getFilename())),
    });
  });
}

function mayWrite(contents: WebContents | null, permission: string): boolean {
  return permission === 'clipboard-sanitized-write' && contents !== null && isPage(contents.getURL());
}
