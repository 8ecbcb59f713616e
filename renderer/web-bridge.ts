import type { Reply } from '@contract/api.ts';
import type { Bridge, Message } from '@contract/bridge.ts';
import type { CallName, Output } from '@contract/ipc.ts';

/** The bridge of a page that the loopback host serves: calls by `fetch`, messages by server-sent events. */
export interface WebBridge extends Bridge {
  /**
   * Told at each change, first when the messages begin to flow. `true` means that they flow now: what was read before
   * may be old, and what is read from now on stays true by the messages. Returns what ends the listening.
   */
  onConnection(listener: (online: boolean) => void): () => void;
}

const RETRY_MS = 2_000;
/** The host is heard every 15 s. A tunnel whose far end is gone looks alive and is silent. */
const SILENCE_MS = 45_000;

export function createWebBridge(): WebBridge {
  const listeners = new Set<(message: Message) => void>();
  const connections = new Set<(online: boolean) => void>();
  let contact = (): void => undefined;
  const firstContact = new Promise<void>((resolve) => (contact = resolve));
  let source: EventSource | undefined;
  /** The host is there, and does not let us in. */
  let refused = false;
  /** Connects anew: soon after a refusal, late while messages come. */
  let timer: number | undefined;
  let last: number | undefined;
  let online: boolean | undefined;

  function tell(now: boolean): void {
    contact();
    if (online === now) return;
    online = now;
    for (const listener of connections) listener(now);
  }

  function connect(): void {
    const stream = new EventSource(last === undefined ? '/events' : `/events?after=${last}`);
    source = stream;
    const heard = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        stream.close();
        tell(false);
        connect();
      }, SILENCE_MS);
    };
    heard();
    stream.addEventListener('beat', heard);
    stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
      heard();
      const message = JSON.parse(data) as Message;
      last = message.sequence;
      for (const listener of listeners) listener(message);
    });
    // Comes after whatever was missed, so that this is in place before anything is read anew.
    stream.addEventListener('live', () => {
      heard();
      if (refused) tell(false);
      refused = false;
      tell(true);
    });
    stream.addEventListener('error', () => {
      // Cut off: the browser tries again by itself. Refused: it leaves it at that, we do not.
      if (stream.readyState !== EventSource.CLOSED) tell(false);
      else void afterRefusal(stream);
    });
  }

  async function afterRefusal(stream: EventSource): Promise<void> {
    const answers = await fetch('/').then(
      () => true,
      () => false,
    );
    if (source !== stream) return;
    // Once, a page that reads the desk again is told why.
    if (!refused || !answers) tell(false);
    refused = answers;
    if (answers) tell(true);
    window.clearTimeout(timer);
    timer = window.setTimeout(connect, RETRY_MS);
  }

  return {
    async call(name, input) {
      // What is read before the messages flow could be old without anybody telling.
      if (source !== undefined) await firstContact;
      return post(name, input);
    },
    on(listener) {
      listeners.add(listener);
      if (source === undefined) connect();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        window.clearTimeout(timer);
        source?.close();
        source = undefined;
      };
    },
    onConnection(listener) {
      connections.add(listener);
      return () => connections.delete(listener);
    },
  };
}

async function post<K extends CallName>(name: K, input: unknown): Promise<Reply<Output<K>>> {
  try {
    const response = await fetch(`/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    // The host answers every call with a reply, its own refusals too.
    return (await response.json()) as Reply<Output<K>>;
  } catch {
    return {
      ok: false,
      code: 'internal',
      message: 'Coldhaul cannot be reached from this page: it was ended, or the way to it is cut.',
      hint: 'See whether it still runs in its terminal (npm run web). What runs on the hosts goes on meanwhile.',
    };
  }
}
