import { Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { printable, sentence } from '@contract/format.ts';
import type { OfferView } from '@contract/recovery-views.ts';
import { Status } from '../../components/Status.tsx';
import { Effects } from './Effects.tsx';
import { Lettered } from './Lettered.tsx';
import { StepActs } from './StepActs.tsx';

interface StepProps {
  /** Of the case. */
  readonly id: string;
  readonly step: OfferView;
  readonly number: number;
  /** Number of the step after which it is no longer refused. */
  readonly after: number | undefined;
  /** The one to do now. */
  readonly isNext: boolean;
}

/**
 * A step as it may be done now: what, where, by which commands, with which effects, and who does it. Only the next one
 * stands open, so that the whole plan is in sight.
 */
export function Step({ id, step, number, after, isNext }: StepProps) {
  const { title, isDoneByUs, refusals } = step;
  const isRefused = refusals.length > 0;
  const acts = !isRefused && <StepActs id={id} step={step} isNext={isNext} />;
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
        {isRefused && (
          <Status
            tone="quiet"
            word={after === undefined ? 'Refused now' : `Comes after step ${String(after)}`}
          />
        )}
        {!isDoneByUs && <Status tone="quiet" word="By hand" />}
      </StepTitle>
      {isRefused && (
        <ul className={after === undefined ? 'case-refusals warn' : 'case-refusals dimmed'}>
          {refusals.map((reason) => (
            <li key={reason}>
              <Lettered text={sentence(reason)} />
            </li>
          ))}
        </ul>
      )}
      {isNext ? (
        <>
          <Effects step={step} />
          {acts}
        </>
      ) : (
        <div className="case-folded">
          {acts}
          <details>
            <summary>What it would do</summary>
            <Effects step={step} />
          </details>
        </div>
      )}
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
