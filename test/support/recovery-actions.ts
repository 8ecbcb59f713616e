import type { Action } from '../../main/domain/recovery/action.ts';
import { openCase } from '../../main/domain/recovery/case-file.ts';
import type { Evidence } from '../../main/domain/recovery/evidence.ts';
import { refusalsOf } from '../../main/domain/recovery/interlocks.ts';

/** Each action once, between hostA and hostB, and what the interlocks say of it. */

export const refused = (of: Evidence, action: Action): string => refusalsOf(openCase(of), action).join('; ');

export const revert: Action = { kind: 'revert' };
export const confirm: Action = { kind: 'confirm' };
export const compare: Action = { kind: 'compare' };
export const toActive: Action = { kind: 'reset-state', to: 'active' };
export const toError: Action = { kind: 'reset-state', to: 'error' };
export const reboot: Action = { kind: 'hard-reboot' };
export const start: Action = { kind: 'start' };
export const stop: Action = { kind: 'stop' };
export const putBack: Action = { kind: 'put-back', host: 'hostA' };
export const undefine: Action = { kind: 'undefine', host: 'hostA' };
export const aside = (host: string, path: string): Action => ({ kind: 'set-aside', host, path });
export const swap: Action = { kind: 'make-swap', host: 'hostB', name: 'disk.swap', sizeBytes: 1 };
export const bring = (path: string, from = 'hostA'): Action => ({
  kind: 'bring-base',
  from,
  to: 'hostB',
  path,
});
