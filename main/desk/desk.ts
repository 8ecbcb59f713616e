import type { Message } from '../contract/bridge.ts';
import type { Handlers } from '../contract/ipc.ts';
import type { Secrets } from '../domain/ports.ts';
import type { EngineOptions } from '../engine/compose.ts';

export interface DeskOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly shell: 'desktop' | 'web';
  readonly version: string;
  readonly secrets: Secrets;
  /** Name of the profile to open at once; without it the one of last time, or the only one. */
  readonly cloud?: string;
  /** Puts something in front of a port of every engine; tests and measurements act here. */
  readonly around?: EngineOptions['around'];
}

/** Everything behind the page, whoever hosts it: the clouds of this user, an engine for each that is in use, and what is asked. */
export interface Desk {
  readonly handlers: Handlers;
  /** Messages in order, their sequences without a gap. Returns what ends the listening. */
  listen(listener: (message: Message) => void): () => void;
  /** Stops our part and closes every connection; jobs on the hosts go on. */
  close(): Promise<void>;
}
