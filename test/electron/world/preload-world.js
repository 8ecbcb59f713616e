/* global window, standinIpc */
import { crossWorld } from './cross-world.js';

/**
 * The world of the preload script, with what a sandboxed one gets: no Node, and of Electron only `contextBridge` and
 * `ipcRenderer` (docs/tutorial/sandbox.md). By default it runs in the main frame alone.
 */
export function preloadWorld(preload) {
  if (window !== window.top) return;
  const bridge = crossWorld('preload', 'page');
  const exposed = new Map();
  const waiting = new Map();
  const listeners = new Map();
  let last = 0;

  const contextBridge = {
    exposeInMainWorld(name, api) {
      if (exposed.has(name))
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      exposed.set(name, api);
      bridge.expose(name, api);
    },
  };
  bridge.onReady(() => {
    for (const [name, api] of exposed) bridge.expose(name, api);
  });

  const ipcRenderer = {
    invoke(channel, ...args) {
      last += 1;
      const id = last;
      standinIpc(JSON.stringify({ kind: 'invoke', id, channel, args }));
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off(channel, listener) {
      const rest = (listeners.get(channel) ?? []).filter((other) => other !== listener);
      listeners.set(channel, rest);
      return ipcRenderer;
    },
  };

  window.standinReceive = (text) => {
    const packet = JSON.parse(text);
    if (packet.kind === 'message') {
      for (const listener of listeners.get(packet.channel) ?? [])
        listener({ sender: ipcRenderer }, ...packet.args);
      return;
    }
    const { resolve, reject } = waiting.get(packet.id);
    waiting.delete(packet.id);
    if (packet.error === undefined) resolve(packet.value);
    else reject(new Error(packet.error));
  };

  preload((name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return { contextBridge, ipcRenderer };
  });
  standinIpc(
    JSON.stringify({ kind: 'loaded', exposed: [...exposed.keys()], node: typeof process !== 'undefined' }),
  );
}
