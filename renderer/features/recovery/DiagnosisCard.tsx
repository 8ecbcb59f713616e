import { Title } from '@mantine/core';
import { useId } from 'react';
import { printable } from '@contract/format.ts';
import { goodCopyWords } from '@contract/recovery-steps.ts';
import type { DiagnosisView } from '@contract/recovery-views.ts';
import { Status } from '../../components/Status.tsx';
import { Never } from './Never.tsx';
import { Step, StepAbove } from './Step.tsx';
import { CONFIDENCE_WORDS, URGENCY_WORDS } from './words.ts';

interface DiagnosisCardProps {
  /** Of the case. */
  readonly id: string;
  readonly diagnosis: DiagnosisView;
  /** Of the steps of the whole case, by their keys. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Key of the step to do now. */
  readonly next: string | undefined;
  /** Keys of the steps that a diagnosis above has as well. */
  readonly told: ReadonlySet<string>;
}

/** One thing that is wrong: how bad and how sure, why, what to do in order, and what never to do. */
export function DiagnosisCard({ id, diagnosis, numbers, next, told }: DiagnosisCardProps) {
  const titleId = useId();
  const { rule, title, failures, urgency, confidence, goodCopy, verdict, because, wouldTell } = diagnosis;
  const { tone, word } = URGENCY_WORDS[urgency];
  return (
    <section className={`panel case-diagnosis case-${tone}`} aria-labelledby={titleId}>
      <div className="case-kind">
        <Status tone={tone} word={`${word}, ${CONFIDENCE_WORDS[confidence]}`} />
        <Title order={2} id={titleId}>
          {printable(title)}
        </Title>
      </div>
      {goodCopy !== undefined && (
        <p className="case-words">
          <strong>Good copy:</strong> <span>{printable(goodCopyWords(goodCopy))}</span>
        </p>
      )}
      <p className="case-verdict">{printable(verdict)}</p>
      <div className={diagnosis.steps.length === 0 ? 'case-body' : 'case-body case-wide'}>
        <Why because={because} wouldTell={wouldTell} />
        {diagnosis.steps.length > 0 && (
          <div className="case-do">
            <Title order={3}>Steps</Title>
            <ol className="case-steps">
              {diagnosis.steps.map((step) => {
                const number = numbers.get(step.key) ?? 0;
                return told.has(step.key) ? (
                  <StepAbove key={step.key} step={step} number={number} />
                ) : (
                  <Step
                    key={step.key}
                    id={id}
                    step={step}
                    number={number}
                    after={numbers.get(step.after ?? '')}
                    isNext={step.key === next}
                  />
                );
              })}
            </ol>
          </div>
        )}
        <Never never={diagnosis.never} />
      </div>
      <p className="case-words">
        <strong>Mended when:</strong> {printable(diagnosis.mendedWhen)}{' '}
        <span className="dimmed">
          Rule <code className="mono">{printable(rule)}</code>
          {failures.map((failure) => (
            <span key={failure}>
              {' '}
              <abbr title={`Number of this failure in the handbook: ${printable(title)}`}>
                {printable(failure)}
              </abbr>
            </span>
          ))}
        </span>
      </p>
    </section>
  );
}

/** What was seen that decides it, and what is still to be seen if that is not enough. */
function Why({ because, wouldTell }: Pick<DiagnosisView, 'because' | 'wouldTell'>) {
  return (
    <div className="case-why">
      <Title order={3}>What decides it</Title>
      {because.length > 0 && (
        <ul className="case-because">
          {because.map((line, index) => (
            <li key={index}>{printable(line)}</li>
          ))}
        </ul>
      )}
      {wouldTell !== undefined && (
        <p className="case-words">
          <strong>What would tell:</strong> <span>{printable(wouldTell)}</span>
        </p>
      )}
    </div>
  );
}
