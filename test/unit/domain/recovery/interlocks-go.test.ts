import { expect, test } from 'vitest';
import type { Action } from '../../../../main/domain/recovery/action.ts';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import {
  BASE,
  compared,
  copyOf,
  disk,
  disks,
  HOME,
  record,
  RESIZE,
} from '../../../support/recovery-evidence.ts';
import {
  atRest,
  copyDead,
  errorAtDestination,
  errorAtSource,
  finishDead,
  migrating,
  moved,
  verify,
} from '../../../support/recovery-scenes.ts';

import {
  refused,
  revert,
  confirm,
  compare,
  toActive,
  toError,
  reboot,
  start,
  stop,
  putBack,
  undefine,
  aside,
  swap,
  bring,
} from '../../../support/recovery-actions.ts';

const off = {
  server: { status: 'SHUTOFF', vmState: 'stopped', powerState: 4 },
  hostA: { domain: 'shut off' },
} as const;
const proven = verify(compared(true));
const gone = (path: string) => disks(path, [disk('disk', path, { missing: true })]);
const reset = moved({ records: [record()], hostA: { resizeDirectory: disks(RESIZE), domain: 'shut off' } });

test.each<[string, Evidence, Action]>([
  ['revert', verify(), revert],
  ['confirm what is proven', proven, confirm],
  [
    'confirm what runs, and Nova knows it',
    verify({ server: { powerState: 1 }, hostB: { domain: 'running' }, ...compared(true) }),
    confirm,
  ],
  ['compare', verify(), compare],
  [
    'reset an error',
    errorAtSource({ hostA: { resizeDirectory: undefined, directory: disks(HOME) } }),
    toActive,
  ],
  ['reset a live migration that never started', migrating(), toActive],
  ['reset to error', finishDead(), toError],
  ['stop', atRest(), stop],
  ['start', atRest(off), start],
  ['reboot hard', errorAtDestination(), reboot],
  ['put back', errorAtSource(), putBack],
  ['put back what a dead copy left', copyDead(), putBack],
  ['set the copy aside', atRest({ hostB: { directory: copyOf() } }), aside('hostB', HOME)],
  [
    'set aside the stray that a revert would remove',
    verify({ hostA: { directory: disks(HOME) } }),
    aside('hostA', HOME),
  ],
  ['set aside what the source has left', reset, aside('hostA', RESIZE)],
  ['undefine', reset, undefine],
  ['bring a base', verify({ hostA: { bases: [BASE] }, hostB: { directory: gone(HOME) } }), bring(BASE)],
  ['make a swap disk', errorAtDestination(), swap],
])('goes: %s', (_what, of, action) => {
  expect(refused(of, action)).toBe('');
});
