import type { Cloud } from './cloud.ts';
import type { Hypervisors } from './hypervisors.ts';
import type { Transfer } from './transfer.ts';

/** How a program ended. A non-zero exit is a result, not an error: the caller decides what it means. */
export type RunResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'killed'; readonly by: string; readonly stderr: string };

export interface RunOptions {
  /** Who runs it: the login itself, root (by `sudo -n` unless the login is root), or another user of the host. Default `login`. */
  readonly as?: 'login' | 'root' | { readonly user: string };
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

/** Programs on one compute host. Arguments are quoted in one place; no caller ever writes shell text around data. */
export interface Shell {
  /** Name of the hypervisor, for messages. */
  readonly host: string;
  /**
   * Runs one program and waits for it to end.
   *
   * @param argv - Program and arguments, unquoted.
   * @throws Failure `host.unreachable`, `host.authentication`, `host.key-unknown`, `host.key-changed`,
   * `host.no-sudo`, `host.disconnected`, or `cancelled` if the signal fires first.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** The way to the compute hosts. Connections are shared and made again when they break. */
export interface Hosts {
  /** A shell on the host with this hypervisor name. Connects on first use. */
  shell(hypervisorHostname: string): Shell;
  close(): Promise<void>;
}

/** Passwords and keys of clouds that the admin brought in, by the profile's name. Nothing of it is ever in a view, a fact or a log. */
export interface Secrets {
  /** `memory`: forgotten when the app ends. */
  readonly kept: 'key-store' | 'memory';
  /** One sentence for the admin: where they are, or why they are not kept. */
  readonly said: string;
  get(name: string): Promise<string | undefined>;
  set(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What the admin is asked when a connection needs a word from them. `undefined` is no. */
export interface Asker {
  /** An unknown host key. `true` stores it in the user's known_hosts. */
  acceptHostKey(question: {
    readonly host: string;
    readonly address: string;
    readonly keyType: string;
    readonly fingerprint: string;
  }): Promise<boolean>;
  passphrase(question: { readonly keyFile: string }): Promise<string | undefined>;
}

/** One line that the person at the screen, and the log, should see. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly host?: string;
  readonly disk?: string;
  readonly migration?: string;
  /** Command or call, ready to copy, with secrets left out. */
  readonly command?: string;
}

export type Log = (line: LogLine) => void;

export interface Clock {
  /** What this machine takes for the time: to be shown and written down. It may be set back or forth at any moment. */
  nowMs(): number;
  /** Counts up evenly, whatever the time is set to, and not while the machine sleeps. Only differences mean anything. */
  elapsedMs(): number;
  /** @throws Failure `cancelled` if the signal fires first. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Cumulative count of one disk; a lost sample costs a point, not the truth. */
export interface Sample {
  readonly disk: string;
  readonly atMs: number;
  readonly bytesDone: number;
}

/** Append-only facts of one migration. A fact is on the disk before `append` answers. */
export interface Journal<Fact> {
  readonly replayed: readonly Fact[];
  append(fact: Fact): Promise<void>;
  close(): Promise<void>;
}

/** All migrations that this user has on this machine. */
export interface Journals<Fact> {
  /** @throws Failure `journal.unwritable` */
  create(id: string, first: Fact): Promise<Journal<Fact>>;
  /** Opens for writing. @throws Failure `migration.not-found`, `journal.locked` (another process has it), `journal.damaged`. */
  open(id: string): Promise<Journal<Fact>>;
  /** Reads one without a lock. @throws Failure `migration.not-found` */
  read(id: string): Promise<StoredJournal<Fact>>;
  /**
   * Reads all without a lock, newest first. One that did not change since the last time is not read again.
   *
   * @param settled - Gives the journal of that id if it can change no more: its file is not even looked at.
   */
  list(settled?: (id: string) => StoredJournal<Fact> | undefined): Promise<readonly StoredJournal<Fact>[]>;
}

/** A journal as it lies on the disk; a damaged one has no facts, and a problem in words. */
export interface StoredJournal<Fact> {
  readonly id: string;
  readonly facts: readonly Fact[];
  readonly problem: string | undefined;
}

/** Everything the engine stands on, wired in `engine/compose.ts`. */
export interface Ports<Fact> {
  readonly cloud: Cloud;
  readonly hosts: Hosts;
  readonly hypervisors: Hypervisors;
  readonly transfer: Transfer;
  readonly journals: Journals<Fact>;
  readonly clock: Clock;
  readonly log: Log;
}
