import type { FactType } from '../../main/domain/facts.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** When a fault strikes: some time after a fact was written down, or after the first command began. */
export type Moment =
  | { readonly fact: FactType; readonly delayMs: number }
  | { readonly fact?: undefined; readonly delayMs: number };

/** What is moved, and how. */
export interface Travel {
  readonly route: 'seed' | 'thin' | 'nova';
  /** The destination holds another file under the name of its base, so its root disk is flattened. */
  readonly flatten: boolean;
  /** That is done on its way, with no file on the source. */
  readonly stream: boolean;
  /** Its disks are frozen and copied while it runs. */
  readonly live: boolean;
  readonly running: boolean;
  /** With a second disk and a swap disk. */
  readonly manyDisks: boolean;
  readonly verdict: 'confirm' | 'revert';
  readonly limitMibPerSecond: number | undefined;
}

/** One fault, before it has its number. */
export interface Draft {
  /** All that makes it this case and no other, in a few words. */
  readonly title: string;
  readonly travel: Travel;
  readonly moment: Moment;
  /** Before the first command. */
  prepare?(stage: Stage): Promise<void>;
  /** Does it, and settles when the trouble is gone again; with false if there was nothing to hurt. */
  disturb(stage: Stage): Promise<unknown>;
  /** A guest may be off at the end, as the fault switched it off and nobody has to start it. */
  readonly mayEndOff?: boolean;
}

export interface FaultCase extends Draft {
  /** Such as `kill-007`: the same in every run with the same seed. */
  readonly id: string;
  readonly kind: KindName;
}

export const KIND_NAMES = [
  'kill',
  'link',
  'room',
  'host',
  'flip',
  'clock',
  'answer',
  'journal',
  'live',
  'stream',
] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** One kind of trouble. */
export interface Kind {
  readonly name: KindName;
  /** For the table. */
  readonly title: string;
  /** How many cases of it belong to a whole run. */
  readonly share: number;
  /** The case of that number, from 0 on. Pure. */
  draw(random: Random, index: number): Draft;
}
