import type { Forbidden } from './rule.ts';

/** What is wrong in more than one state. */
export const NEVER = {
  confirm: {
    what: 'confirm',
    why: 'It removes the source’s disks, and no good copy was proven.',
    kinds: ['confirm'],
  },
  deleteServer: {
    what: 'deleting the instance',
    why: 'In VERIFY_RESIZE it takes the disks of both hosts with it.',
    kinds: [],
  },
  resetState: {
    what: 'reset-state',
    why: 'Nova forgets that there is a second set of disks; after that it neither confirms nor reverts.',
    kinds: ['reset-state'],
  },
  migrateAgain: {
    what: 'migrating it again',
    why: 'Nova begins by removing a left _resize, which may be the only good copy.',
    kinds: [],
  },
  hardReboot: {
    what: 'a hard reboot, or a start',
    why: 'Nova finds no disk under the name that it looks for, makes an empty one, and starts from that.',
    kinds: ['hard-reboot', 'start'],
  },
  killCopy: {
    what: 'ending the copy, or restarting nova-compute',
    why: 'Nova rolls back, and what was copied in hours is removed.',
    kinds: [],
  },
  databaseHost: {
    what: 'writing another host into the database',
    why: 'Placement, ports, volumes and the disks stay where they are, and each is wrong from then on.',
    kinds: [],
  },
  startTwice: {
    what: 'starting it anywhere',
    why: 'Two guests that write with one identity destroy each other’s data.',
    kinds: ['start', 'hard-reboot', 'revert', 'confirm'],
  },
} as const satisfies Record<string, Forbidden>;
