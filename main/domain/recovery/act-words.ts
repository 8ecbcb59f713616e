import type { ActionKind } from './action.ts';

/** What the button says that does it. */
export const ACT_WORDS: Readonly<Record<ActionKind, string>> = {
  revert: 'Revert',
  confirm: 'Confirm',
  'reset-state': 'Reset the state',
  stop: 'Stop it',
  start: 'Start it',
  'hard-reboot': 'Reboot it hard',
  compare: 'Compare the disks (reads only)',
  'put-back': 'Put the name back',
  'set-aside': 'Set it aside',
  'bring-base': 'Bring the base',
  'make-swap': 'Make the swap disk',
  undefine: 'Have libvirt forget it',
  'by-hand': 'I did it, look again',
};
