import type { Reply } from '@contract/api.ts';
import type { Bridge } from '@contract/bridge.ts';
import type { Asked, CallName, Output } from '@contract/ipc.ts';
import { createWebBridge, type WebBridge } from './web-bridge.ts';

/** Whether the engine behind the page can be heard. */
export type Connection = 'online' | 'offline';

interface Engine {
  readonly bridge: Bridge;
  onConnection(listener: (connection: Connection) => void): () => void;
}

let engine: Engine | undefined;

/** Electron's preload put a bridge into the window; without one the loopback host serves this page. */
export function theEngine(): Engine {
  engine ??= window.coldhaul === undefined ? overHttp(createWebBridge()) : inWindow(window.coldhaul);
  return engine;
}

/** Puts another bridge in place; tests of the page have one of their own. */
export function setEngine(bridge: Bridge | WebBridge): void {
  engine = 'onConnection' in bridge ? overHttp(bridge) : inWindow(bridge);
}

/** Asks the engine. Never throws: what goes wrong is a reply, with words for the admin. */
export async function call<K extends CallName>(name: K, input: Asked<K>): Promise<Reply<Output<K>>> {
  try {
    return await theEngine().bridge.call(name, input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, code: 'internal', message, hint: 'Start Coldhaul again; jobs on the hosts go on.' };
  }
}

/** In one process with the page's window: while the page lives, so does the engine. */
function inWindow(bridge: Bridge): Engine {
  return { bridge, onConnection: () => () => undefined };
}

function overHttp(bridge: WebBridge): Engine {
  return {
    bridge,
    onConnection: (listener) =>
      bridge.onConnection((online) => {
        listener(online ? 'online' : 'offline');
      }),
  };
}
