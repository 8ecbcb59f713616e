import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '@contract/bridge.ts';
import type { EngineEvent } from '@contract/ipc.ts';

const bridge: Bridge = {
  call: (name, input) => ipcRenderer.invoke('engine.call', name, input) as never,
  on(listener) {
    const forward = (_sender: unknown, event: EngineEvent): void => {
      listener(event);
    };
    ipcRenderer.on('engine.event', forward);
    return () => ipcRenderer.off('engine.event', forward);
  },
};

contextBridge.exposeInMainWorld('coldhaul', bridge);
