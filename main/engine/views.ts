import type { DiskView, MigrationView, PlanView } from '../contract/views.ts';
import { confirmsItselfAtMs } from '../domain/confirm-window.ts';
import type { Fact } from '../domain/facts.ts';
import { Failure, unreachable } from '../domain/failure.ts';
import { isProven, replay, type Migration } from '../domain/migration.ts';
import { liveDisks, type DiskPlan, type Plan } from '../domain/plan.ts';
import { unmergedLayers } from '../domain/steps.ts';
import type { Trouble } from './endure.ts';

/** What a running drive knows beyond the facts. */
export interface Live {
  readonly active: boolean;
  /** By disk. */
  readonly bytesDone: ReadonlyMap<string, number>;
  readonly interrupted: Failure | undefined;
  /** What is tried again just now, by whatever tries it. */
  readonly troubles: ReadonlyMap<unknown, Trouble>;
}

/** Nobody drives it, as far as this process knows. */
export const AT_REST: Live = {
  active: false,
  bytesDone: new Map(),
  interrupted: undefined,
  troubles: new Map(),
};

export function migrationView(state: Migration, live: Live): MigrationView {
  const { plan } = state;
  const ownConfirmMs = confirmsItselfAtMs(state);
  const trouble = oldestOf(live);
  return {
    id: state.id,
    phase: state.phase,
    active: live.active,
    server: { id: plan.server.id, name: plan.server.name, running: plan.server.running },
    source: plan.source.name,
    destination: plan.destination.name,
    route: plan.route,
    disks: plan.disks.map((disk) => diskView(state, disk, live)),
    bytesToMove: plan.bytesToMove,
    ...(state.limitKibPerSecond !== undefined && { limitMibPerSecond: state.limitKibPerSecond / 1024 }),
    cloud: plan.cloud,
    by: state.by,
    enteredAtMs: state.enteredAtMs,
    updatedAtMs: state.updatedAtMs,
    downtime: {
      ...(state.downtime.startMs !== undefined && { startMs: state.downtime.startMs }),
      ...(state.downtime.endMs !== undefined && { endMs: state.downtime.endMs }),
      ...(plan.downtime !== undefined && { predictedSeconds: plan.downtime.seconds }),
    },
    running: state.running,
    ...(state.handedOver?.novaCopiedBytes !== undefined && {
      novaCopiedBytes: state.handedOver.novaCopiedBytes,
    }),
    ...(ownConfirmMs !== undefined && { confirmsItselfAtMs: ownConfirmMs }),
    ...(state.concluded && unmergedLayers(state).length > 0 && { merging: unmergedLayers(state) }),
    proven: isProven(state),
    proofs: state.proofs ?? [],
    ...(state.failure !== undefined && { failure: plain(state.failure) }),
    ...(live.interrupted !== undefined && { interrupted: plain(live.interrupted) }),
    ...(state.paused !== undefined && !live.active && { paused: state.paused }),
    ...(trouble !== undefined && { waiting: { ...plain(trouble.failure), sinceMs: trouble.sinceMs } }),
    ...(state.restored !== undefined && { outcome: state.restored.said }),
    next: nextWords(state, live),
  };
}

/** What has been waited for the longest. */
function oldestOf({ troubles }: Live): Trouble | undefined {
  return [...troubles.values()].toSorted((left, right) => left.sinceMs - right.sinceMs)[0];
}

interface Explained {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly requestId: string | undefined;
}

function plain({ code, message, hint, requestId }: Explained): {
  code: string;
  message: string;
  hint?: string;
  requestId?: string;
} {
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(requestId !== undefined && { requestId }),
  };
}

function diskView(state: Migration, disk: DiskPlan, live: Live): DiskView {
  const copied = state.copied[disk.name];
  const pair = state.verified[disk.name];
  const flattened = state.flattened[disk.name];
  const bytesTotal = copied?.bytes ?? flattened?.bytes ?? disk.bytesToMove;
  const bytesDone =
    copied?.bytes ??
    (pair === undefined ? Math.min(live.bytesDone.get(disk.name) ?? 0, bytesTotal) : bytesTotal);
  return {
    name: disk.name,
    role: disk.role,
    strategy: disk.strategy,
    state:
      disk.strategy === 'remake' || (disk.role === 'other' && state.plan.route !== 'seed')
        ? 'remade by Nova'
        : pair !== undefined
          ? 'verified'
          : copied !== undefined
            ? 'copied'
            : bytesDone > 0
              ? 'copying'
              : 'waiting',
    bytesTotal,
    bytesDone,
    ...(copied !== undefined && { seconds: copied.seconds }),
    ...(pair !== undefined && {
      digest: { algorithm: pair.algorithm, source: pair.source, destination: pair.destination },
    }),
  };
}

