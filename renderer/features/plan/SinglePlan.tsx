import { Button, Loader, VisuallyHidden } from '@mantine/core';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { usePlanProgress } from '../../store/plan-progress.ts';
import { makePlans, stopPlans, type PlanEntry, type PlanWishes } from '../../store/plans.ts';
import { resultWords } from './findings.ts';
import { PlanResult } from './PlanResult.tsx';

interface SinglePlanProps {
  readonly server: string;
  readonly entry: PlanEntry | undefined;
  readonly wishes: PlanWishes;
}

/** The plan of one instance: being made, made, or why not. What the checks came to is also said. */
export function SinglePlan(props: SinglePlanProps) {
  const { entry } = props;
  const isNew = entry?.state === 'made' && entry.checking === undefined;
  return (
    <>
      {/* Always there, for the ear hears only what changes in its place. */}
      <VisuallyHidden role="status">
        {isNew ? resultWords(entry.plan, entry.acknowledged) : ''}
      </VisuallyHidden>
      <Standing {...props} />
    </>
  );
}

function Standing({ server, entry, wishes }: SinglePlanProps) {
  switch (entry?.state) {
    case undefined:
    case 'waiting':
      return <Making text="Waiting for its turn" />;
    case 'making':
      return <MakingNow ask={entry.ask} />;
    case 'failed':
      return (
        <Problem
          failure={entry.failure}
          title="The plan could not be made"
          again={() => void makePlans(wishes)}
        />
      );
    case 'stopped':
      return (
        <section className="panel">
          <Status tone="quiet" word="The plan was given up. Nothing was changed." />
        </section>
      );
    case 'made':
      return <PlanResult server={server} plan={entry.plan} made={entry} />;
    case 'starting':
    case 'started':
      return <PlanResult server={server} plan={entry.plan} made={undefined} />;
  }
}

function MakingNow({ ask }: { readonly ask: string }) {
  const text = usePlanProgress((state) => state[ask]);
  return <Making text={text ?? 'Asking the cloud'} stop={stopPlans} />;
}

function Making({ text, stop }: { readonly text: string; readonly stop?: () => void }) {
  return (
    <section className="panel making">
      <Loader size="sm" aria-hidden />
      <span role="status">{text}…</span>
      <span style={{ flex: 1 }} />
      {stop !== undefined && (
        <Button variant="default" onClick={stop}>
          Stop
        </Button>
      )}
    </section>
  );
}
