import type { Bridge } from '@contract/bridge.ts';

/** A bridge that also tells whether the host can be reached. */
export interface WebBridge extends Bridge {
  onConnection(listener: (online: boolean) => void): () => void;
}

export function createWebBridge(): WebBridge {
  throw new Error('the loopback host is not there yet');
}
