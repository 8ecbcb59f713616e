import { useEffect, useRef, type RefObject } from 'react';
import { nextStep, stepsOf } from '@contract/recovery-steps.ts';
import type { CaseView } from '@contract/recovery-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { readCase, useCase, type Outcome } from '../../store/recovery-cases.ts';
import { briefDiagnosis } from './brief.ts';
import { CaseHead } from './CaseHead.tsx';
import { Clocks } from './Clocks.tsx';
import { DiagnosisCard } from './DiagnosisCard.tsx';
import { OutcomeOf } from './OutcomeOf.tsx';
import { Past } from './Past.tsx';
import { Sides } from './Sides.tsx';

/** Everything about one instance on one page, most urgent first. */
export function CaseScreen({ id, view }: { readonly id: string; readonly view: CaseView }) {
  const { failure, outcome } = useCase(id);
  const steps = stepsOf(view);
  const numbers = new Map(steps.map(({ key }, index) => [key, index + 1]));
  const next = nextStep(view)?.key;
  const news = useFocusOnNews(outcome);
  return (
    <div className="page case">
      <CaseHead id={id} view={view} />
      {failure !== undefined && (
        <Problem failure={failure} title="It could not be read again" again={() => void readCase(id)} />
      )}
      <div ref={news} tabIndex={-1} className="case-news" aria-live="polite">
        {outcome !== undefined && <OutcomeOf id={id} outcome={outcome} />}
      </div>
      <Clocks view={view} numbers={numbers} />
      {view.diagnoses.length === 0 && (
        <section className="panel" aria-label="Diagnosis">
          <Status tone="good" word="Nothing is known to be wrong with it." />
        </section>
      )}
      {view.diagnoses.map((diagnosis, index) => (
        <DiagnosisCard
          key={diagnosis.rule}
          id={id}
          diagnosis={briefDiagnosis(diagnosis, view.server.id)}
          numbers={numbers}
          next={next}
          told={new Set(view.diagnoses.slice(0, index).flatMap((above) => above.steps.map(({ key }) => key)))}
        />
      ))}
      <Sides view={view} />
      <Past view={view} />
    </div>
  );
}

/** Leads the keyboard to how a step ended; after a look only if what had the focus is gone. */
function useFocusOnNews(outcome: Outcome | undefined): RefObject<HTMLDivElement | null> {
  const news = useRef<HTMLDivElement>(null);
  const before = useRef(outcome);
  useEffect(() => {
    const isNew = outcome !== undefined && outcome !== before.current;
    before.current = outcome;
    if (isNew && (outcome.state !== 'looked' || document.activeElement === document.body))
      news.current?.focus();
  }, [outcome]);
  return news;
}
