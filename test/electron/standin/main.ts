import { pathToFileURL } from 'node:url';
import type { Happening } from '../calls.ts';
import { unreachable } from '../../../main/domain/failure.ts';
import { app } from './app.ts';
import { StandinEvent } from './event.ts';
import { openLink } from './link.ts';
import { protocol, session } from './session.ts';
import { Notification } from './system.ts';
import { ipcMain, shown } from './window.ts';

/** What Electron's binary does: reads the entry file to its end, and is ready only then. */
const [entry] = process.argv.splice(2, 1);
if (entry === undefined) throw new Error('which app?');

openLink({
  fetch: ({ url, method, headers }) => protocol.standinFetch(url, method, headers),
  invoke: ({ from, channel, args }) => ipcMain.standinInvoke(from, channel, args),
  navigate: ({ url, isMainFrame, redirect }) =>
    shown.window?.webContents.standinNavigate(url, isMainFrame, redirect) ?? false,
  openWindow: ({ url }) => shown.window?.webContents.standinOpen(url) ?? 'deny',
  attachWebview: ({ src }) => shown.window?.webContents.standinAttach(src) ?? false,
  download: ({ url, fileName }) => session.defaultSession.standinDownload(url, fileName),
  requestPermission: ({ permission, from }) => session.defaultSession.standinRequest(permission, from),
  checkPermission: ({ permission, from }) => session.defaultSession.standinCheck(permission, from),
  checkDevice: ({ deviceType, origin }) => session.defaultSession.standinDevice(deviceType, origin),
  captureScreen: ({ origin }) => session.defaultSession.standinCapture(origin),
  happen,
});

await import(pathToFileURL(entry).href);
app.standinReady();

function happen(happening: Happening): void {
  switch (happening.kind) {
    case 'second-instance':
      app.emit('second-instance', new StandinEvent(), [], process.cwd(), {});
      return;
    case 'activate':
      app.emit('activate', new StandinEvent(), true);
      return;
    case 'quit':
      app.quit();
      return;
    case 'close-window':
      shown.window?.close();
      return;
    case 'place-window':
      shown.window?.standinPlace({
        x: happening.x,
        y: happening.y,
        width: happening.width,
        height: happening.height,
      });
      return;
    case 'maximize-window':
      shown.window?.maximize();
      return;
    case 'minimize-window':
      shown.window?.standinMinimize();
      return;
    case 'click-notification':
      Notification.shown.get(happening.id)?.emit('click', {});
      return;
    case 'render-process-gone':
      shown.window?.webContents.emit('render-process-gone', new StandinEvent(), {
        reason: happening.reason,
        exitCode: happening.exitCode,
      });
      return;
    case 'uncaught-exception':
      setImmediate(() => {
        throw new Error(happening.message);
      });
      return;
    default:
      unreachable(happening);
  }
}
