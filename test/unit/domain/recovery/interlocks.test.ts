import { expect, test } from 'vitest';
import type { Action } from '../../../../main/domain/recovery/action.ts';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import { closeLook } from '../../../support/close-look.ts';
import {
  AT_MS,
  BASE,
  compared,
  copyOf,
  disk,
  disks,
  HOME,
  minutesAgo,
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
  withSwap,
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
const gone = (path: string) => disks(path, [disk('disk', path, { missing: true })]);
const torn = (path: string) =>
  disks(path, [{ ...disk('disk', path), chain: [], problem: 'Permission denied' }]);
const running = {
  recentSeconds: 2,
  recentBytes: 1,
  writtenBytes: 1,
  ageSeconds: 1,
  command: 'scp',
  pid: 4711,
};

test.each<[string, Evidence, Action, string]>([
  [
    'a copy runs',
    verify({ hostB: { trouble: { copies: [running] } } }),
    revert,
    'process 4711 on hostB copies its files (G1)',
  ],
  [
    'it runs twice',
    verify({ hostA: { domain: 'running' }, hostB: { domain: 'paused' } }),
    revert,
    'it runs on hostA and hostB (G5)',
  ],
  [
    'a host is silent',
    verify({ hostB: { silent: 'off' } }),
    revert,
    'hostB does not tell what it has: off (G5)',
  ],
  [
    'libvirt does not tell',
    errorAtSource({ hostB: { domain: 'unknown' } }),
    putBack,
    'libvirt on hostB does not tell',
  ],
  [
    'it is locked',
    verify({ server: { locked: true, lockedReason: 'backup' } }),
    revert,
    'the instance is locked (backup)',
  ],
  [
    'Coldhaul has it',
    verify({
      own: [
        { id: 'm1', phase: 'copied', isOpen: true, isProven: true, source: 'hostA', destination: 'hostB' },
      ],
    }),
    confirm,
    'Coldhaul’s own migration m1 has it',
  ],
  ['not compared', verify(), confirm, 'not proven (G3)'],
  ['different', verify(compared(false)), confirm, 'not proven (G3)'],
  [
    'the copy is gone',
    verify({ hostB: { directory: undefined }, ...compared(true) }),
    confirm,
    'no root disk at the destination',
  ],
  [
    'the copy cannot be read',
    verify({ hostB: { directory: torn(HOME) }, ...compared(true) }),
    confirm,
    'are not whole (G3)',
  ],
  [
    'Nova calls a running guest off',
    verify({ hostB: { domain: 'running' }, ...compared(true) }),
    confirm,
    'Nova calls it off',
  ],
  [
    'the source is down',
    verify({ hostA: { isUp: false }, ...compared(true) }),
    confirm,
    'nova-compute of hostA is down',
  ],
  [
    'the source’s disks are in use',
    verify({ hostA: { openBy: ['9 dd'] }, ...compared(true) }),
    confirm,
    'a process uses its files: 9 dd (G1)',
  ],
  [
    'the record is no longer finished',
    verify({ records: [record({ status: 'confirming' })] }),
    revert,
    'its record says confirming',
  ],
  [
    'there is nothing to go back to',
    verify({ hostA: { resizeDirectory: undefined } }),
    revert,
    'no root disk to go back to',
  ],
  [
    'the base of the way back is gone',
    verify({ hostA: { resizeDirectory: gone(RESIZE) } }),
    revert,
    'is missing',
  ],
  [
    'the way back cannot be read',
    verify({ hostA: { resizeDirectory: torn(RESIZE) } }),
    revert,
    'cannot read the disks',
  ],
  [
    'a revert would remove <uuid>',
    verify({ hostA: { directory: disks(HOME) } }),
    revert,
    'which a revert removes (G2)',
  ],
  [
    'it runs on the source',
    verify({ hostA: { domain: 'running' } }),
    revert,
    'where Nova does not know of it (G5)',
  ],
  ['the destination is down', verify({ hostB: { isUp: false } }), revert, 'nova-compute of hostB is down'],
  ['it is not in VERIFY_RESIZE', atRest(), revert, 'Nova says ACTIVE, not VERIFY_RESIZE (G7)'],
  ['it waits for a verdict', verify(), toActive, 'Nova would forget the other copy'],
  ['it is at rest', atRest(), toActive, 'which is no state to be reset'],
  [
    'the disks have another name',
    errorAtSource(),
    toActive,
    'no root disk under the name that Nova looks for (G2)',
  ],
  [
    'the source’s nova-compute is at it',
    copyDead({
      hostA: {
        resizeDirectory: undefined,
        directory: disks(HOME),
        trouble: { computeStartedAtMs: AT_MS - 9e9 },
      },
    }),
    toActive,
    'may still be at work',
  ],
  [
    'it is moved by libvirt',
    migrating({ hostA: { close: closeLook({ jobs: [{ target: undefined, kind: 'Unbounded' }] }) } }),
    toActive,
    'whether libvirt is moving it',
  ],
  [
    'a live migration is young',
    migrating({ server: { updatedAt: minutesAgo(1) } }),
    toActive,
    'may still be at work',
  ],
  [
    'the destination holds it',
    migrating({ hostB: { domain: 'paused' } }),
    toActive,
    'does not say that it has no guest of it',
  ],
  ['it was not finished', finishDead(), toActive, 'Nova would call it running'],
  [
    'a message may still come',
    copyDead({
      server: { taskState: 'resize_prep', updatedAt: minutesAgo(10) },
      hostA: { resizeDirectory: undefined, directory: disks(HOME) },
    }),
    toActive,
    'may still be at work',
  ],
  ['it is not finishing', copyDead(), toError, 'not RESIZE on the destination'],
  [
    'the destination has just started',
    finishDead({ hostB: { trouble: { computeStartedAtMs: AT_MS - 60_000 } } }),
    toError,
    'may still be at work',
  ],
  [
    'a time that cannot be read is no long time',
    finishDead({ server: { updatedAt: 'never' } }),
    toError,
    'may still be at work',
  ],
  ['it is off for Nova', atRest(off), stop, 'not ACTIVE or ERROR'],
  ['its nova-compute is down', atRest({ hostA: { isUp: false } }), stop, 'nova-compute of hostA is down'],
  [
    'it runs there, so a start is a second one',
    atRest({ ...off, hostA: { domain: 'running' } }),
    start,
    'it runs on hostA (G5)',
  ],
  [
    'it runs elsewhere',
    atRest({ hostA: { domain: 'absent' }, hostB: { domain: 'running' } }),
    reboot,
    'where Nova does not know of it',
  ],
  ['a base is missing', errorAtDestination({ hostB: { directory: gone(HOME) } }), reboot, 'is missing'],
  [
    'a disk is missing',
    errorAtDestination({ hostA: { resizeDirectory: withSwap(RESIZE) } }),
    reboot,
    'hostB lacks disk.swap',
  ],
  [
    'both names are there',
    errorAtSource({ hostA: { directory: disks(HOME) } }),
    reboot,
    `hostA also has ${RESIZE} (G2)`,
  ],
  [
    'it has a task',
    errorAtDestination({ server: { taskState: 'reboot_started_hard' } }),
    reboot,
    '(reboot_started_hard)',
  ],
  [
    'the name is taken',
    errorAtSource({ hostA: { directory: disks(HOME, []) } }),
    putBack,
    `${HOME} is there (G2)`,
  ],
  ['Nova looks elsewhere', errorAtDestination(), putBack, 'not on hostA (G7)'],
  [
    'nothing is there to put back',
    atRest({ hostA: { directory: undefined } }),
    putBack,
    'no _resize with a root disk',
  ],
  [
    'Nova is at the copy',
    copyDead({ hostA: { trouble: { computeStartedAtMs: AT_MS - 9e9 } } }),
    putBack,
    'Nova may still be at work',
  ],
  [
    'Nova itself would put it back',
    verify({ server: { host: 'hostA' } }),
    putBack,
    'Nova itself puts it back',
  ],
  [
    'a process has it open',
    errorAtSource({ hostA: { openBy: ['9 qemu-img'] } }),
    putBack,
    'a process uses its files',
  ],
  [
    'a reboot is under way since',
    errorAtSource({
      server: { taskState: 'reboot_started_hard', updatedAt: minutesAgo(1) },
      hostA: { trouble: { computeStartedAtMs: AT_MS - 30 * 60_000 } },
    }),
    putBack,
    'Nova may still be at work',
  ],
  ['Nova starts from it', atRest(off), aside('hostA', HOME), 'Nova looks for its disks'],
  [
    'it is the only whole copy',
    errorAtSource({ hostB: { directory: gone(HOME) } }),
    aside('hostA', RESIZE),
    'no other host or name has whole disks',
  ],
  [
    'the other one is far too small',
    moved({
      hostA: { resizeDirectory: disks(RESIZE) },
      hostB: { directory: copyOf({ allocatedBytes: 200_000 }) },
    }),
    aside('hostA', RESIZE),
    'no other host or name has whole disks',
  ],
  ['a revert needs it', verify(), aside('hostA', RESIZE), 'needs it for its verdict'],
  ['it may be the way back', errorAtDestination(), aside('hostA', RESIZE), 'may be the way back'],
  [
    'it runs there',
    atRest({ hostB: { directory: copyOf(), domain: 'running' } }),
    aside('hostB', HOME),
    'it runs on hostB (G5)',
  ],
  ['Nova is moving it', copyDead(), aside('hostB', HOME), 'may still need it'],
  ['it is none of its directories', atRest(), aside('hostA', '/etc'), '/etc is not on hostA'],
  ['it is not off', moved({ hostA: { domain: 'running' } }), undefine, 'is running, not shut off'],
  ['Nova looks for it', atRest(off), undefine, 'Nova says that it is on hostA'],
  ['a revert needs the domain', verify(), undefine, 'may still need it'],
  ['it has the base already', verify({ hostA: { bases: [BASE] } }), bring(BASE), 'hostB has a'],
  [
    'nobody there has it',
    verify({ hostA: { bases: [] }, hostB: { directory: undefined } }),
    bring('/x/_base/other'),
    'hostA has no other',
  ],
  [
    'it is the frozen layer of a disk',
    verify(),
    bring('/var/lib/nova/instances/_coldhaul/x/layer.disk'),
    'is a frozen layer with the instance’s own data',
  ],
  [
    'another host made it',
    verify({ hostA: { bases: ['/b/ephemeral_1_a'] } }),
    { ...bring('/b/ephemeral_1_a', 'hostB'), to: 'hostA' } as Action,
    'has another content',
  ],
  [
    'there is one',
    errorAtDestination({ hostB: { directory: withSwap(HOME) } }),
    swap,
    'disk.swap is there (G4)',
  ],
  ['Nova looks elsewhere for swap', errorAtSource(), swap, 'not on hostB (G7)'],
  ['there is one disk only', atRest(), compare, 'no two root disks'],
  ['it runs, so bytes change', verify({ hostB: { domain: 'running' } }), compare, 'it runs on hostB (G5)'],
])('is refused: %s', (_what, of, action, why) => {
  expect(refused(of, action)).toContain(why);
});

test('a comparison needs nothing but quiet disks: neither an unlocked instance nor every host', () => {
  expect(refused(verify({ server: { locked: true } }), compare)).toBe('');
});

test('what is written out for a person is theirs to judge', () => {
  const step: Action = {
    kind: 'by-hand',
    title: 't',
    where: 'w',
    commands: [],
    changes: 'c',
    undo: 'u',
    check: 'k',
  };
  expect(refused(verify({ hostB: { silent: 'off' } }), step)).toBe('');
});
