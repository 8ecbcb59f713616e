import type { CloudEvidence, HostEvidence, MoveEvidence } from './evidence.ts';
import type { Judgement } from './judgement.ts';

export const SIDES = ['source', 'destination'] as const;
export type Side = (typeof SIDES)[number];

/** As what a host is judged: of a move, or by itself when nothing moves. */
export type HostRole = Side | 'host';

interface About {
  /** Lower case with hyphens; a finding's id is this, or `source.` or `destination.` before it for a check of one host. */
  readonly id: string;
  /** A few words that name it on the page. */
  readonly title: string;
  /** What happens to the instance where nobody looks: one sentence. */
  readonly protectsFrom: string;
  /** Where it is known from: `F17` or `row 10` of the failure catalogue, `seed 4`, `docs/handbook/nova.md`, or Nova's file and line. */
  readonly sources: readonly string[];
  /** What it looks at, and where that is read. */
  readonly reads: string;
  /**
   * True for what comes and goes within minutes, such as load: it is told with the plan, and is no reason to turn back right
   * before the stop, the less as our own copies of bases may be what it sees.
   */
  readonly momentary?: true;
  /** Test files in which it fails for its reason and passes otherwise. */
  readonly testedIn: readonly string[];
}

/** Judges the cloud and our login; `coldhaul doctor` and every plan ask it. */
export interface CloudCheck extends About {
  readonly scope: 'cloud';
  readonly judge: (cloud: CloudEvidence) => Judgement;
}

/** Judges one host; `coldhaul doctor` asks it of every host, a plan of those sides. */
export interface HostCheck extends About {
  readonly scope: 'host';
  readonly sides: readonly Side[];
  readonly judge: (host: HostEvidence, role: HostRole) => Judgement;
}

/** Judges a move: an instance, both its hosts and the way between them. */
export interface MoveCheck extends About {
  readonly scope: 'move';
  readonly judge: (evidence: MoveEvidence) => Judgement;
}

export type Check = CloudCheck | HostCheck | MoveCheck;
