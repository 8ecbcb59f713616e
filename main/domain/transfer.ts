import type { Codec } from './codec.ts';
import type { DigestAlgorithm } from './digest.ts';
import type { WayMeasurement } from './way.ts';

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
  /** One that rsync of both hosts has; left out is none. */
  readonly codec?: Codec | undefined;
  /** Connections that share one file, where one cannot fill the link; left out is one. Only without limit and codec. */
  readonly streams?: number | undefined;
  /** Plain bytes are written past the page cache at the destination, where its file system takes that; left out, through it. */
  readonly directWrite?: boolean | undefined;
  /** Left out, SSH of the source decides by its own settings. */
  readonly hostKey?: HostKeyTrust | undefined;
  /**
   * What a guest sees of the chain travels, and becomes one qcow2 without a base there: read from a qemu-nbd on the source through
   * SSH, with no file in between. Left out, the file travels as it is.
   */
  readonly flatten?: FlattenOnTheWay | undefined;
}

export interface FlattenOnTheWay {
  /** Of the topmost file, as qemu-img calls it. */
  readonly format: string;
  /** An estimate of what travels, for the progress. */
  readonly bytes: number;
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

/** Whether sshd of the destination lets the source offer it a socket, and both have the programs. */
export interface TunnelTrial {
  readonly ok: boolean;
  readonly said: string;
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
  /**
   * Compares what a guest sees of a chain on the source with an image that was flattened on its way, through the same tunnel: all
   * data travel once more, and the image is read from the disk.
   *
   * @returns seconds that it took.
   * @throws Failure `migration.copy-differs`; `migration.changed` if the image was written to meanwhile; as `copy`.
   */
  compareFlattened(
    order: CopyOrder & { readonly flatten: FlattenOnTheWay },
    onShare: (share: number) => void,
    signal: AbortSignal,
    reorder?: AbortSignal,
  ): Promise<{ readonly seconds: number }>;
  /** Whether a chain of this source could be flattened on its way there; `said` is why not, in the words of the programs. */
  tryTunnel(
    order: Pick<CopyOrder, 'sourceHost' | 'destAddress' | 'user' | 'aes' | 'hostKey'>,
    signal?: AbortSignal,
  ): Promise<TunnelTrial>;
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
  /**
   * Sends up to `maxBytes` of a file to the destination and times it, as a whole and each part by itself, and tries the codecs
   * on a sample. Leaves nothing there, nor its stage if that is empty.
   */
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
      /** Try several connections at once, too. */
      readonly severalStreams: boolean;
      /** Processes of the running guest, whose writing is measured meanwhile. */
      readonly guestProcesses: readonly number[];
    },
    signal?: AbortSignal,
  ): Promise<WayMeasurement>;
  /** The command lines that `copy` would run, for the plan. */
  describeCopy(order: CopyOrder): string;
  /** The same of `compareFlattened`. */
  describeCompare(order: CopyOrder): string;
  /** Stops every job of the migration on the host and removes their records. Called when nothing needs them. */
  forget(host: string, migrationId: string, signal?: AbortSignal): Promise<void>;
}
