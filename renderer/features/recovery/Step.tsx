import { Badge, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { printable, sentence } from '@contract/format.ts';
import type { OfferView } from '@contract/recovery-views.ts';
import { HostCommand } from '../../components/Copyable.tsx';
import { Status } from '../../components/Status.tsx';
import { isBusy, readCase, useCase } from '../../store/recovery-cases.ts';
import { useNow } from '../../use-now.ts';
import { Fix } from '../findings/Fix.tsx';
import { DoStep } from './DoStep.tsx';

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
  const { key, title, isDoneByUs, refusals } = step;
  const { running } = useCase(id);
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
      {!isRefused && (
        <div className="case-acts">
          {running?.key === key ? (
            <Running startedAtMs={running.startedAtMs} />
          ) : isDoneByUs ? null : (
            <DidIt id={id} title={title} />
          )}
          {isDoneByUs && <DoStep id={id} step={step} isNext={isNext} />}
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

/** Where and how, what that changes, how it is undone, and what to look at afterwards. */
function Effects({ step: { where, commands, changes, undo, check } }: { readonly step: OfferView }) {
  return (
    <dl className="case-effects">
      <Effect name="Where">{printable(where)}</Effect>
      {commands.length > 0 && (
        <Effect name="Command">
          {commands.map((line, index) => (
            <HostCommand key={index} text={line} />
          ))}
        </Effect>
      )}
      <Effect name="Changes">{printable(changes)}</Effect>
      <Effect name="Undo">
        <Fix text={undo} />
      </Effect>
      <Effect name="Check">{printable(check)}</Effect>
    </dl>
  );
}

function Effect({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="dimmed">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Running({ startedAtMs }: { readonly startedAtMs: number }) {
  const nowMs = useNow(true);
  const seconds = Math.max(0, Math.floor((nowMs - startedAtMs) / 1000));
  return (
    <>
      <span role="status">
        <Status tone="busy" word="Everything is read anew, then the step is done" />
      </span>
      <span className="figures busy" role="timer" aria-live="off">
        {seconds} s
      </span>
    </>
  );
}

/** For what the app does not do itself: only looking again tells whether it helped. */
function DidIt({ id, title }: { readonly id: string; readonly title: string }) {
  const busy = isBusy(useCase(id));
  return (
    <Button
      variant="default"
      aria-label={`I did it, look again: ${printable(title)}`}
      aria-disabled={busy}
      data-disabled={busy}
      onClick={() => {
        if (!busy) void readCase(id);
      }}
    >
      I did it, look again
    </Button>
  );
}
