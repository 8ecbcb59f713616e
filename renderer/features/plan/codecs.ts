import type { PlanWishes } from '../../store/plans.ts';

/** What copies may be compressed with on their way. */
export const CODEC_WISHES = [
  { value: 'best', label: 'The fastest, as a sample of the disk shows' },
  { value: 'none', label: 'None: leaves processors to the guests' },
  { value: 'lz4', label: 'lz4: little work, shrinks a little' },
  { value: 'zstd', label: 'zstd: more work, shrinks more (slow links)' },
] as const satisfies readonly { readonly value: PlanWishes['codec']; readonly label: string }[];
