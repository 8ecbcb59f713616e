import { unreachable } from './failure.ts';
import type { DigestPair, Fact, FrozenFile, GoodCopy, Proof } from './facts.ts';
import { copiedByUs, provenAfterwards, type FileMark, type Plan } from './plan.ts';

export const PHASES = [
  'planned',
  'staging',
  'stopping',
  'preparing',
  'copying',
  'verifying',
  'handing-over',
  'awaiting-verdict',
  'confirming',
  'reverting',
  'restoring',
  'confirmed',
  'reverted',
  'failed',
  'cancelled',
] as const;
export type Phase = (typeof PHASES)[number];

/** One migration, as its facts tell. */
export interface Migration {
  readonly id: string;
  readonly plan: Plan;
  /** Who started it, `user@workstation`. */
  readonly by: string;
  /** Of all its copies together, as it is now; `undefined` is no limit. */
  readonly limitKibPerSecond: number | undefined;
  readonly phase: Phase;
  /** When each phase was first entered. */
  readonly enteredAtMs: Readonly<Partial<Record<Phase, number>>>;
  /** We have had the instance for ourselves; before that nothing of it may be touched, for it may be another's. */
  readonly locked: boolean;
  readonly stagedBases: readonly string[];
  readonly flattened: Readonly<
    Record<string, { readonly bytes: number; readonly keptPath: string; readonly flatLayer?: FileMark }>
  >;
  /** Frozen layers of route thin, by disk, as they lie at the source. */
  readonly layers: Readonly<Record<string, FileMark>>;
  /** Disks whose layer is merged again, where the instance ended. */
  readonly merged: readonly string[];
  /** `begun`: QEMU may have been told to freeze the disks; `done`: it has. */
  readonly liveFreeze: 'none' | 'begun' | 'done';
  readonly frozen: readonly FrozenFile[] | undefined;
  readonly copied: Readonly<Record<string, { readonly bytes: number; readonly seconds: number }>>;
  readonly verified: Readonly<
    Record<string, DigestPair & { readonly seconds: number; readonly destinationMark?: FileMark }>
  >;
  readonly placed: boolean;
  readonly handOverBegun: { readonly atMs: number; readonly lastRecordId: number | undefined } | undefined;
  readonly handedOver:
    | {
        readonly running: boolean;
        readonly novaCopiedBytes: number | undefined;
        readonly recordId: number | undefined;
        /** When Nova had done its part; never later than we saw it. */
        readonly finishedAtMs?: number;
      }
    | undefined;
  readonly proofs: readonly Proof[] | undefined;
  readonly decidedBy: string | undefined;
  /** By somebody else than us, or by Nova itself. */
  readonly decidedElsewhere: boolean;
  /** The instance runs again where it belongs, as far as we know. */
  readonly running: boolean;
  /** Nova has carried out the verdict. */
  readonly concluded: boolean;
  readonly tidied: boolean;
  /** From the moment that its stop was ordered until it ran again; both `undefined` if it was off all along. */
  readonly downtime: { readonly startMs: number | undefined; readonly endMs: number | undefined };
  readonly failure:
    | {
        readonly code: string;
        readonly message: string;
        readonly hint: string | undefined;
        readonly requestId: string | undefined;
      }
    | undefined;
  readonly cancelledBy: string | undefined;
  /** By whom and when, if nothing has happened since. */
  readonly paused: { readonly by: string; readonly atMs: number } | undefined;
  readonly restored: { readonly goodCopy: GoodCopy; readonly said: string } | undefined;
  readonly updatedAtMs: number;
}

/** A migration begins with its plan. */
export function begin(fact: Extract<Fact, { type: 'planned' }>): Migration {
  return {
    id: fact.plan.id,
    plan: fact.plan,
    by: fact.by,
    limitKibPerSecond: fact.plan.options.limitKibPerSecond,
    phase: 'planned',
    enteredAtMs: { planned: fact.atMs },
    locked: false,
    stagedBases: [],
    flattened: {},
    layers: {},
    merged: [],
    liveFreeze: 'none',
    frozen: undefined,
    copied: {},
    verified: {},
    placed: false,
    handOverBegun: undefined,
    handedOver: undefined,
    proofs: undefined,
    decidedBy: undefined,
    decidedElsewhere: false,
    running: fact.plan.server.running,
    concluded: false,
    tidied: false,
    downtime: { startMs: undefined, endMs: undefined },
    failure: undefined,
    cancelledBy: undefined,
    paused: undefined,
    restored: undefined,
    updatedAtMs: fact.atMs,
  };
}

