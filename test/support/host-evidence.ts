import type { HostFacts } from '../../main/domain/host.ts';
import type { HostTraits } from '../../main/domain/host-traits.ts';
import type { Side } from '../../main/domain/preflight/check.ts';
import type { MoveEvidence } from '../../main/domain/preflight/evidence.ts';
import type { Finding } from '../../main/domain/preflight/finding.ts';
import { judgeMove } from '../../main/domain/preflight/judge.ts';
import { good } from './plan-evidence.ts';
import { hostTraits } from './samples.ts';

/** The evidence of a healthy move with other facts of one host. */
export function factsOf(side: Side, facts: Partial<HostFacts>, of: MoveEvidence = good): MoveEvidence {
  return { ...of, [side]: { ...of[side], facts: { ...of[side].facts, ...facts } } };
}

/** The evidence of a healthy move with other traits of one host; `undefined` for a host of which none were read. */
export function traitsOf(
  side: Side,
  traits: Partial<HostTraits> | undefined,
  of: MoveEvidence = good,
): MoveEvidence {
  const { traits: before = hostTraits(), ...facts } = of[side].facts;
  const changed = traits === undefined ? facts : { ...facts, traits: { ...before, ...traits } };
  return { ...of, [side]: { ...of[side], facts: changed } };
}

/** What one check says of this evidence. */
export function findingOf(id: string, evidence: MoveEvidence): Finding {
  const found = judgeMove(evidence).find((finding) => finding.id === id);
  if (found === undefined) throw new TypeError(`no check has the id ${id}`);
  return found;
}

/** Verdict and sentence of one check, for a table of tests. */
export function said(id: string, evidence: MoveEvidence): readonly [string, string] {
  const { verdict, message } = findingOf(id, evidence);
  return [verdict, message];
}
