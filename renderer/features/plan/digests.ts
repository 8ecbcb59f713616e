import type { PlanWishes } from '../../store/plans.ts';

/** What content may be compared by. */
export const DIGESTS = [
  { value: 'best', label: 'The fastest that both hosts have' },
  { value: 'xxh128', label: 'XXH128 (rsync), against accidents' },
  { value: 'b2sum', label: 'BLAKE2b (b2sum)' },
  { value: 'sha256sum', label: 'SHA-256 (sha256sum), for records that ask for it' },
] as const satisfies readonly { readonly value: PlanWishes['digest']; readonly label: string }[];
