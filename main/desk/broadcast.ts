import type { Message } from '../contract/bridge.ts';
import type { EngineEvent } from '../contract/ipc.ts';

/** One stream of messages for every page. */
export interface Broadcast {
  emit(event: EngineEvent): void;
  /** Of the last message; 0 before the first. */
  sequence(): number;
  /** Returns what ends the listening. */
  listen(listener: (message: Message) => void): () => void;
}

export function createBroadcast(): Broadcast {
  const listeners = new Set<(message: Message) => void>();
  let sequence = 0;
  return {
    emit(event) {
      sequence += 1;
      const message = { sequence, event };
      for (const listener of listeners) listener(message);
    },
    sequence: () => sequence,
    listen(listener) {
      // The same function may listen twice, each time for itself.
      const own = (message: Message): void => {
        listener(message);
      };
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
