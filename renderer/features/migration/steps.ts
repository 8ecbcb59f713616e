import type { MigrationView } from '@contract/views.ts';
import { kindOf } from '../migrations/kinds.ts';

type Phase = MigrationView['phase'];

/**
 * `unproven`: it came to its end, but what it was to show is not so. `halted`: it came this far and no further. `left
 * out`: it was not needed, or is not reached any more.
 */
export type StepState = 'done' | 'unproven' | 'current' | 'paused' | 'halted' | 'waiting' | 'left out';

/** A step as a person reads a migration; several phases of the domain may be one. */
export interface Step {
  readonly name: string;
  readonly state: StepState;
  readonly startMs?: number;
  /** `undefined` while it runs. */
  readonly endMs?: number;
}

interface Group {
  readonly name: string;
  readonly phases: readonly Phase[];
}

const SEED: readonly Group[] = [
  { name: 'Prepare', phases: ['planned', 'staging'] },
  { name: 'Stop', phases: ['stopping'] },
  { name: 'Copy', phases: ['preparing', 'copying'] },
  { name: 'Prove', phases: ['verifying'] },
  { name: 'Hand over', phases: ['handing-over'] },
  { name: 'Verdict', phases: ['awaiting-verdict'] },
];

/** Here Nova copies, and the proof comes after it. */
const NOVA: readonly Group[] = [
  { name: 'Prepare', phases: ['planned', 'staging'] },
  { name: 'Stop', phases: ['stopping'] },
  { name: 'Copy by Nova', phases: ['preparing', 'copying', 'handing-over'] },
  { name: 'Prove', phases: ['verifying'] },
  { name: 'Verdict', phases: ['awaiting-verdict'] },
];

/** The steps in order, the last one being how it ends. */
export function stepsOf(view: MigrationView): readonly Step[] {
  const groups = view.route === 'nova' ? NOVA : SEED;
  const starts = groups.map(({ phases }) => firstOf(view, phases));
  const end = endStep(view);
  const now: StepState = kindOf(view) === 'interrupted' ? 'paused' : 'current';
  const position = positionOf(view, groups, starts);
  const steps = groups.map(({ name }, index): Step => {
    const startMs = starts[index];
    if (index > position) return { name, state: end === undefined ? 'waiting' : 'left out' };
    if (startMs === undefined) return { name, state: 'left out' };
    if (index === position && end === undefined) return { name, state: now, startMs };
    const next = starts.slice(index + 1, position + 1).find((start) => start !== undefined) ?? end?.startMs;
    const halted = index === position && end?.broken === true;
    return {
      name,
      state: halted ? 'halted' : isUnproven(view, groups[index + 1]) ? 'unproven' : 'done',
      startMs,
      ...(next !== undefined && { endMs: Math.max(next, startMs) }),
    };
  });
  if (end === undefined) return [...steps, { name: 'Done', state: 'waiting' }];
  const { name, startMs, endMs } = end;
  return [
    ...steps,
    {
      name,
      state: endMs === undefined ? now : end.broken ? 'halted' : 'done',
      ...(startMs !== undefined && { startMs }),
      ...(endMs !== undefined && { endMs }),
    },
  ];
}

/** Index of the step that runs now, or that ran when the end began. */
function positionOf(
  view: MigrationView,
  groups: readonly Group[],
  starts: readonly (number | undefined)[],
): number {
  // The last look before the verdict is called verifying too; by then the hand-over has begun.
  const phase =
    view.phase === 'verifying' && view.route !== 'nova' && view.enteredAtMs['handing-over'] !== undefined
      ? 'handing-over'
      : view.phase;
  const named = groups.findIndex(({ phases }) => phases.includes(phase));
  return named >= 0 ? named : starts.findLastIndex((start) => start !== undefined);
}

/** The last proofs are made by the step before the verdict. */
function isUnproven({ proven, proofs }: MigrationView, next: Group | undefined): boolean {
  return !proven && proofs.length > 0 && next?.name === 'Verdict';
}

interface End {
  readonly name: string;
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  /** It did not go the way that was planned. */
  readonly broken: boolean;
}

function endStep({ phase, enteredAtMs: at }: MigrationView): End | undefined {
  switch (phase) {
    case 'confirming':
      return { name: 'Confirming', startMs: at.confirming, endMs: undefined, broken: false };
    case 'confirmed':
      return {
        name: 'Confirmed',
        startMs: at.confirming ?? at.confirmed,
        endMs: at.confirmed,
        broken: false,
      };
    case 'reverting':
      return { name: 'Reverting', startMs: at.reverting, endMs: undefined, broken: false };
    case 'reverted':
      return { name: 'Reverted', startMs: at.reverting ?? at.reverted, endMs: at.reverted, broken: false };
    case 'restoring':
      return { name: 'Going back', startMs: at.restoring, endMs: undefined, broken: true };
    case 'failed':
      return { name: 'Failed', startMs: at.restoring ?? at.failed, endMs: at.failed, broken: true };
    case 'cancelled':
      return { name: 'Cancelled', startMs: at.restoring ?? at.cancelled, endMs: at.cancelled, broken: true };
    case 'planned':
    case 'staging':
    case 'stopping':
    case 'preparing':
    case 'copying':
    case 'verifying':
    case 'handing-over':
    case 'awaiting-verdict':
      return undefined;
  }
}

function firstOf({ enteredAtMs }: MigrationView, phases: readonly Phase[]): number | undefined {
  const times = phases.flatMap((phase) => enteredAtMs[phase] ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