/** Rebuilds a migration; `undefined` if the facts do not begin with a plan. */
export function replay(facts: readonly Fact[]): Migration | undefined {
  const [first, ...rest] = facts;
  return first?.type === 'planned' ? rest.reduce(evolve, begin(first)) : undefined;
}

/** Adds one fact. Pure. */
export function evolve(state: Migration, fact: Fact): Migration {
  const next = apply(state, fact);
  const phase = phaseOf(next, fact);
  return {
    ...next,
    phase,
    paused: pauseOf(next, fact),
    updatedAtMs: fact.atMs,
    enteredAtMs:
      next.enteredAtMs[phase] === undefined ? { ...next.enteredAtMs, [phase]: fact.atMs } : next.enteredAtMs,
  };
}

function apply(state: Migration, fact: Fact): Migration {
  switch (fact.type) {
    case 'planned':
      return state;
    case 'locked':
      return { ...state, locked: true };
    case 'confirmed':
    case 'reverted':
      return ran({ ...state, concluded: true }, fact.running, fact.atMs);
    case 'base-staged':
      return { ...state, stagedBases: [...state.stagedBases, fact.path] };
    case 'live-begun':
      return { ...state, liveFreeze: 'begun' };
    case 'live-frozen':
      return { ...state, liveFreeze: 'done', layers: { ...state.layers, ...fact.layers } };
    case 'stop-begun':
      return state.plan.server.running
        ? { ...state, downtime: { startMs: fact.atMs, endMs: undefined } }
        : state;
    case 'stopped':
      return { ...state, running: false };
    case 'disk-flattened': {
      const { bytes, keptPath, flatLayer } = fact;
      const flat = { bytes, keptPath, ...(flatLayer && { flatLayer }) };
      return { ...state, flattened: { ...state.flattened, [fact.disk]: flat } };
    }
    case 'disk-layered':
      return { ...state, layers: { ...state.layers, [fact.disk]: fact.layer } };
    case 'disk-merged':
      return { ...state, merged: [...state.merged, fact.disk] };
    case 'frozen':
      return { ...state, frozen: fact.files };
    case 'disk-copied':
      return {
        ...state,
        copied: { ...state.copied, [fact.disk]: { bytes: fact.bytes, seconds: fact.seconds } },
      };
    case 'disk-verified': {
      const { algorithm, source, destination, seconds, destinationMark } = fact;
      const pair = { algorithm, source, destination, seconds, ...(destinationMark && { destinationMark }) };
      return { ...state, verified: { ...state.verified, [fact.disk]: pair } };
    }
    case 'placed':
      return { ...state, placed: true };
    case 'hand-over-begun':
      return { ...state, handOverBegun: { atMs: fact.atMs, lastRecordId: fact.lastRecordId } };
    case 'handed-over': {
      const { running, novaCopiedBytes, recordId, atMs } = fact;
      const finishedAtMs = Math.min(fact.finishedAtMs ?? atMs, atMs);
      return ran(
        { ...state, handedOver: { running, novaCopiedBytes, recordId, finishedAtMs } },
        running,
        atMs,
      );
    }
    case 'proven':
      return { ...state, proofs: fact.proofs };
    case 'looked-again':
      return { ...state, proofs: undefined, verified: withoutProvenAfterwards(state) };
    case 'verdict':
      return { ...state, decidedBy: fact.by };
    case 'decided-elsewhere':
      return fact.choice === 'other'
        ? lostSight(state, fact.said)
        : { ...state, decidedBy: fact.said, decidedElsewhere: true };
    case 'started':
      return ran(state, true, fact.atMs);
    case 'tidied':
      return { ...state, tidied: true };
    case 'failed': {
      const { code, message, hint, requestId } = fact;
      return { ...state, failure: { code, message, hint, requestId } };
    }
    case 'paused':
      return state;
    case 'limit-changed':
      return { ...state, limitKibPerSecond: fact.limitKibPerSecond };
    case 'cancelled':
      return { ...state, cancelledBy: fact.by };
    case 'restored':
      return ran(
        { ...state, restored: { goodCopy: fact.goodCopy, said: fact.said } },
        fact.running,
        fact.atMs,
      );
    default:
      return unreachable(fact);
  }
}

