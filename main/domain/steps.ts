import { unreachable } from './failure.ts';
import { isOver, type Migration } from './migration.ts';
import {
  copiedByUs,
  flattenedLive,
  layered,
  liveDisks,
  provenAfterwards,
  tails,
  type DiskPlan,
} from './plan.ts';

/** Something to do now. Each is safe to repeat: it looks for what it would have made before it makes it. */
export type Step =
  | { readonly kind: 'lock' }
  | { readonly kind: 'stage-base'; readonly path: string }
  | { readonly kind: 'begin-live' }
  | { readonly kind: 'freeze-live' }
  | { readonly kind: 'flatten-layer'; readonly disk: string }
  | { readonly kind: 'begin-stop' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'flatten'; readonly disk: string }
  | { readonly kind: 'layer'; readonly disk: string }
  | { readonly kind: 'freeze' }
  | { readonly kind: 'copy'; readonly disk: string }
  | { readonly kind: 'verify'; readonly disk: string }
  | { readonly kind: 'place' }
  | { readonly kind: 'begin-hand-over' }
  | { readonly kind: 'hand-over' }
  | { readonly kind: 'prove' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'revert' }
  | { readonly kind: 'start' }
  | { readonly kind: 'merge'; readonly disk: string }
  | { readonly kind: 'restore' }
  | { readonly kind: 'tidy' };

/** A name for a step that no other step of the same migration has. */
export function stepKey(step: Step): string {
  if ('disk' in step) return `${step.kind} ${step.disk}`;
  return 'path' in step ? `${step.kind} ${step.path}` : step.kind;
}

/** Every step that may run now, side by side; none if the migration is over or waits for a person. A restart needs nothing else. */
export function nextSteps(state: Migration): readonly Step[] {
  switch (state.phase) {
    case 'planned':
      return [{ kind: 'lock' }];
    case 'staging':
      return staging(state);
    case 'stopping':
      return [{ kind: 'stop' }];
    case 'preparing':
      return preparing(state);
    case 'copying':
    case 'verifying':
      return state.handedOver === undefined ? moving(state) : proving(state);
    case 'handing-over':
      return handingOver(state);
    case 'awaiting-verdict':
      return [];
    case 'confirming':
    case 'reverting':
      return concluding(state);
    case 'restoring':
      return [state.restored === undefined ? { kind: 'restore' } : { kind: 'tidy' }];
    case 'confirmed':
    case 'reverted':
    case 'failed':
    case 'cancelled':
      return [];
    default:
      return unreachable(state.phase);
  }
}

function staging(state: Migration): readonly Step[] {
  const missing = state.plan.bases.filter(
    (base) => base.action === 'stage' && !state.stagedBases.includes(base.path),
  );
  if (missing.length > 0) return missing.map((base) => ({ kind: 'stage-base', path: base.path }));
  const disks = liveDisks(state.plan);
  if (disks.length > 0) {
    if (state.liveFreeze === 'none') return [{ kind: 'begin-live' }];
    if (state.liveFreeze === 'begun') return [{ kind: 'freeze-live' }];
    const unflattened = flattenedLive(state.plan).filter(({ name }) => state.flattened[name] === undefined);
    const left = unmoved(
      state,
      disks.filter((disk) => !unflattened.includes(disk)),
    );
    const flat = unflattened.map(({ name }): Step => ({ kind: 'flatten-layer', disk: name }));
    if (flat.length + left.length > 0) return [...flat, ...left];
  }
  return [{ kind: 'begin-stop' }];
}

function preparing(state: Migration): readonly Step[] {
  const left = state.plan.disks.filter(
    (disk) => disk.strategy === 'flatten' && state.flattened[disk.name] === undefined,
  );
  if (left.length > 0) return left.map((disk) => ({ kind: 'flatten', disk: disk.name }));
  const unlayered = [...layered(state.plan), ...tails(state.plan)].find(
    (disk) => state.layers[disk.name] === undefined,
  );
  return [unlayered === undefined ? { kind: 'freeze' } : { kind: 'layer', disk: unlayered.name }];
}

/** Digests of one disk run beside the copy of another. */
function moving(state: Migration): readonly Step[] {
  return unmoved(state, copiedByUs(state.plan));
}

function unmoved(state: Migration, files: readonly DiskPlan[]): readonly Step[] {
  return files.flatMap((disk): readonly Step[] => {
    if (state.copied[disk.name] === undefined) return [{ kind: 'copy', disk: disk.name }];
    return state.verified[disk.name] === undefined ? [{ kind: 'verify', disk: disk.name }] : [];
  });
}

/** After Nova copied by itself its work is proven as ours would have been. */
function proving(state: Migration): readonly Step[] {
  const unproven = provenAfterwards(state.plan).filter((disk) => state.verified[disk.name] === undefined);
  return unproven.length > 0
    ? unproven.map((disk) => ({ kind: 'verify', disk: disk.name }))
    : [{ kind: 'prove' }];
}

function handingOver(state: Migration): readonly Step[] {
  if (state.plan.route === 'seed' && !state.placed) return [{ kind: 'place' }];
  return [state.handOverBegun === undefined ? { kind: 'begin-hand-over' } : { kind: 'hand-over' }];
}

function concluding(state: Migration): readonly Step[] {
  if (!state.concluded) return [{ kind: state.phase === 'confirming' ? 'confirm' : 'revert' }];
  if (state.plan.server.running && !state.running && !isStoppedByOther(state)) return [{ kind: 'start' }];
  const [unmerged] = unmergedLayers(state);
  // One after the other: each reads and writes as fast as the disk of that host can.
  return [unmerged === undefined ? { kind: 'tidy' } : { kind: 'merge', disk: unmerged }];
}

/** Names of the disks that still stand on a layer of this migration, each once however many it has. */
export function unmergedLayers(state: Migration): readonly string[] {
  const disks = layered(state.plan).map(({ name }) => name);
  return disks.filter((name) => state.layers[name] !== undefined && !state.merged.includes(name));
}

/** It ran when Nova had it, and was decided without us: whoever had it since then has switched it off. */
function isStoppedByOther(state: Migration): boolean {
  return state.decidedElsewhere && state.handedOver?.running === true;
}

/** True if its next steps load the hosts: bytes are still to be copied or read again by us. What waits for Nova does not. */
export function loadsHosts(state: Migration): boolean {
  return nextSteps(state).some((step) => LOADING.has(step.kind));
}

/** `lock`, `begin-stop`, `stop`, `layer` and `freeze` lead straight to the copies. */
const LOADING: ReadonlySet<Step['kind']> = new Set<Step['kind']>([
  'lock',
  'stage-base',
  'begin-live',
  'freeze-live',
  'flatten-layer',
  'begin-stop',
  'stop',
  'flatten',
  'layer',
  'freeze',
  'copy',
  'verify',
  'merge',
]);

/** True if work is under way, or could go on at once. */
export function hasWork(state: Migration): boolean {
  return !isOver(state.phase) && nextSteps(state).length > 0;
}
