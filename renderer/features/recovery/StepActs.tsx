import { Button } from '@mantine/core';
import { printable } from '@contract/format.ts';
import type { OfferView } from '@contract/recovery-views.ts';
import { Status } from '../../components/Status.tsx';
import { isBusy, readCase, useCase } from '../../store/recovery-cases.ts';
import { useNow } from '../../use-now.ts';
import { DoStep } from './DoStep.tsx';

interface StepActsProps {
  /** Of the case. */
  readonly id: string;
  readonly step: OfferView;
  readonly isNext: boolean;
}

/** What can be pressed for a step that may be done now, and how long it runs already. */
export function StepActs({ id, step, isNext }: StepActsProps) {
  const { running } = useCase(id);
  return (
    <div className="case-acts">
      {running?.key === step.key && <Running startedAtMs={running.startedAtMs} />}
      {step.isDoneByUs ? (
        <DoStep id={id} step={step} isNext={isNext} />
      ) : (
        <DidIt id={id} title={step.title} />
      )}
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
