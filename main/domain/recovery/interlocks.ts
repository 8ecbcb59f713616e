import type { Action, Refusals } from './action.ts';
import { copiesOf, runsOn, type CaseFile } from './case-file.ts';
import {
  confirming,
  hardRebooting,
  resettingToActive,
  resettingToError,
  reverting,
  starting,
  stopping,
} from './interlocks-cloud.ts';
import { bringing, forgetting, makingSwap, puttingBack, settingAside } from './interlocks-host.ts';
import { incomparable } from './proof.ts';

/** Reads the evidence alone: whoever asks, the answer is the same. What is written out for a person is theirs to judge. */
export function refusalsOf(file: CaseFile, action: Action): Refusals {
  if (action.kind === 'by-hand') return [];
  if (action.kind === 'compare') return comparing(file);
  return [...always(file), ...own(file, action)];
}

/** Of everything that changes something. */
function always(file: CaseFile): Refusals {
  const { server, evidence, silent, seen } = file;
  const ours = evidence.own.find(({ isOpen }) => isOpen);
  const running = runsOn(file);
  return [
    ...(ours === undefined
      ? []
      : [`Coldhaul’s own migration ${ours.id} has it (${ours.phase}): go on with that one (G6)`]),
    ...(server.locked === true && ours === undefined
      ? [
          `the instance is locked${server.lockedReason === undefined ? '' : ` (${server.lockedReason})`}: whoever locked it may be at work (G6)`,
        ]
      : []),
    ...silent.map(({ name, why }) => `${name} does not tell what it has: ${why.replace(/\.$/, '')} (G5)`),
    ...seen
      .filter(({ instance }) => instance.domain === 'unknown')
      .map(({ name }) => `libvirt on ${name} does not tell whether it runs there (G5)`),
    ...(running.length > 1 ? [`it runs on ${running.map(({ name }) => name).join(' and ')} (G5)`] : []),
    ...copying(file),
  ];
}

function copying(file: CaseFile): Refusals {
  return copiesOf(file).map(({ host, pid }) => `process ${String(pid)} on ${host} copies its files (G1)`);
}

function own(file: CaseFile, action: Exclude<Action, { kind: 'by-hand' | 'compare' }>): Refusals {
  switch (action.kind) {
    case 'revert':
      return reverting(file);
    case 'confirm':
      return confirming(file);
    case 'reset-state':
      return action.to === 'active' ? resettingToActive(file) : resettingToError(file);
    case 'stop':
      return stopping(file);
    case 'start':
      return starting(file);
    case 'hard-reboot':
      return hardRebooting(file);
    case 'put-back':
      return puttingBack(file, action.host);
    case 'set-aside':
      return settingAside(file, action.host, action.path);
    case 'bring-base':
      return bringing(file, action);
    case 'make-swap':
      return makingSwap(file, action);
    case 'undefine':
      return forgetting(file, action.host);
  }
}

/** It reads only, but what is written meanwhile makes it worthless. */
function comparing(file: CaseFile): Refusals {
  return [
    ...incomparable(file),
    ...runsOn(file).map(({ name }) => `it runs on ${name} (G5)`),
    ...copying(file),
  ];
}
