import { z } from 'zod';
import type { Fact, FactType } from '../domain/facts.ts';

/** Every kind of fact, once; the compiler complains here when a kind is added or misspelt. */
const TYPES = {
  planned: true,
  locked: true,
  'base-staged': true,
  'live-begun': true,
  'live-frozen': true,
  'stop-begun': true,
  stopped: true,
  'disk-flattened': true,
  'disk-layered': true,
  frozen: true,
  'disk-copied': true,
  'disk-verified': true,
  placed: true,
  'hand-over-begun': true,
  'handed-over': true,
  proven: true,
  'looked-again': true,
  verdict: true,
  'decided-elsewhere': true,
  confirmed: true,
  reverted: true,
  started: true,
  'disk-merged': true,
  tidied: true,
  failed: true,
  'limit-changed': true,
  paused: true,
  cancelled: true,
  restored: true,
} as const satisfies Record<FactType, true>;

const Envelope = z.looseObject({
  atMs: z.number(),
  type: z
    .string()
    .refine((type) => Object.hasOwn(TYPES, type), 'unknown kind of fact; a newer Coldhaul wrote it'),
});

/**
 * Reads one line of a journal that this program wrote. The envelope is checked; the rest is ours.
 *
 * @throws Error with the reason, if it is no fact that this version knows.
 */
export function readFact(value: unknown): Fact {
  const parsed = Envelope.safeParse(value);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data as unknown as Fact;
}