/** One sentence: what happens now, or what the admin can do. */
function nextWords(state: Migration, live: Live): string {
  const { active, interrupted } = live;
  const trouble = oldestOf(live);
  const { plan, phase } = state;
  const id = state.id;
  if (interrupted !== undefined)
    return `It stopped on the way. When the cause is gone: coldhaul resume ${id}`;
  if (state.paused !== undefined && !active) {
    const off = plan.server.running && !state.running ? ', and the instance is off meanwhile' : '';
    return `${state.paused.by} paused it${off}. Go on: coldhaul resume ${id}`;
  }
  switch (phase) {
    case 'awaiting-verdict':
      return isProven(state)
        ? `Confirm (coldhaul confirm ${id}) removes the source copy on ${plan.source.name}; revert (coldhaul revert ${id}) goes back to it.`
        : `The copy is not proven, so a confirm is refused. Go back: coldhaul revert ${id}`;
    case 'confirmed':
      return `Done: the instance is on ${plan.destination.name}.`;
    case 'reverted':
      return `Done: the instance is back on ${plan.source.name}.`;
    case 'failed':
    case 'cancelled':
      return state.restored?.said ?? 'It is over.';
    case 'planned':
    case 'staging':
    case 'stopping':
    case 'preparing':
    case 'copying':
    case 'verifying':
    case 'handing-over':
    case 'confirming':
    case 'reverting':
    case 'restoring':
      if (trouble !== undefined)
        return 'It waits until that is over, and then goes on by itself; nothing is lost meanwhile.';
      return active ? goesOnWords(state) : `Nobody drives it. Go on: coldhaul resume ${id}`;
    default:
      return unreachable(phase);
  }
}

/** A merge may take long, and nobody has to wait for it. */
function goesOnWords(state: Migration): string {
  const unmerged = state.concluded ? unmergedLayers(state) : [];
  if (unmerged.length === 0) return 'Nothing to do: it goes on by itself.';
  const host = state.phase === 'confirming' ? state.plan.destination.name : state.plan.source.name;
  return `Nothing to do: the instance is on ${host}, and its frozen layers are being merged (${unmerged.join(', ')}); it may be used meanwhile.`;
}

export function planView(plan: Plan): PlanView {
  const { server, speed, codec, streams, downtime, downtimeByNova, downtimeIfLive } = plan;
  return {
    id: plan.id,
    madeAtMs: plan.madeAtMs,
    cloud: plan.cloud,
    server: {
      id: server.id,
      name: server.name,
      projectId: server.projectId,
      running: server.running,
      volumes: server.volumes,
    },
    source: plan.source.name,
    destination: plan.destination.name,
    destinationAddress: plan.destinationAddress,
    route: plan.route,
    routeReason: plan.routeReason,
    disks: plan.disks,
    bases: plan.bases.map(({ path, allocatedBytes, action, reason }) => ({
      path,
      allocatedBytes,
      action,
      reason,
    })),
    findings: plan.findings,
    bytesToMove: plan.bytesToMove,
    bytesToStage: plan.bytesToStage,
    liveDisks: liveDisks(plan).map(({ name }) => name),
    commands: plan.commands,
    ...(speed !== undefined && { speed }),
    ...(codec !== undefined && { codec }),
    ...(streams !== undefined && { streams }),
    ...(downtime !== undefined && { downtime }),
    ...(downtimeByNova !== undefined && { downtimeByNova }),
    ...(downtimeIfLive !== undefined && { downtimeIfLive }),
  };
}

/** @throws Failure `journal.damaged` */
export function stateOf(
  id: string,
  { facts, problem }: { readonly facts: readonly Fact[]; readonly problem: string | undefined },
): Migration {
  const state = replay(facts);
  if (problem === undefined && state !== undefined) return state;
  throw new Failure(
    'journal.damaged',
    `the journal of ${id} cannot be read: ${problem ?? 'it does not begin with a plan'}`,
  );
}
