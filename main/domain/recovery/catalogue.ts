import type { Rule } from './rule.ts';
import { AROUND_RULES } from './rules/around.ts';
import { AT_REST_DISK_RULES } from './rules/at-rest-disks.ts';
import { AT_REST_RULES } from './rules/at-rest.ts';
import { DISK_RULES } from './rules/disks.ts';
import { ERROR_AT_DESTINATION_RULES } from './rules/error-destination.ts';
import { ERROR_AT_SOURCE_RULES } from './rules/error-source.ts';
import { lastResort, LOST_RULES } from './rules/lost.ts';
import { MIGRATING_RULES } from './rules/migrating.ts';
import { RESIZE_RULES } from './rules/resize.ts';
import { REVERT_RULES } from './rules/revert.ts';
import { TWO_DIRECTORIES_RULES, TWO_GUESTS_RULES } from './rules/two-of-it.ts';
import { VERIFY_BROKEN_RULES } from './rules/verify-broken.ts';
import { VERIFY_RESIZE_RULES } from './rules/verify-resize.ts';

const KNOWN: readonly Rule[] = [
  // Before anything else is said: two guests that write destroy each other’s data.
  ...TWO_GUESTS_RULES,
  ...VERIFY_RESIZE_RULES,
  ...VERIFY_BROKEN_RULES,
  ...REVERT_RULES,
  ...RESIZE_RULES,
  ...ERROR_AT_SOURCE_RULES,
  ...ERROR_AT_DESTINATION_RULES,
  ...MIGRATING_RULES,
  ...TWO_DIRECTORIES_RULES,
  ...AT_REST_RULES,
  ...AT_REST_DISK_RULES,
  ...DISK_RULES,
  ...LOST_RULES,
  ...AROUND_RULES,
];

/** Every state that is known, in the order in which the handbook tells of them, and what is said of all others. */
export const RULES: readonly Rule[] = [...KNOWN, lastResort(KNOWN)];

/** Failures that leave no state behind by which they could be known, and who tells of them instead. */
export const NOT_RECOGNISED: readonly {
  readonly failure: string;
  readonly title: string;
  readonly why: string;
}[] = [
  {
    failure: 'F26',
    title: 'Shared storage taken for local, or the other way round',
    why: 'Afterwards it looks like a lost disk (no-disk). Before, hosts.storage compares both file systems and blocks.',
  },
  {
    failure: 'F29',
    title: 'A call that Nova refuses at once (401, 403, 409)',
    why: 'Nothing has changed, and whoever called has the answer, with its request id.',
  },
  {
    failure: 'F30',
    title: 'Owners and labels that QEMU cannot read',
    why: 'It shows as error-destination-whole, and its fault names the file; hosts.accounts and source.owner tell of it before.',
  },
  {
    failure: 'F31',
    title: 'A CPU or machine type that the destination has not',
    why: 'It shows as error-destination-whole, and its fault names it; hosts.cpu and destination.machine-type tell of it before.',
  },
  {
    failure: 'F32',
    title: 'UEFI variables that were lost',
    why: 'Only the guest knows what was in them; source.nvram tells of it before.',
  },
  {
    failure: 'F35',
    title: 'A confirm by Nova itself, before anybody looked',
    why: 'What is left is a healthy instance and a confirmed record. The clock is shown while it runs; destination.confirm-window warns before.',
  },
  {
    failure: 'F42',
    title: 'A raw disk that takes up its whole size after scp',
    why: 'It is as good as before, and costs room only; source.transport tells of it.',
  },
  {
    failure: 'F43',
    title: 'Plain libvirt: offline migration cannot handle non-shared storage',
    why: 'It is an answer of virsh, after which nothing has changed. Coldhaul does not move plain libvirt domains yet.',
  },
  {
    failure: 'F44',
    title: 'Plain libvirt: undefine refuses',
    why: 'It is an answer of virsh, after which nothing has changed. Coldhaul does not move plain libvirt domains yet.',
  },
];
