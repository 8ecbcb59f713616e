import { expect, test } from 'vitest';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import {
  BASE,
  compared,
  copyOf,
  disk,
  disks,
  HOME,
  RESIZE,
  side,
  spoken,
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

const AT_SOURCE = { host: 'hostA', path: RESIZE };
const small = copyOf({ allocatedBytes: 196_640 });
const baseless = (path: string) => disks(path, [disk('disk', path, { missing: true })]);
const stray = { hostA: { directory: disks(HOME) } };

test.each<readonly [string, string, Evidence, unknown]>([
  [
    'nothing there',
    'verify-nothing-copied',
    verify({ hostB: { directory: undefined } }),
    'the only whole one',
  ],
  [
    'nothing there, and a stray copy on the source',
    'verify-nothing-copied',
    verify({ ...stray, hostB: { directory: undefined } }),
    'by what Nova records',
  ],
  [
    'nothing there, and a third host that does not tell',
    'verify-nothing-copied',
    verify({ hostB: { directory: undefined }, others: [side('hostC', { silent: 'off' })] }),
    'by what Nova records',
  ],
  ['a small disk', 'verify-nothing-copied', verify({ hostB: { directory: small } }), 'by its size'],
  ['both read', 'verify-nothing-copied', verify(compared(false)), 'by comparison'],
  [
    'one of two disks there',
    'verify-nothing-copied',
    verify({
      hostA: { resizeDirectory: disks(RESIZE, [disk('disk', RESIZE), disk('disk.eph0', RESIZE)]) },
    }),
    'the other lacks disks',
  ],
  ['a dead copy', 'resize-copy-dead', copyDead(), 'by what Nova records'],
  ['an error on the source', 'error-source-renamed', errorAtSource(), 'by what Nova records'],
  [
    'an empty destination',
    'error-destination-empty',
    errorAtDestination({ hostB: { directory: undefined } }),
    'the only whole one',
  ],
])('the source has the good copy: %s', (_what, id, of, how) => {
  expect(spoken(of, id).goodCopy).toEqual({ ...AT_SOURCE, how });
});

test.each<readonly [string, string, Evidence, unknown]>([
  ['proven equal', 'verify-waits', verify(compared(true)), 'both'],
  [
    'proven before it ran there',
    'verify-waits',
    verify({ ...compared(true), server: { powerState: 1 }, hostB: { domain: 'running' } }),
    { host: 'hostB', path: HOME, how: 'proven' },
  ],
  ['not compared', 'verify-waits', verify(), 'not known'],
  [
    'a base is gone, and the copy is not proven',
    'verify-base-gone',
    verify({ hostA: { resizeDirectory: baseless(RESIZE) } }),
    'not known',
  ],
  [
    'no base anywhere',
    'verify-base-gone',
    verify({ hostA: { resizeDirectory: baseless(RESIZE) }, hostB: { directory: baseless(HOME) } }),
    'not known',
  ],
  ['ERROR, not compared', 'error-destination-whole', errorAtDestination(), 'not known'],
  ['ERROR, proven equal', 'error-destination-whole', errorAtDestination(compared(true)), 'both'],
  ['finishing stopped, proven equal', 'resize-finish-dead', finishDead(compared(true)), 'both'],
  ['two guests', 'split-brain', atRest({ hostB: { directory: copyOf(), domain: 'running' } }), 'not known'],
  [
    'two sets of disks',
    'both-directories',
    errorAtSource({ hostA: { directory: disks(HOME), resizeDirectory: disks(RESIZE) } }),
    'not known',
  ],
  [
    'a base is gone where it lives',
    'base-gone-at-rest',
    moved({ hostB: { directory: baseless(HOME) } }),
    'none whole',
  ],
  [
    'a live migration that never began',
    'migrating-not-started',
    migrating(),
    { host: 'hostA', path: HOME, how: 'the guest runs from it' },
  ],
])('where the good copy is: %s', (_what, id, of, where) => {
  expect(spoken(of, id).goodCopy).toEqual(where);
});

test('a guest that runs elsewhere may have the newer data', () => {
  const there = errorAtSource({ hostA: { domain: 'absent' }, hostB: { domain: 'running', bases: [BASE] } });
  expect(spoken(there, 'error-source-renamed').goodCopy).toBe('not known');
});

test('what boots from a volume has no copy on a host', () => {
  const of = verify({ server: { imageId: undefined }, ...compared(true) });
  expect(spoken(of, 'verify-waits').goodCopy).toBeUndefined();
});
