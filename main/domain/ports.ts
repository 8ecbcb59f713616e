import type { Cloud } from './cloud.ts';
import type { FileState, HostFacts, InstanceOnHost } from './host.ts';
import type { TroubleLook } from './recovery/evidence.ts';
import type { WorkOnHost } from './left-work.ts';
import type { FileMark } from './file-mark.ts';
import type { WayMeasurement } from './way.ts';

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

export const DIGEST_ALGORITHMS = ['b2sum', 'sha256sum'] as const;
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** Who works on an instance, as written into the lock on its host. */
export interface LockOwner {
  readonly migrationId: string;
  /** `user@workstation`, for the message to the second one. */
  readonly who: string;
}

/** How a try to reach another host by SSH ended, and whose host answered. */
export interface Reached {
  readonly ok: boolean;
  readonly said: string;
  readonly bootId: string | undefined;
  /** SSH of Nova there takes a key that it does not know, and no known one was shown. */
  readonly acceptsAnyKey: boolean;
}

/**
 * What became of a frozen layer.
 * - `put back`: it is the disk again, as it was.
 * - `written`: the overlay on it holds something, so it must be merged; nothing was touched.
 * - `none`: the disk does not stand on it.
 */
export type Unlayered = 'put back' | 'written' | 'none';

/** What we ask of a compute host. Everything is read again at each call. */
export interface Hypervisors {
  facts(host: string, signal?: AbortSignal): Promise<HostFacts>;
  /** One round trip. */
  instance(host: string, serverId: string, signal?: AbortSignal): Promise<InstanceOnHost>;
  /** The same with all that a plan asks besides (`close`), still in one round trip. `instanceName` is libvirt's name for it. */
  examine(
    host: string,
    server: { readonly id: string; readonly instanceName: string | undefined },
    signal?: AbortSignal,
  ): Promise<InstanceOnHost>;
  /** What else there is to see of an instance in trouble: copies on their way, nova-compute, its log, errors of disks. */
  trouble(host: string, serverId: string, signal?: AbortSignal): Promise<TroubleLook>;
  /** The same as `instance` for every instance directory on the host, in one round trip. Keyed by server id. */
  instances(host: string, signal?: AbortSignal): Promise<ReadonlyMap<string, InstanceOnHost>>;
  /** Jobs, locks and staged files of ours on the host, whoever's they are. */
  leftWork(host: string, signal?: AbortSignal): Promise<WorkOnHost>;
  /** `undefined` for a path where nothing is. */
  stat(
    host: string,
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (FileState | undefined)[]>;
  /**
   * `ok` if `nova` on `from` reaches `address` by SSH without a question, as Nova itself will (F25). `bootId` is that of
   * the host that answered, which need not be the one that was meant; `undefined` if it did not tell.
   */
  novaReaches(from: string, address: string, signal?: AbortSignal): Promise<Reached>;
  /** True if `user` can read the file on the host. */
  readableBy(host: string, user: string, path: string, signal?: AbortSignal): Promise<boolean>;

  /**
   * Takes the lock on the instance, on this host, atomically. Taking it again with the same `migrationId` succeeds.
   * @throws Failure `migration.in-use` naming the owner.
   */
  lock(host: string, serverId: string, owner: LockOwner, signal?: AbortSignal): Promise<void>;
  unlock(host: string, serverId: string, owner: LockOwner, signal?: AbortSignal): Promise<void>;
  /** Makes `<instances>/_coldhaul/<serverId>`, owner nova, mode 0711; succeeds if it is there. Returns its path. */
  makeStage(host: string, serverId: string, signal?: AbortSignal): Promise<string>;
  /**
   * Gives the staged files their names in `<instances>/<serverId>/` as hard links, so that a roll-back by Nova that
   * removes the directory leaves the staged bytes alone. Makes the directory, owner nova, mode 0755.
   * @throws Failure `migration.changed` if a name is taken by another inode.
   */
  place(host: string, serverId: string, names: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Undoes `place`: removes the names whose inode is the staged one, and the directory if it is then empty. */
  unplace(host: string, serverId: string, names: readonly string[], signal?: AbortSignal): Promise<void>;
  /**
   * Gives a staged file its final name under `_base`, never over an existing one, with a fresh mtime (Nova's image
   * cache removes old unused bases, docs/handbook/nova.md, staged bases). @returns false if the name was taken meanwhile.
   */
  publishBase(host: string, stagedPath: string, finalPath: string, signal?: AbortSignal): Promise<boolean>;
  /** Swaps a flattened disk in: `path` is renamed to `keptPath`, then `newPath` to `path`, with owner and mode of the old one. Safe to repeat. */
  swapIn(host: string, path: string, newPath: string, keptPath: string, signal?: AbortSignal): Promise<void>;
  /**
   * Makes a frozen layer of a disk that nobody has open: the file gets a second name in the stage, and an empty overlay on it
   * takes the first one. Never cut off by a cancel. Returns by what the layer is known again.
   * @throws Failure `migration.changed` if the disk is no plain qcow2, or another layer of that name is in use.
   */
  layer(host: string, serverId: string, disk: string): Promise<FileMark>;
  /**
   * Undoes `layer` if the overlay holds nothing. Never cut off by a cancel.
   *
   * @param merged - The overlay as it was when the layer was found to hold all that it holds: then it may hold something.
   * @throws Failure `migration.changed` if the layer is gone, or another chain stands on it too; `host.command-failed` under a
   * guest that runs.
   */
  unlayer(host: string, serverId: string, disk: string, merged?: FileMark): Promise<Unlayered>;
  /**
   * Bytes of a layer that the file of the disk does not hold itself, as it lies on the storage. `undefined` if there is no such
   * layer. QEMU 7.2 changes the chain of a pulled disk before it writes the table of its clusters: killed in between, it
   * leaves a disk without the layer's data.
   */
  unmergedBytes(
    host: string,
    serverId: string,
    disk: string,
    signal?: AbortSignal,
  ): Promise<number | undefined>;
  /** Files of instances on this host whose backing chain goes on at this path, or below it. */
  standingOn(host: string, path: string, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Renames to `<path>.kept-<UTC time>`; nothing is ever deleted (G4). Returns the new name, `undefined` if nothing was there.
   * @throws Failure `migration.changed` if the chain of another file stands on it.
   */
  setAside(host: string, path: string, signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Ends the life of the stage: a staged name whose bytes have another name too is removed, what is left over is set
   * aside with the directory. Returns what was kept.
   * @throws Failure `migration.changed` while a chain or a process there needs anything of it.
   */
  releaseStage(host: string, serverId: string, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Gives a base a second name in the stage, so that the image cache cannot remove its bytes while a way back needs
   * them: in VERIFY_RESIZE nothing else protects the source's base (docs/handbook/nova.md). The base gets a fresh mtime, too. Returns that name.
   */
  pin(host: string, serverId: string, path: string, signal?: AbortSignal): Promise<string>;
  /**
   * `<uuid>_resize` gets the name `<uuid>` again. @throws Failure `migration.changed` if that name is taken, or nothing
   * is there to be put back.
   */
  putBack(host: string, serverId: string, signal?: AbortSignal): Promise<void>;
  /** Makes an empty qcow2 for the swap disk of an instance, owner nova. @throws Failure `migration.changed` if a file of that name is there. */
  makeSwap(host: string, serverId: string, sizeBytes: number, signal?: AbortSignal): Promise<void>;
  /** Has libvirt forget a domain that is off; its XML is kept in the instances directory. Returns where. */
  undefine(host: string, serverId: string, signal?: AbortSignal): Promise<string>;
  /** Sets the permission bits of one file or directory, such as 0o755. */
  setMode(host: string, path: string, mode: number, signal?: AbortSignal): Promise<void>;
  /** Pulls the plug of a domain that ignores its stop (`virsh destroy`). */
  destroyDomain(host: string, serverId: string, signal?: AbortSignal): Promise<void>;
}

/** How the source tells the destination by its host key: it was `known`, or `any` is taken there, and the admin was told. */
export type HostKeyTrust = 'known' | 'any';

export interface CopyOrder {
  readonly migrationId: string;
  readonly disk: string;
  readonly sourceHost: string;
  readonly destHost: string;
  /** Address by which the source reaches the destination. */
  readonly destAddress: string;
  /** User that runs the copy on the source and logs in on the destination; the owner of what arrives. */
  readonly user: string;
  readonly fromPath: string;
  readonly toPath: string;
  readonly keepMtime: boolean;
  /** Whole KiB a second; `undefined` is no limit. */
  readonly limitKibPerSecond: number | undefined;
  readonly rsyncVersion: { readonly source: string; readonly dest: string };
  readonly aes: boolean;
  /** Left out, SSH of the source decides by its own settings. */
  readonly hostKey?: HostKeyTrust | undefined;
}

export interface MergeOrder {
  readonly migrationId: string;
  readonly disk: string;
  readonly host: string;
  readonly serverId: string;
  readonly path: string;
  readonly layer: string;
  /** What the disk stands on afterwards; `undefined` is nothing. */
  readonly basePath: string | undefined;
  /**
   * If it runs, QEMU pulls the layer into the disk. If it is off, what was written to the disk goes down into the layer, which
   * then holds all and may take its name.
   */
  readonly running: boolean;
}

/** Moves and proves bytes. Each method finds its own job again after a restart and goes on with it. */
export interface Transfer {
  /**
   * @param reorder - Fires when the caller will give the order anew, changed: the following of the running copy is given
   * up then, and nothing else. Starting it and looking at what it made are never broken off by it.
   * @returns bytes of the file and seconds that the copy took.
   * @throws Failure `job.failed` with rsync's own words, or `cancelled` once a signal has fired.
   */
  copy(
    order: CopyOrder,
    onBytes: (bytesDone: number) => void,
    signal: AbortSignal,
    reorder?: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly seconds: number }>;
  /** Hex digest of a file; `written` flushes it first and drops it from the page cache, so that the disk is read. */
  digest(
    order: {
      readonly migrationId: string;
      readonly name: string;
      readonly host: string;
      readonly path: string;
      readonly algorithm: DigestAlgorithm;
      readonly written: boolean;
      /**
       * A base: Nova gives it a fresh time with every instance that it makes from it and on every look of its image cache
       * (nova/virt/libvirt/imagecache.py, `_mark_in_use`), and so do our pins. If that happens under the digest, it is made
       * once more, and two equal ones are believed. Any other file that is touched has changed.
       */
      readonly shared: boolean;
    },
    signal: AbortSignal,
  ): Promise<{ readonly digest: string; readonly seconds: number }>;
  /**
   * Hex digests of bases, one after the other in one command that ends with the connection: for a plan, which leaves
   * nothing behind. A base that only gets a new time is read a second time, as by `digest`.
   * @throws Failure `migration.changed` for one that was written to; `host.disconnected`, `cancelled`.
   */
  digestBases(
    order: {
      readonly host: string;
      readonly paths: readonly string[];
      readonly algorithm: DigestAlgorithm;
    },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** `qemu-img convert` of a whole chain into one qcow2, then `qemu-img compare` of both. @throws Failure `migration.copy-differs` */
  flatten(
    order: {
      readonly migrationId: string;
      readonly disk: string;
      readonly host: string;
      readonly user: string;
      readonly fromPath: string;
      readonly fromFormat: string;
      readonly toPath: string;
    },
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly seconds: number }>;
  /**
   * Merges a frozen layer with the disk that stands on it. A merge that was cut is begun again and ends the same. After a pull,
   * `unmergedBytes` tells whether it has reached the file; after the other, `unlayer` ends it.
   * @throws Failure `job.failed`, passing if the guest stopped or started meanwhile.
   */
  merge(
    order: MergeOrder,
    onShare: (share: number) => void,
    signal: AbortSignal,
  ): Promise<{ readonly seconds: number }>;
  /** Sends up to `maxBytes` of a file to the destination and times it, as a whole and each part by itself. Leaves nothing there. */
  probe(
    order: {
      readonly sourceHost: string;
      readonly destHost: string;
      readonly destAddress: string;
      readonly user: string;
      readonly fromPath: string;
      readonly stagePath: string;
      readonly maxBytes: number;
      readonly aes: boolean;
      readonly hostKey?: HostKeyTrust | undefined;
      readonly algorithm: DigestAlgorithm;
      /** Processes of the running guest, whose writing is measured meanwhile. */
      readonly guestProcesses: readonly number[];
    },
    signal?: AbortSignal,
  ): Promise<WayMeasurement>;
  /** The command lines that `copy` would run, for the plan. */
  describeCopy(order: CopyOrder): string;
  /** Stops every job of the migration on the host and removes their records. Called when nothing needs them. */
  forget(host: string, migrationId: string, signal?: AbortSignal): Promise<void>;
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
