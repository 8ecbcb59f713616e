import type { EngineEvent } from '../contract/ipc.ts';
import type { LogLineView, SampleView } from '../contract/views.ts';
import type { Clock, LogLine } from '../domain/ports.ts';

export type Listener = (event: EngineEvent) => void;

export interface Events {
  listen(listener: Listener): () => void;
  emit: Listener;
  sample(sample: SampleView): void;
  line(line: LogLine): void;
  /** Sends what is still waiting. */
  flush(): void;
}

/** At most four messages a second of each kind, however fast the hosts talk. */
const BATCH_MS = 250;

/** Tells every listener what happens; samples and lines travel in batches. */
export function createEvents(clock: Clock): Events {
  const listeners = new Set<Listener>();
  let lastNumber = 0;
  const emit: Listener = (event) => {
    for (const listener of listeners) listener(event);
  };
  const samples = batch<SampleView>((waiting) => {
    emit({ name: 'disk.samples', payload: waiting });
  });
  const lines = batch<LogLineView>((waiting) => {
    emit({ name: 'log.lines', payload: waiting });
  });
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit,
    sample: samples.add,
    line(line) {
      lastNumber += 1;
      lines.add({ number: lastNumber, atMs: clock.nowMs(), ...line });
    },
    flush() {
      samples.flush();
      lines.flush();
    },
  };
}

function batch<T>(send: (waiting: readonly T[]) => void): {
  readonly add: (item: T) => void;
  readonly flush: () => void;
} {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const sent = waiting;
    waiting = [];
    send(sent);
  };
  return {
    add(item) {
      waiting.push(item);
      timer ??= setTimeout(flush, BATCH_MS);
    },
    flush,
  };
}
