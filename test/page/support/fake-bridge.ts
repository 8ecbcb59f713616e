import type { Reply } from '../../../main/contract/api.ts';
import type { Bridge, Message } from '../../../main/contract/bridge.ts';
import {
  calls,
  type Asked,
  type CallName,
  type EngineEvent,
  type Handlers,
  type Output,
} from '../../../main/contract/ipc.ts';
import { createDispatch } from '../../../main/host/dispatch.ts';
import { aDesk } from './samples.ts';

export interface FakeBridge extends Bridge {
  /** Tells every listener, with the next sequence. */
  send(event: EngineEvent): void;
  /** Counts as sent, but nobody hears it: what a page sees of it is a gap. */
  lose(event: EngineEvent): void;
  /** What was given to a call so far, oldest first, as the page gave it. */
  asked<K extends CallName>(name: K): readonly Asked<K>[];
}

/**
 * A bridge with handlers in place of a desk. Inputs are checked by the real dispatch and outputs by the contract, so
 * that a page cannot be tested against an answer that no engine gives. A handler throws `Failure` to refuse.
 */
export function fakeBridge(handlers: Partial<Handlers> = {}): FakeBridge {
  let sequence = 0;
  const listeners = new Set<(message: Message) => void>();
  const log: { readonly name: CallName; readonly input: unknown }[] = [];
  const dispatch = createDispatch({
    'samples.read': () => Promise.resolve({ samples: [] }),
    'log.read': () => Promise.resolve({ lines: [], more: false }),
    ...handlers,
    'desk.read': async (input) => ({
      ...((await handlers['desk.read']?.(input)) ?? aDesk()),
      sequence,
    }),
  });
  return {
    async call<K extends CallName>(name: K, input: Asked<K>): Promise<Reply<Output<K>>> {
      log.push({ name, input });
      const reply = await dispatch(name, structuredClone(input));
      if (!reply.ok) return reply;
      return { ok: true, value: calls[name].output.parse(structuredClone(reply.value)) as Output<K> };
    },
    on: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    send(event) {
      sequence += 1;
      for (const listener of [...listeners]) listener({ sequence, event });
    },
    lose() {
      sequence += 1;
    },
    asked: <K extends CallName>(name: K) =>
      log.filter((entry) => entry.name === name).map((entry) => entry.input as Asked<K>),
  };
}

/** An answer that a test gives when it wants to. */
export interface Later<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

export function later<T>(): Later<T> {
  const given: { resolve?: (value: T) => void; reject?: (error: Error) => void } = {};
  const promise = new Promise<T>((resolve, reject) => {
    given.resolve = resolve;
    given.reject = reject;
  });
  return {
    promise,
    resolve: (value) => given.resolve?.(value),
    reject: (error) => given.reject?.(error),
  };
}
