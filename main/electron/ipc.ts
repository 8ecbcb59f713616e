import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import type { Reply } from '../contract/api.ts';
import type { EngineEvent } from '../contract/ipc.ts';

type Dispatch = (name: string, raw: unknown) => Promise<Reply<unknown>>;
type Listen = (listener: (event: EngineEvent) => void) => () => void;

/** Answers the page of this window, and nobody else. Returns what ends it. */
export function serveCalls(window: BrowserWindow, dispatch: Dispatch, listen: Listen): () => void {
  ipcMain.handle(
    'engine.call',
    (event: IpcMainInvokeEvent, name: unknown, raw: unknown): Promise<Reply<unknown>> => {
      if (event.senderFrame !== window.webContents.mainFrame) {
        return Promise.resolve({
          ok: false,
          code: 'bad-request',
          message: 'only the page of the app may call',
        });
      }
      return dispatch(String(name), raw);
    },
  );
  const silence = listen((event) => {
    if (!window.isDestroyed()) window.webContents.send('engine.event', event);
  });
  return () => {
    silence();
    ipcMain.removeHandler('engine.call');
  };
}
