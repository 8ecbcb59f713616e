import type { Reply } from './api.ts';
import type { Asked, CallName, EngineEvent, Output } from './ipc.ts';

/** One broadcast on its way to a page. Sequences count up by one; a gap means that the page must read the desk anew. */
export interface Message {
  readonly sequence: number;
  readonly event: EngineEvent;
}

/** What the page gets, whoever hosts it: Electron's preload or the loopback host. Nothing else grows here. */
export interface Bridge {
  call<K extends CallName>(name: K, input: Asked<K>): Promise<Reply<Output<K>>>;
  /** Returns what ends the listening. */
  on(listener: (message: Message) => void): () => void;
}
