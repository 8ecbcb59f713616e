import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { printable, sentence } from '@contract/format.ts';
import type { OfferView } from '@contract/recovery-views.ts';
import { Status } from '../../components/Status.tsx';
import { Effects } from './Effects.tsx';
import { StepActs } from './StepActs.tsx';

interface StepProps {
  /** Of the case. */
  readonly id: string;
  readonly step: OfferView;
  readonly number: number;
  /** The one to do now. */
  readonly isNext: boolean;
}

/** A step as it may be done now: what, where, by which commands, with which effects, and who does it. */
export function Step({ id, step, number, isNext }: StepProps) {
  const { title, isDoneByUs, refusals } = step;
  const isRefused = refusals.length > 0;
  return (
    <li
      className={isRefused ? 'case-step case-refused' : 'case-step'}
      aria-current={isNext ? 'step' : undefined}
    >
      <StepTitle number={number} title={title}>
        {isNext && (
          <Badge size="sm" color="indigo" variant="filled">
            Next
          </Badge>
        )}
        {isRefused && <Status tone="quiet" word="Refused now" />}
        {!isDoneByUs && <Status tone="quiet" word="By hand" />}
      </StepTitle>
      {isRefused ? (
        <>
          <ul className="case-refusals">
            {refusals.map((reason) => (
              <li key={reason}>{printable(sentence(reason))}</li>
            ))}
          </ul>
          <details>
            <summary>What it would do</summary>
            <Effects step={step} />
          </details>
        </>
      ) : (
        <Effects step={step} />
      )}
      {!isRefused && <StepActs id={id} step={step} isNext={isNext} />}
    </li>
  );
}

/** A step that stands in full under a diagnosis above. */
export function StepAbove({ step, number }: { readonly step: OfferView; readonly number: number }) {
  return (
    <li className="case-step">
      <StepTitle number={number} title={step.title}>
        <span className="dimmed">as above</span>
      </StepTitle>
    </li>
  );
}

interface StepTitleProps {
  readonly number: number;
  readonly title: string;
  readonly children: ReactNode;
}

function StepTitle({ number, title, children }: StepTitleProps) {
  return (
    <div className="case-step-title">
      <strong>
        {number}. {printable(title)}
      </strong>
      {children}
    </div>
  );
}
