import { CaseFact } from '../../contract/recovery-record.ts';
import type { PastStepView } from '../../contract/recovery-views.ts';
import { Failure } from '../../domain/failure.ts';
import type { Journal, Journals } from '../../domain/ports.ts';
import type { MadeComparison } from './gather.ts';

/** What is kept of recoveries on this workstation: a journal for each instance, under its id. */
export type CaseRecords = Journals<CaseFact>;

/** Reads one line of such a journal. @throws ZodError if this version does not know it. */
export function readCaseFact(value: unknown): CaseFact {
  return CaseFact.parse(value);
}

export interface Past {
  readonly steps: readonly PastStepView[];
  /** Of the newest comparison. */
  readonly comparisons: readonly MadeComparison[];
  readonly facts: readonly CaseFact[];
  /** Why the record cannot be read, if so. */
  readonly problem: string | undefined;
}

/** What was done with an instance before; nothing if there is no record of it. */
export async function readPast(records: CaseRecords, serverId: string): Promise<Past> {
  try {
    const { facts, problem } = await records.read(serverId);
    return { facts, problem, steps: stepsOf(facts), comparisons: comparisonsOf(facts) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { facts: [], problem: undefined, steps: [], comparisons: [] };
  }
}

/**
 * Writes down that a step begins. Nobody else can begin one of the same instance from this workstation meanwhile.
 *
 * @throws Failure `journal.locked`, `journal.damaged`, `journal.unwritable`: then nothing must be done.
 */
export async function beginStep(
  records: CaseRecords,
  serverId: string,
  began: CaseFact & { type: 'step-began' },
): Promise<Journal<CaseFact>> {
  let record: Journal<CaseFact>;
  try {
    record = await records.open(serverId);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return records.create(serverId, began);
  }
  try {
    await record.append(began);
    return record;
  } catch (error) {
    await record.close();
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && error.code === 'migration.not-found';
}

function stepsOf(facts: readonly CaseFact[]): readonly PastStepView[] {
  const steps: PastStepView[] = [];
  for (const fact of facts) {
    const last = steps.at(-1);
    switch (fact.type) {
      case 'step-began': {
        const { key, title } = fact.step;
        const said = 'Coldhaul ended before this did; it may have been done.';
        steps.push({ beganMs: fact.atMs, who: fact.who, key, title, end: 'unknown', said });
        break;
      }
      case 'step-ended':
      case 'step-failed': {
        if (last === undefined) break;
        const end = fact.type === 'step-ended' ? 'done' : 'failed';
        const request = fact.requestId === undefined ? {} : { requestId: fact.requestId };
        steps[steps.length - 1] = { ...last, end, said: fact.said, ...request };
        break;
      }
      case 'looked-again':
        break;
    }
  }
  return steps.toReversed();
}

function comparisonsOf(facts: readonly CaseFact[]): readonly MadeComparison[] {
  for (const fact of facts.toReversed())
    if (fact.type === 'step-ended' && fact.comparisons !== undefined) return fact.comparisons;
  return [];
}
