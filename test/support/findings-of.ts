import type { MoveEvidence } from '../../main/domain/preflight/evidence.ts';
import type { Finding } from '../../main/domain/preflight/finding.ts';
import { judgeMove } from '../../main/domain/preflight/judge.ts';

/** What one check says of this evidence. */
export function findingOf(evidence: MoveEvidence, id: string): Finding {
  const found = judgeMove(evidence).find((finding) => finding.id === id);
  if (found === undefined) throw new Error(`there is no check ${id}`);
  return found;
}

/** The same without one field: what an older cloud does not tell. */
export function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as Omit<T, K>;
}
