import type { ServerResponse } from 'node:http';
import type { Message } from '../../contract/bridge.ts';

/** Every message of the desk to every page that reads along, as server-sent events. */
export interface Broadcast {
  /**
   * Begins a stream on this response. First comes what a page missed since message `after`, if all of that is still
   * kept, then the event `live`; a page that reads the desk when it sees `live` has missed nothing. A `beat` now and
   * then tells that the way is not dead.
   */
  serve(response: ServerResponse, after: number | undefined): void;
  close(): void;
}

export interface BroadcastLimits {
  /** Of messages kept for pages that come back. */
  readonly keptBytes: number;
  /** That may wait for one page; one that reads slower is cut off, and comes back when it can. More than `keptBytes`. */
  readonly waitingBytes: number;
  readonly heartbeatMs: number;
}

export const BROADCAST_LIMITS: BroadcastLimits = {
  keptBytes: 4 * 1024 ** 2,
  waitingBytes: 8 * 1024 ** 2,
  heartbeatMs: 15_000,
};

const RETRY_MS = 1_000;

export function createBroadcast(
  listen: (listener: (message: Message) => void) => () => void,
  limits: BroadcastLimits = BROADCAST_LIMITS,
): Broadcast {
  const kept: { readonly sequence: number; readonly text: string }[] = [];
  const readers = new Set<ServerResponse>();
  let keptBytes = 0;

  const send = (reader: ServerResponse, text: string): void => {
    reader.write(text);
    if (reader.writableLength > limits.waitingBytes) reader.destroy();
  };
  const silence = listen((message) => {
    const text = `id: ${message.sequence}\ndata: ${JSON.stringify(message)}\n\n`;
    kept.push({ sequence: message.sequence, text });
    keptBytes += text.length;
    while (keptBytes > limits.keptBytes) keptBytes -= kept.shift()?.text.length ?? keptBytes;
    for (const reader of readers) send(reader, text);
  });
  const heart = setInterval(() => {
    for (const reader of readers) send(reader, 'event: beat\ndata: 0\n\n');
  }, limits.heartbeatMs);

  return {
    serve(response, after) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const missed = after === undefined ? undefined : since(kept, after);
      const before = missed?.map(({ text }) => text).join('') ?? '';
      const live = JSON.stringify({ resumed: missed !== undefined });
      send(response, `retry: ${RETRY_MS}\n\n${before}event: live\ndata: ${live}\n\n`);
      readers.add(response);
      response.once('close', () => readers.delete(response));
    },
    close() {
      silence();
      clearInterval(heart);
      for (const reader of readers) reader.end();
    },
  };
}

/** All messages after this one; `undefined` if some of them are not kept, or it never was sent. */
function since<T extends { readonly sequence: number }>(kept: readonly T[], after: number): T[] | undefined {
  const [first, last] = [kept[0], kept.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  if (after < first.sequence - 1 || after > last.sequence) return undefined;
  return kept.filter(({ sequence }) => sequence > after);
}
