import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import type { Reply } from '../contract/api.ts';
import type { Message } from '../contract/bridge.ts';
import { isPage } from './page-address.ts';

export type Dispatch = (name: string, raw: unknown) => Promise<Reply<unknown>>;

/** Answers the page of this window, and nobody else. */
export function serveCalls(window: BrowserWindow, dispatch: Dispatch, refused: (what: string) => void): void {
  ipcMain.handle('engine.call', (event, name: unknown, raw: unknown): Promise<Reply<unknown>> => {
    if (!isOurPage(event, window)) {
      refused(`a call from ${event.senderFrame?.url ?? 'a frame that is gone'}`);
      return Promise.resolve({
        ok: false,
        code: 'bad-request',
        message: 'only the page of the app may call',
        hint: 'Start Coldhaul again; if this comes back, report it as a defect.',
      });
    }
    // What travels may be an object whose own words about itself throw.
    return dispatch(typeof name === 'string' ? name : `(${typeof name})`, raw);
  });
}

/** One message of the desk to the page, if the page is still there. */
export function tell(window: BrowserWindow, message: Message): void {
  if (!window.isDestroyed()) window.webContents.send('engine.message', message);
}

/** Its main frame, while that shows the page: not a frame inside it, nor what came after it. */
function isOurPage({ sender, senderFrame }: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  if (senderFrame === null || window.isDestroyed() || sender !== window.webContents) return false;
  return senderFrame.parent === null && isPage(senderFrame.url);
}
