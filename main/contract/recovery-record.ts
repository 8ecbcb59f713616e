import { z } from 'zod';
import { CaseView, OfferView } from './recovery-views.ts';

const Mark = z.object({ inode: z.number(), sizeBytes: z.number(), mtimeSeconds: z.number() });
const atMs = z.number();

/** One line of the record that Coldhaul keeps of what it did with an instance in trouble. */
export const CaseFact = z.discriminatedUnion('type', [
  /** Written before anything is done. */
  z.object({ type: z.literal('step-began'), atMs, who: z.string(), step: OfferView, seen: CaseView }),
  z.object({
    type: z.literal('step-ended'),
    atMs,
    said: z.string(),
    requestId: z.string().optional(),
    /** What was read to the end and compared, and both files as they were then. */
    comparisons: z
      .array(
        z.object({
          sourceHost: z.string(),
          destinationHost: z.string(),
          sourcePath: z.string(),
          destinationPath: z.string(),
          sourceMark: Mark,
          destinationMark: Mark,
          equal: z.boolean(),
          atMs,
        }),
      )
      .readonly()
      .optional(),
  }),
  z.object({
    type: z.literal('step-failed'),
    atMs,
    code: z.string(),
    said: z.string(),
    requestId: z.string().optional(),
  }),
  z.object({ type: z.literal('looked-again'), atMs, seen: CaseView }),
]);
export type CaseFact = z.output<typeof CaseFact>;
