import { z } from 'zod';
import { GOOD_STATEMENTS, HOW_KNOWN } from '../domain/recovery/good-copy.ts';
import { CONFIDENCES, URGENCIES } from '../domain/recovery/rule.ts';

/** What is wrong with instances, and what may be done about it, as the page and the command line see it. */

export const OfferView = z.object({
  /** Names the step within the case; the same evidence gives the same. */
  key: z.string(),
  title: z.string(),
  where: z.string(),
  commands: z.array(z.string()).readonly(),
  changes: z.string(),
  undo: z.string(),
  check: z.string(),
  /** False: it is written out for a person. */
  isDoneByUs: z.boolean(),
  /** Empty: it may be done now. */
  refusals: z.array(z.string()).readonly(),
  /** What the button says that does it; records of before have none. */
  act: z.string().optional(),
  /** Key of the earlier step after which it would no longer be refused. */
  after: z.string().optional(),
});

export const DiagnosisView = z.object({
  rule: z.string(),
  title: z.string(),
  failures: z.array(z.string()).readonly(),
  urgency: z.enum(URGENCIES),
  confidence: z.enum(CONFIDENCES),
  /** Where the guest’s data are whole; missing where it is not about disks on a host. */
  goodCopy: z
    .union([
      z.object({ host: z.string(), path: z.string(), how: z.enum(HOW_KNOWN) }),
      z.enum(GOOD_STATEMENTS),
    ])
    .optional(),
  verdict: z.string(),
  because: z.array(z.string()).readonly(),
  wouldTell: z.string().optional(),
  steps: z.array(OfferView).readonly(),
  never: z.array(z.object({ what: z.string(), why: z.string() })).readonly(),
  mendedWhen: z.string(),
});

const DirectoryView = z.object({
  path: z.string(),
  files: z
    .array(
      z.object({
        name: z.string(),
        sizeBytes: z.number(),
        allocatedBytes: z.number(),
        changedAtMs: z.number(),
        inode: z.number(),
        /** Base below it, or why it could not be read. */
        base: z.string().optional(),
        problem: z.string().optional(),
      }),
    )
    .readonly(),
});

export const SideView = z.object({
  name: z.string(),
  /** As the newest migration names it. */
  role: z.enum(['source', 'destination', 'other']),
  service: z.string(),
  /** Why it told nothing; then nothing else is there. */
  silent: z.string().optional(),
  domain: z.string().optional(),
  directories: z.array(DirectoryView).readonly(),
  leftovers: z.array(z.string()).readonly(),
  copies: z.array(z.string()).readonly(),
  freeBytes: z.number().optional(),
  logLines: z.array(z.string()).readonly(),
});

/** A step that Coldhaul has done before, from the record that it keeps of the instance. */
export const PastStepView = z.object({
  beganMs: z.number(),
  /** `user@workstation`. */
  who: z.string(),
  key: z.string(),
  title: z.string(),
  /** `unknown`: Coldhaul ended before the step did, so it may have been done. */
  end: z.enum(['done', 'failed', 'unknown']),
  said: z.string(),
  requestId: z.string().optional(),
});

export const CaseView = z.object({
  readAtMs: z.number(),
  server: z.object({
    id: z.string(),
    name: z.string(),
    projectId: z.string(),
    status: z.string(),
    taskState: z.string().optional(),
    host: z.string().optional(),
    locked: z.boolean(),
    fault: z.string().optional(),
    updatedAt: z.string(),
  }),
  /** What the cloud says besides, a line each. */
  cloud: z.array(z.string()).readonly(),
  sides: z.array(SideView).readonly(),
  clocks: z
    .array(
      z.object({
        what: z.enum(['auto-confirm', 'base-purge', 'token']),
        host: z.string(),
        atMs: z.number(),
        says: z.string(),
        /** Key of the step after which it no longer matters. */
        settledBy: z.string().optional(),
      }),
    )
    .readonly(),
  /** Worst and surest first; empty: nothing is known to be wrong. */
  diagnoses: z.array(DiagnosisView).readonly(),
  /** Newest first; of this workstation. */
  past: z.array(PastStepView).readonly(),
  /** Why it could not be read, if so. */
  pastProblem: z.string().optional(),
});

export const StepDoneView = z.object({
  said: z.string(),
  requestId: z.string().optional(),
  /** As it is afterwards. */
  now: CaseView,
});

export const StuckView = z.object({
  readAtMs: z.number(),
  cases: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        projectId: z.string(),
        status: z.string(),
        host: z.string().optional(),
        updatedAt: z.string(),
        rule: z.string(),
        title: z.string(),
        urgency: z.enum(URGENCIES),
        verdict: z.string(),
        bytesAtStake: z.number(),
        nextClock: z.object({ says: z.string(), atMs: z.number() }).optional(),
      }),
    )
    .readonly(),
  /** Directories of instances that Nova does not know. */
  orphans: z.array(z.object({ host: z.string(), path: z.string(), allocatedBytes: z.number() })).readonly(),
  /** What could not be looked at. */
  problems: z.array(z.string()).readonly(),
});

export type PastStepView = z.output<typeof PastStepView>;
export type CaseView = z.output<typeof CaseView>;
export type DiagnosisView = z.output<typeof DiagnosisView>;
export type OfferView = z.output<typeof OfferView>;
export type SideView = z.output<typeof SideView>;
export type StuckView = z.output<typeof StuckView>;
export type StepDoneView = z.output<typeof StepDoneView>;
