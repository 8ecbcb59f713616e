import type { Reply } from './api.ts';
import type { Asked, CallName, EngineEvent, Output } from './ipc.ts';

/** What the page gets, whoever hosts it: Electron's preload or the loopback host. Nothing else grows here. */
export interface Bridge {
  call<K extends CallName>(name: K, input: Asked<K>): Promise<Reply<Output<K>>>;
  /** Returns what ends the listening. */
  on(listener: (event: EngineEvent) => void): () => void;
}
