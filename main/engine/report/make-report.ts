import type { ReportView } from '../../contract/views.ts';
import type { Fact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { begin, evolve, type Migration } from '../../domain/migration.ts';
import { migrationView, planView, type Live } from '../views.ts';
import { factWords } from './words.ts';

/**
 * Everything that is known of one migration, from its facts.
 *
 * @throws Failure `journal.damaged` if they do not begin with a plan.
 */
export function makeReport(facts: readonly Fact[], live: Live, nowMs: number): ReportView {
  const [first, ...rest] = facts;
  if (first?.type !== 'planned')
    throw new Failure('journal.damaged', 'the journal does not begin with a plan');
  let state: Migration = begin(first);
  const line = (fact: Fact): ReportView['history'][number] => ({
    atMs: fact.atMs,
    phase: state.phase,
    message: factWords(fact),
  });
  const history = [line(first)];
  for (const fact of rest) {
    state = evolve(state, fact);
    history.push(line(fact));
  }
  return { madeAtMs: nowMs, plan: planView(first.plan), migration: migrationView(state, live), history };
}
