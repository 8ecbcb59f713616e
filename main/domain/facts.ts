import type { FailureCode } from './failure.ts';
import type { FileMark, Plan } from './plan.ts';
import type { DigestAlgorithm } from './digest.ts';

/** A source file as it was when the instance had stopped. It must still be so at the hand-over. */
export interface FrozenFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly inode: number;
}

/** One thing that was looked at before a verdict may be given. */
export interface Proof {
  readonly name: string;
  readonly ok: boolean;
  /** What was seen, with the values. */
  readonly said: string;
}

/** Compared byte for byte, as a guest sees it, where there is no file whose digest could be made: both sides then say `CONTENT`. */
export const COMPARISON = 'qemu-img compare';
export const CONTENT = 'the same content';

export interface DigestPair {
  readonly algorithm: DigestAlgorithm | typeof COMPARISON;
  readonly source: string;
  readonly destination: string;
}

/**
 * How a layer went back into its disk.
 * - `put back`: nothing was written since, so the layer itself took the name again.
 * - `pulled`: by QEMU, while the instance ran.
 * - `committed`: what was written since went down into the layer while it was off, and the layer took the name.
 * - `merged before`: it was found to be so.
 */
export type MergeWay = 'put back' | 'pulled' | 'committed' | 'merged before';

/** Where the good copy is, when a migration did not end as planned. */
export type GoodCopy = 'source' | 'source and destination' | 'destination' | 'unknown';

interface At {
  /** Milliseconds since 1970, by our clock. */
  readonly atMs: number;
}

/**
 * Something that has happened to one migration. Facts are never edited, and old kinds are never removed.
 *
 * `…-begun` facts are written before the act, so that after a crash we know that it may have been done.
 */
export type Fact = At &
  (
    | { readonly type: 'planned'; readonly plan: Plan; readonly by: string }
    | { readonly type: 'locked' }
    | {
        readonly type: 'base-staged';
        readonly path: string;
        readonly bytes: number;
        readonly seconds: number;
        readonly digest: string;
      }
    /** Of a live freeze: from here on QEMU may have been told. */
    | { readonly type: 'live-begun' }
    | {
        /** While it runs: each disk is an overlay that it writes to; what it held is in the layer. */
        readonly type: 'live-frozen';
        readonly layers: Readonly<Record<string, FileMark>>;
        /** The guest's file systems were still at that moment, by its agent. */
        readonly quiesced: boolean;
      }
    | { readonly type: 'stop-begun' }
    | { readonly type: 'stopped'; readonly how: 'graceful' | 'hard' | 'was off' }
    | {
        readonly type: 'disk-flattened';
        readonly disk: string;
        readonly bytes: number;
        readonly seconds: number;
        /** The original. After a live freeze it is the layer, on which the disk goes on standing at the source. */
        readonly keptPath: string;
        /** The file that travels in place of that layer, as it lies in the stage. */
        readonly flatLayer?: FileMark;
      }
    | {
        /** The disk is an empty overlay from here on; its data are in the layer. */
        readonly type: 'disk-layered';
        readonly disk: string;
        /** As it lies in the stage. */
        readonly layer: FileMark;
      }
    | { readonly type: 'frozen'; readonly files: readonly FrozenFile[] }
    | {
        readonly type: 'disk-copied';
        readonly disk: string;
        readonly bytes: number;
        readonly seconds: number;
      }
    | ({
        readonly type: 'disk-verified';
        readonly disk: string;
        readonly seconds: number;
        /** The very file at the destination that was read; only of a layer. */
        readonly destinationMark?: FileMark;
      } & DigestPair)
    | { readonly type: 'placed' }
    | {
        readonly type: 'hand-over-begun';
        /** Newest migration record of the instance before ours; any newer one is ours. */
        readonly lastRecordId: number | undefined;
      }
    | {
        readonly type: 'handed-over';
        readonly requestId: string | undefined;
        readonly running: boolean;
        readonly novaCopiedBytes: number | undefined;
        /** Nova's own record of this migration; a verdict is given on it and on no later one. */
        readonly recordId: number | undefined;
        /** When Nova had done its part, by the cloud’s clock; older journals do not say. */
        readonly finishedAtMs?: number;
      }
    | { readonly type: 'proven'; readonly proofs: readonly Proof[] }
    | { readonly type: 'looked-again' }
    | { readonly type: 'verdict'; readonly choice: 'confirm' | 'revert'; readonly by: string }
    | {
        readonly type: 'decided-elsewhere';
        readonly choice: 'confirm' | 'revert' | 'other';
        readonly said: string;
      }
    | { readonly type: 'confirmed'; readonly running: boolean }
    | { readonly type: 'reverted'; readonly running: boolean }
    | { readonly type: 'started' }
    | {
        readonly type: 'disk-merged';
        readonly disk: string;
        readonly how: MergeWay;
        readonly seconds: number;
      }
    | { readonly type: 'tidied'; readonly kept: readonly string[] }
    | {
        readonly type: 'failed';
        readonly code: FailureCode;
        readonly message: string;
        readonly hint: string | undefined;
        readonly requestId: string | undefined;
      }
    /** A person has stopped what runs on the hosts; nothing is given up, and whoever resumes goes on. */
    | { readonly type: 'paused'; readonly by: string }
    | {
        /** Of all copies together, from now on; `undefined` is no limit. */
        readonly type: 'limit-changed';
        readonly limitKibPerSecond: number | undefined;
        readonly by: string;
      }
    | { readonly type: 'cancelled'; readonly by: string }
    | {
        readonly type: 'restored';
        readonly goodCopy: GoodCopy;
        readonly said: string;
        readonly running: boolean;
      }
  );

export type FactType = Fact['type'];

/** A fact before it has its time. */
export type NewFact = Fact extends infer F ? (F extends Fact ? Omit<F, 'atMs'> : never) : never;
