import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, Message } from '@contract/bridge.ts';

const bridge: Bridge = {
  call: (name, input) => ipcRenderer.invoke('engine.call', name, input) as never,
  on(listener) {
    // The page gets the message alone: Electron's event would give it the sender.
    const forward = (_event: unknown, message: Message): void => {
      listener(message);
    };
    ipcRenderer.on('engine.message', forward);
    return () => {
      ipcRenderer.off('engine.message', forward);
    };
  },
};

contextBridge.exposeInMainWorld('coldhaul', bridge);