/** What Nova copied is read again; our own copies were proven before it had them. */
function withoutProvenAfterwards({ plan, verified }: Migration): Migration['verified'] {
  const again = provenAfterwards(plan).map(({ name }) => name);
  return Object.fromEntries(Object.entries(verified).filter(([name]) => !again.includes(name)));
}

/** The instance is no longer what we had; only our locks are given back. */
function lostSight(state: Migration, said: string): Migration {
  return {
    ...state,
    decidedBy: said,
    failure: { code: 'migration.changed', message: said, hint: undefined, requestId: undefined },
    restored: { goodCopy: 'unknown', said },
  };
}

/** Another limit may be set meanwhile; everything else means that it went on. */
function pauseOf(state: Migration, fact: Fact): Migration['paused'] {
  if (fact.type === 'paused') return { by: fact.by, atMs: fact.atMs };
  return fact.type === 'limit-changed' ? state.paused : undefined;
}

function ran(state: Migration, running: boolean, atMs: number): Migration {
  const { startMs, endMs } = state.downtime;
  const ends = running && startMs !== undefined && endMs === undefined;
  return { ...state, running, downtime: ends ? { startMs, endMs: atMs } : state.downtime };
}

function phaseOf(state: Migration, fact: Fact): Phase {
  switch (fact.type) {
    case 'planned':
      return 'planned';
    case 'locked':
    case 'base-staged':
    case 'live-begun':
    case 'live-frozen':
      return 'staging';
    case 'stop-begun':
      return 'stopping';
    case 'stopped':
    case 'disk-layered':
      return 'preparing';
    case 'disk-flattened':
      return isBeforeStop(state) ? 'staging' : 'preparing';
    case 'frozen':
    case 'disk-copied':
    case 'disk-verified':
      return afterDisks(state);
    case 'placed':
    case 'hand-over-begun':
      return 'handing-over';
    case 'handed-over':
    case 'looked-again':
      return 'verifying';
    case 'proven':
      return 'awaiting-verdict';
    case 'verdict':
      return fact.choice === 'confirm' ? 'confirming' : 'reverting';
    case 'decided-elsewhere':
      return fact.choice === 'confirm' ? 'confirming' : fact.choice === 'revert' ? 'reverting' : 'restoring';
    case 'confirmed':
    case 'reverted':
    case 'started':
    case 'disk-merged':
    case 'limit-changed':
    case 'paused':
      return state.phase;
    case 'tidied':
      return ended(state);
    case 'failed':
    case 'cancelled':
      return 'restoring';
    case 'restored':
      return state.phase;
    default:
      return unreachable(fact);
  }
}

function ended(state: Migration): Phase {
  if (state.failure !== undefined) return 'failed';
  if (state.cancelledBy !== undefined) return 'cancelled';
  return state.phase === 'reverting' ? 'reverted' : 'confirmed';
}

/** What was frozen live is flattened, copied and proven while the instance runs. */
function isBeforeStop(state: Migration): boolean {
  return state.enteredAtMs.stopping === undefined;
}

function afterDisks(state: Migration): Phase {
  if (isBeforeStop(state)) return 'staging';
  if (state.handedOver !== undefined) return 'verifying';
  const files = copiedByUs(state.plan);
  if (files.some((disk) => state.copied[disk.name] === undefined)) return 'copying';
  return files.some((disk) => state.verified[disk.name] === undefined) ? 'verifying' : 'handing-over';
}

/** True once a person may say Confirm: everything that was looked at was in order, and something was looked at. */
export function isProven(state: Migration): boolean {
  return state.proofs !== undefined && state.proofs.length > 0 && state.proofs.every((proof) => proof.ok);
}

export function isOver(phase: Phase): boolean {
  return phase === 'confirmed' || phase === 'reverted' || phase === 'failed' || phase === 'cancelled';
}
